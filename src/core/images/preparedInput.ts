import { float32ToFloat16 } from "../bytes/halfPrecision.ts";
import { colourPlanes } from "./colourPlanes.ts";
import type { Picture } from "./image.ts";
import { type Placement, placementOf } from "./placement.ts";
import type { NetworkInput, Preprocessing } from "./preprocessing.ts";
import { axisWeights, resample } from "./resample.ts";
import { scaleFor } from "./scaling.ts";

/** What a network takes; float16 as the bits of its numbers. */
export type InputArray =
  | Float32Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>;

/**
 * A picture as a network takes it: placed, windowed, scaled. Grey is repeated over the channels,
 * colours become luminance for a network that does not take three; opacity is left out. What the
 * picture does not cover gets what the window's low end becomes.
 *
 * @returns `channels * height * width` numbers of `preprocessing`'s size, in the input's layout.
 * Whole numbers are rounded and clipped to their type; `byte` for int8 is -128..127.
 */
export function preparedInput(
  picture: Picture,
  preprocessing: Preprocessing,
  input: Pick<NetworkInput, "channels" | "elements" | "layout">,
): InputArray {
  const { channels, layout } = input;
  const maps = preparedMaps(picture, preprocessing, channels);
  const numbers = layout === "channelsFirst" ? maps : channelsLast(maps, channels);
  return asElements(numbers, input.elements, preprocessing);
}

/** The same as float32 numbers, one channel after the other: for people to look at. */
export function preparedMaps(
  picture: Picture,
  preprocessing: Preprocessing,
  channels: number,
): Float32Array<ArrayBuffer> {
  const { width, height, window, scaling } = preprocessing;
  const placement = placementOf(picture, preprocessing);
  const planes = colourPlanes(picture, channels).map((plane) =>
    placedPlane(picture, plane, placement, preprocessing.mirrored === true),
  );
  const maps = new Float32Array(channels * height * width);
  for (let channel = 0; channel < channels; channel += 1) {
    const plane = planes[Math.min(channel, planes.length - 1)];
    const scale = scaleFor(scaling, window, plane, channel, channels);
    const map = maps.subarray(channel * height * width, (channel + 1) * height * width);
    map.fill(scale(window.low));
    for (
      let y = Math.max(0, placement.top);
      y < Math.min(height, placement.top + placement.height);
      y += 1
    ) {
      const row = (y - placement.top) * placement.width - placement.left;
      const end = Math.min(width, placement.left + placement.width);
      for (let x = Math.max(0, placement.left); x < end; x += 1) {
        map[y * width + x] = scale(plane[row + x]);
      }
    }
  }
  return maps;
}

/** One plane at the size that it is placed with. */
function placedPlane(
  { width, height }: Picture,
  plane: Float32Array,
  placement: Placement,
  isMirrored: boolean,
): Float32Array {
  if (placement.width === width && placement.height === height && !isMirrored) return plane;
  return resample(
    plane,
    width,
    height,
    axisWeights(width, placement.width, isMirrored),
    axisWeights(height, placement.height),
  );
}

function channelsLast(maps: Float32Array, channels: number): Float32Array<ArrayBuffer> {
  const pixels = maps.length / channels;
  const numbers = new Float32Array(maps.length);
  for (let channel = 0; channel < channels; channel += 1) {
    for (let pixel = 0; pixel < pixels; pixel += 1) {
      numbers[pixel * channels + channel] = maps[channel * pixels + pixel];
    }
  }
  return numbers;
}

function asElements(
  numbers: Float32Array<ArrayBuffer>,
  elements: NetworkInput["elements"],
  { scaling }: Preprocessing,
): InputArray {
  switch (elements) {
    case "float32":
      return numbers;
    case "float16":
      return float32ToFloat16(numbers);
    case "float64":
      return Float64Array.from(numbers);
    case "uint8":
      return Uint8Array.from(numbers, (number) => rounded(number, 0, 255));
    case "int8": {
      // What is stored as -128 in a signed byte stands for black.
      const shift = scaling === "byte" ? 128 : 0;
      return Int8Array.from(numbers, (number) => rounded(number - shift, -128, 127));
    }
    case "int32":
      return Int32Array.from(numbers, (number) => rounded(number, -(2 ** 31), 2 ** 31 - 1));
  }
}

function rounded(number: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, Math.round(number)));
}
