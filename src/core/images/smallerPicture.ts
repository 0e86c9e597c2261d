import type { Picture } from "./image.ts";

/**
 * At most `side` pixels wide and high, aspect kept: each is the one nearest to its middle.
 */
export function smallerPicture(picture: Picture, side: number): Picture {
  const { channels, values } = picture;
  const factor = Math.max(1, Math.max(picture.width, picture.height) / side);
  const width = Math.max(1, Math.round(picture.width / factor));
  const height = Math.max(1, Math.round(picture.height / factor));
  const chosen = new Float32Array(width * height * channels);
  for (let row = 0; row < height; row++) {
    const fromRow = Math.min(picture.height - 1, Math.floor((row + 0.5) * factor));
    for (let column = 0; column < width; column++) {
      const fromColumn = Math.min(picture.width - 1, Math.floor((column + 0.5) * factor));
      const from = channels * (fromRow * picture.width + fromColumn);
      chosen.set(values.subarray(from, from + channels), channels * (row * width + column));
    }
  }
  return { ...picture, width, height, values: chosen };
}
