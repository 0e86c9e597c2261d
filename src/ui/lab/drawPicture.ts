import type { Picture, ValueWindow } from "../../core/images/image.ts";
import type { Maps } from "../../worker/lab/protocol.ts";

/** Pixels to be put on a canvas: red, green, blue, opacity, row-major. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** A picture as it is shown: `window.low` is black and `window.high` white. */
export function picturePixels(picture: Picture, window: ValueWindow): Pixels {
  const { width, height, channels, values } = picture;
  const data = new Uint8ClampedArray(4 * width * height);
  const grey = greyLevel(window);
  const isColour = channels >= 3;
  const hasOpacity = channels === 2 || channels === 4;
  for (let pixel = 0; pixel < width * height; pixel++) {
    const from = pixel * channels;
    const to = pixel * 4;
    for (let channel = 0; channel < 3; channel++) {
      data[to + channel] = grey(values[from + (isColour ? channel : 0)]);
    }
    // Opacity is 0..255 in all formats that have it.
    data[to + 3] = hasOpacity ? values[from + channels - 1] : 255;
  }
  return { width, height, data };
}

/**
 * Maps as the network has them: three channels as colours, else the first as grey.
 *
 * @param window of black and white; left out, the lowest and the highest value.
 */
export function mapPixels(
  { channels, width, height, values }: Maps,
  window: ValueWindow | null = null,
): Pixels {
  const size = width * height;
  const shown = channels === 3 ? 3 : 1;
  const grey = greyLevel(window ?? rangeOf(values.subarray(0, shown * size)));
  const data = new Uint8ClampedArray(4 * size);
  for (let pixel = 0; pixel < size; pixel++) {
    for (let colour = 0; colour < 3; colour++) {
      data[4 * pixel + colour] = grey(values[(shown === 3 ? colour * size : 0) + pixel]);
    }
    data[4 * pixel + 3] = 255;
  }
  return { width, height, data };
}

/** Smallest and largest finite value; 0..1 where there is none. */
export function rangeOf(values: Float32Array): ValueWindow {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? { low, high } : { low: 0, high: 1 };
}

function greyLevel({ low, high }: ValueWindow): (value: number) => number {
  // Without contrast all is black; else it would be divided by nothing.
  const factor = high > low ? 255 / (high - low) : 0;
  return (value) => (value - low) * factor;
}
