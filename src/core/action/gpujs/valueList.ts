import type { Size2d } from "../../network/size2d.ts";

/** Values per row of an array on the device: as many as one thread sorts in registers. */
export const ROW = 16;

/** Threads that run as one vector on WebAssembly. */
const QUAD = 4;

/** Places for singles; a grid of odd sides has one, of even sides four. */
export const SINGLE_PLACES = 4;

/**
 * How the n_y * n_x values of a grid lie on the device. A kernel is real, so frequencies
 * (v, u) and (-v, -u) have one value. A list holds each such pair once, filled up with
 * padding; the up to four frequencies that are their own mirror image (singles) are kept apart.
 */
export interface ValueList {
  readonly grid: Size2d;
  readonly pairs: number;
  readonly singles: number;
  /** Entries with padding: `parts` * `partLength`, in rows of `ROW`. */
  readonly length: number;
  /** Sums and maxima over a list are taken in this many parts, then over the parts. */
  readonly parts: number;
  readonly partLength: number;
}

export function valueList(grid: Size2d): ValueList {
  const [height, width] = grid;
  const singles = (height % 2 === 0 ? 2 : 1) * (width % 2 === 0 ? 2 : 1);
  const pairs = (height * width - singles) / 2;
  // Parts of about the square root: rounding errors of a sum grow with the terms of both
  // sums, and both have enough threads. Powers of two, so that lists of the usual grids,
  // which are powers of two less a few, stay such.
  const partLength = Math.max(QUAD, 2 ** Math.floor(Math.log2(Math.sqrt(pairs))));
  const parts = wholeVectors(Math.ceil(pairs / partLength));
  return { grid, pairs, singles, length: parts * partLength, parts, partLength };
}

/** Frequencies (v, u), one of each pair, in the order of the list; 0 <= u <= n_x / 2. */
export function pairFrequencies([height, width]: Size2d): Size2d[] {
  const frequencies: Size2d[] = [];
  for (let v = 0; v < height; v++) {
    for (let u = 1; u <= (width - 1) >> 1; u++) frequencies.push([v, u]);
  }
  for (const u of selfMirrored(width)) {
    for (let v = 1; v <= (height - 1) >> 1; v++) frequencies.push([v, u]);
  }
  return frequencies;
}

/** Frequencies (v, u) that are their own mirror image. */
export function singleFrequencies([height, width]: Size2d): Size2d[] {
  return selfMirrored(height).flatMap((v) => selfMirrored(width).map((u): Size2d => [v, u]));
}

function selfMirrored(side: number): number[] {
  return side % 2 === 0 ? [0, side / 2] : [0];
}

/** Rounded up to whole vectors, which GPU.js's WebAssembly needs for SIMD. */
export function wholeVectors(count: number): number {
  return QUAD * Math.ceil(count / QUAD);
}
