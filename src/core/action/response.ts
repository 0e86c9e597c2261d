import type { Size2d } from "../network/size2d.ts";
import type { FrequencyGrid } from "./frequencyGrid.ts";

/** Scratch of `response`, made once and reused for every kernel. */
export interface ResponseScratch {
  readonly scaled: Float64Array;
  readonly rowReal: Float64Array;
  readonly rowImaginary: Float64Array;
}

export function responseScratch(kernelSize: Size2d): ResponseScratch {
  const [height, width] = kernelSize;
  return {
    scaled: new Float64Array(height * width),
    rowReal: new Float64Array(width),
    rowImaginary: new Float64Array(width),
  };
}

/** True if a kernel has a spectrum: its largest |entry| is finite and not 0. */
export function hasSpectrum(kernels: ArrayLike<number>, offset: number, entries: number): boolean {
  const largest = largestMagnitude(kernels, offset, entries);
  return largest > 0 && largest < Number.POSITIVE_INFINITY;
}

/** Largest |entry|; NaN if any entry is NaN. */
export function largestMagnitude(
  kernels: ArrayLike<number>,
  offset: number,
  entries: number,
): number {
  let largest = 0;
  for (let i = offset; i < offset + entries; i++) {
    const magnitude = Math.abs(kernels[i]);
    if (magnitude > largest || Number.isNaN(magnitude)) largest = magnitude;
    if (Number.isNaN(largest)) return largest;
  }
  return largest;
}

/**
 * |FFT2|^2 of a kernel, zero-padded to the grid, at every frequency of the half
 * plane; its roots are the singular values of circular convolution with the
 * kernel (Sedghi, Gupta and Long 2019, theorem 5, for one channel), unsorted.
 *
 * No transform is needed. With A_j(v) the transform of the kernel's column j
 * along v, the squared modulus is a trigonometric polynomial in u,
 *   |K^(v, u)|^2 = P_0 + 2 sum_d Re(P_d e^{i d u}),  P_d = sum_j A_j conj(A_{j+d}),
 * so a kernel of three columns costs five numbers per row and four
 * multiply-adds per value.
 *
 * @param kernels kernel entries, row-major, from `offset`; must have a spectrum.
 * They are scaled by their largest magnitude, which no comparison notices.
 * @param out `grid.halfCount` squares, row by row of the half plane; where a
 * square is 0 in truth, rounding can leave it slightly below.
 * @returns the largest square.
 */
export function squaredResponse(
  kernels: ArrayLike<number>,
  offset: number,
  kernelSize: Size2d,
  grid: FrequencyGrid,
  scratch: ResponseScratch,
  out: Float64Array,
): number {
  const [kernelHeight, kernelWidth] = kernelSize;
  scaleToUnit(kernels, offset, scratch.scaled);
  let largest = 0;
  for (let v = 0; v < grid.height; v++) {
    transformColumns(scratch, kernelHeight, kernelWidth, grid, v);
    const start = v * grid.columns;
    const largestInRow =
      kernelWidth === 3
        ? writeRowOfThreeColumns(scratch, grid, out, start)
        : writeRowPolynomial(scratch, kernelWidth, grid, out, start);
    if (largestInRow > largest) largest = largestInRow;
  }
  return largest;
}

/**
 * |FFT2| of a kernel on the half plane, divided by its largest value: the
 * singular values as the comparisons use them, 0..1. Arguments as above.
 */
export function response(
  kernels: ArrayLike<number>,
  offset: number,
  kernelSize: Size2d,
  grid: FrequencyGrid,
  scratch: ResponseScratch,
  out: Float64Array,
): void {
  const largest = squaredResponse(kernels, offset, kernelSize, grid, scratch, out);
  normaliseSquares(out, largest);
}

/** Squares to moduli divided by the largest, in place. */
export function normaliseSquares(squares: Float64Array, largest: number): void {
  const scale = 1 / largest;
  for (let at = 0; at < squares.length; at++) {
    const square = squares[at] * scale;
    squares[at] = square > 0 ? Math.sqrt(square) : 0;
  }
}

