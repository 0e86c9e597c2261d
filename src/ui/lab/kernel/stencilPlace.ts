import type { LayerDescription } from "../../../core/analysis/analysis.ts";

/** One channel, row-major. */
export interface PlainMap {
  readonly height: number;
  readonly width: number;
  readonly values: Float32Array;
}

/** Which pixels of the picture lie under the stencil for a pixel of the new map. */
export interface StencilPlace {
  readonly kernelSize: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  /** Rows and columns by which the stencil begins before the picture. */
  readonly before: readonly [number, number];
}

type Slides = Pick<LayerDescription, "kernelSize" | "stride" | "dilation">;

/** Pixels of the new map that are worked out by hand. */
const TRIED = 60;

/** Half-precision networks add up to a part in a hundred; a wrong place is off by far more. */
const TOLERANCE = 0.01;

/** The value of the picture at a place; beyond its edge the network sees zeros. */
export function pixelAt({ values, height, width }: PlainMap, row: number, column: number): number {
  return row < 0 || row >= height || column < 0 || column >= width
    ? 0
    : values[row * width + column];
}

/** Row and column of the picture's pixel under the stencil's first number. */
export function firstUnder(
  { stride, before }: StencilPlace,
  row: number,
  column: number,
): readonly [number, number] {
  return [row * stride[0] - before[0], column * stride[1] - before[1]];
}

/** The picture's pixels under the stencil for one pixel of the new map, row-major. */
export function patchUnder(
  input: PlainMap,
  place: StencilPlace,
  row: number,
  column: number,
): Float32Array {
  const [rows, columns] = place.kernelSize;
  const [top, left] = firstUnder(place, row, column);
  const patch = new Float32Array(rows * columns);
  for (let at = 0; at < patch.length; at++) {
    const down = top + Math.floor(at / columns) * place.dilation[0];
    patch[at] = pixelAt(input, down, left + (at % columns) * place.dilation[1]);
  }
  return patch;
}

/** The sum of products that a stencil makes of the pixels under it. */
export function stencilSum(patch: Float32Array, weights: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < patch.length; at++) sum += patch[at] * weights[at];
  return sum;
}

/** Pixels that tell places apart: the strongest ones of evenly spread parts of the map. */
function tellingPixels({ values }: PlainMap): readonly number[] {
  const found: number[] = [];
  const part = Math.max(1, Math.ceil(values.length / TRIED));
  for (let start = 0; start < values.length; start += part) {
    let strongest = start;
    for (let at = start; at < Math.min(values.length, start + part); at++) {
      if (Math.abs(values[at]) > Math.abs(values[strongest])) strongest = at;
    }
    found.push(strongest);
  }
  return found;
}

/**
 * Where the stencil lies for each pixel of the map that it made. Files tell the margin in a dozen
 * ways, so it is not taken from them: the place is the one at which the numbers come out.
 *
 * @returns null where no place reproduces the map (transposed convolutions, other margins than
 * zeros): better no explanation than a wrong one.
 */
export function stencilPlace(
  input: PlainMap,
  made: PlainMap,
  weights: ArrayLike<number>,
  { kernelSize, stride, dilation }: Slides,
): StencilPlace | null {
  const reach = [dilation[0] * (kernelSize[0] - 1), dilation[1] * (kernelSize[1] - 1)];
  const pixels = tellingPixels(made);
  const largest = pixels.reduce((most, at) => Math.max(most, Math.abs(made.values[at])), 0);
  let best: StencilPlace | null = null;
  let least = TOLERANCE * largest + Number.MIN_VALUE;
  for (let down = 0; down <= reach[0]; down++) {
    for (let across = 0; across <= reach[1]; across++) {
      const place: StencilPlace = { kernelSize, stride, dilation, before: [down, across] };
      let worst = 0;
      for (const at of pixels) {
        const patch = patchUnder(input, place, Math.floor(at / made.width), at % made.width);
        worst = Math.max(worst, Math.abs(stencilSum(patch, weights) - made.values[at]));
        if (!(worst < least)) break;
      }
      if (worst < least) [best, least] = [place, worst];
    }
  }
  return best;
}

/** The strongest pixel of a map: where a look at it begins. */
export function strongestPixel({ values, width }: PlainMap): readonly [number, number] {
  let strongest = 0;
  for (let at = 1; at < values.length; at++) {
    if (Math.abs(values[at]) > Math.abs(values[strongest])) strongest = at;
  }
  return [Math.floor(strongest / width), strongest % width];
}
