import type { Picture } from "./image.ts";

/** ITU-R BT.601, as the pictures that networks are trained on were made grey. */
const LUMINANCE = [0.299, 0.587, 0.114] as const;

/**
 * The planes of a picture that a network of `channels` channels takes, opacity left out: its
 * three colours for three channels, its grey or luminance for all others.
 *
 * @returns one or three planes of `height * width` numbers; to be repeated if there are fewer
 * than channels.
 */
export function colourPlanes(picture: Picture, channels: number): readonly Float32Array[] {
  const colours = picture.channels >= 3 ? 3 : 1;
  if (colours === 1) return [planeOf(picture, 0)];
  if (channels === 3) return [0, 1, 2].map((channel) => planeOf(picture, channel));
  return [luminance(picture)];
}

function planeOf({ channels, values }: Picture, channel: number): Float32Array {
  if (channels === 1) return values;
  const plane = new Float32Array(values.length / channels);
  for (let pixel = 0; pixel < plane.length; pixel += 1) {
    plane[pixel] = values[pixel * channels + channel];
  }
  return plane;
}

/** How bright a colour is; a grey is itself, to the last bit. */
export function brightness(red: number, green: number, blue: number): number {
  if (red === green && red === blue) return red;
  return LUMINANCE[0] * red + LUMINANCE[1] * green + LUMINANCE[2] * blue;
}

/** `height * width` numbers; the grey of a picture that is grey already, to the last bit. */
export function luminance(picture: Picture): Float32Array {
  const { channels, values } = picture;
  if (channels < 3) return planeOf(picture, 0);
  const plane = new Float32Array(values.length / channels);
  for (let pixel = 0; pixel < plane.length; pixel += 1) {
    const from = pixel * channels;
    plane[pixel] = brightness(values[from], values[from + 1], values[from + 2]);
  }
  return plane;
}