/** Divides by the largest |entry|: squares of huge or denormal kernels stay in range. */
function scaleToUnit(kernels: ArrayLike<number>, offset: number, out: Float64Array): void {
  const largest = largestMagnitude(kernels, offset, out.length);
  for (let i = 0; i < out.length; i++) out[i] = kernels[offset + i] / largest;
}

/** A_j(v) = sum_a K[a, j] e^{-i v a} for every column j of the kernel. */
function transformColumns(
  scratch: ResponseScratch,
  kernelHeight: number,
  kernelWidth: number,
  grid: FrequencyGrid,
  v: number,
): void {
  const { scaled, rowReal, rowImaginary } = scratch;
  for (let j = 0; j < kernelWidth; j++) {
    let real = 0;
    let imaginary = 0;
    for (let a = 0; a < kernelHeight; a++) {
      const turn = (a * v) % grid.height;
      const entry = scaled[a * kernelWidth + j];
      real += entry * grid.rowCosine[turn];
      imaginary -= entry * grid.rowSine[turn];
    }
    rowReal[j] = real;
    rowImaginary[j] = imaginary;
  }
}

/** out[start + u] = |K^(v, u)|^2 for every column u of the half plane; returns the largest. */
function writeRowPolynomial(
  scratch: ResponseScratch,
  kernelWidth: number,
  grid: FrequencyGrid,
  out: Float64Array,
  start: number,
): number {
  const { rowReal, rowImaginary } = scratch;
  const { columns } = grid;
  let constant = 0;
  for (let j = 0; j < kernelWidth; j++) constant += rowReal[j] ** 2 + rowImaginary[j] ** 2;
  out.fill(constant, start, start + columns);
  for (let d = 1; d < kernelWidth; d++) {
    let real = 0;
    let imaginary = 0;
    for (let j = 0; j + d < kernelWidth; j++) {
      real += rowReal[j] * rowReal[j + d] + rowImaginary[j] * rowImaginary[j + d];
      imaginary += rowImaginary[j] * rowReal[j + d] - rowReal[j] * rowImaginary[j + d];
    }
    real *= 2;
    imaginary *= 2;
    const cosine = grid.columnCosine[d];
    const sine = grid.columnSine[d];
    for (let u = 0; u < columns; u++) out[start + u] += real * cosine[u] - imaginary * sine[u];
  }
  let largest = 0;
  for (let at = start; at < start + columns; at++) largest = Math.max(largest, out[at]);
  return largest;
}

/**
 * The same for three columns in one pass: the case that all features and nearly
 * all kernels are, twice as fast as the general one.
 */
function writeRowOfThreeColumns(
  scratch: ResponseScratch,
  grid: FrequencyGrid,
  out: Float64Array,
  start: number,
): number {
  const [r0, r1, r2] = scratch.rowReal;
  const [i0, i1, i2] = scratch.rowImaginary;
  const constant = r0 * r0 + r1 * r1 + r2 * r2 + i0 * i0 + i1 * i1 + i2 * i2;
  const real1 = 2 * (r0 * r1 + i0 * i1 + r1 * r2 + i1 * i2);
  const imaginary1 = 2 * (i0 * r1 - r0 * i1 + i1 * r2 - r1 * i2);
  const real2 = 2 * (r0 * r2 + i0 * i2);
  const imaginary2 = 2 * (i0 * r2 - r0 * i2);
  const cosine1 = grid.columnCosine[1];
  const sine1 = grid.columnSine[1];
  const cosine2 = grid.columnCosine[2];
  const sine2 = grid.columnSine[2];
  let largest = 0;
  for (let u = 0; u < grid.columns; u++) {
    const square =
      constant +
      real1 * cosine1[u] -
      imaginary1 * sine1[u] +
      real2 * cosine2[u] -
      imaginary2 * sine2[u];
    out[start + u] = square;
    if (square > largest) largest = square;
  }
  return largest;
}
