import type { Size2d } from "../../network/size2d.ts";

/** Values per row of an array on the device: as many as one thread sorts in registers. */
export const ROW = 16;

/** Threads that run as one vector on WebAssembly. */
export const QUAD = 4;

/**
 * How the n_y * n_x values of a grid lie on the device. A kernel is real, so frequencies
 * (v, u) and (-v, -u) have one value. A list holds each such pair once, filled up with
 * padding; the up to four frequencies that are their own mirror image are kept apart.
 */
export interface ValueList {
  readonly grid: Size2d;
  /** Frequencies (v, u), one of each pair. */
  readonly pairs: readonly Size2d[];
  /** Frequencies that are their own mirror image. */
  readonly singles: readonly Size2d[];
  /** Entries with padding: `parts` * `partLength`, in rows of `ROW`. */
  readonly length: number;
  /** Sums and maxima over a list are taken in this many parts, then over the parts. */
  readonly parts: number;
  readonly partLength: number;
}

/** Places for singles; a grid of odd sides has one, of even sides four. */
export const SINGLE_PLACES = 4;

export function valueList(grid: Size2d): ValueList {
  const [height, width] = grid;
  const pairs: Size2d[] = [];
  const singles: Size2d[] = [];
  const lastInner = (width - 1) >> 1;
  for (let v = 0; v < height; v++) {
    for (let u = 1; u <= lastInner; u++) pairs.push([v, u]);
  }
  for (const u of width % 2 === 0 ? [0, width / 2] : [0]) {
    singles.push([0, u]);
    for (let v = 1; v <= (height - 1) >> 1; v++) pairs.push([v, u]);
    if (height % 2 === 0) singles.push([height / 2, u]);
  }
  // Parts of about the square root: rounding errors of a sum grow with the terms of both
  // sums, and both have enough threads. Powers of two, so that lists of the usual grids,
  // which are powers of two less a few, stay such.
  const partLength = Math.max(4, 2 ** Math.floor(Math.log2(Math.sqrt(pairs.length))));
  const parts = wholeVectors(Math.ceil(pairs.length / partLength));
  return { grid, pairs, singles, length: parts * partLength, parts, partLength };
}

/** Rounded up to whole vectors of four, which GPU.js's WebAssembly needs for SIMD. */
export function wholeVectors(count: number): number {
  return QUAD * Math.ceil(count / QUAD);
}
