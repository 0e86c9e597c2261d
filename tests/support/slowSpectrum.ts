import { Matrix, SVD } from "ml-matrix";
import type { Size2d } from "../../src/core/network/size2d.ts";

/** Slow, obvious references for the spectra. They share no code with the project. */

/** The matrix of circular cross-correlation with a kernel on a grid, entry by entry. */
export function circulantMatrix(
  kernel: readonly number[],
  kernelSize: Size2d,
  grid: Size2d,
): number[][] {
  const [rows, columns] = grid;
  const matrix = Array.from({ length: rows * columns }, () => new Array(rows * columns).fill(0));
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      for (let a = 0; a < kernelSize[0]; a++) {
        for (let b = 0; b < kernelSize[1]; b++) {
          const from = ((y + a) % rows) * columns + ((x + b) % columns);
          matrix[y * columns + x][from] += kernel[a * kernelSize[1] + b];
        }
      }
    }
  }
  return matrix;
}

/** Singular values of that matrix by dense SVD, descending, divided by the largest. */
export function circulantSpectrum(
  kernel: readonly number[],
  kernelSize: Size2d,
  grid: Size2d,
): number[] {
  const { diagonal } = new SVD(new Matrix(circulantMatrix(kernel, kernelSize, grid)));
  return normalisedDescending(diagonal);
}

/** |sum K[a, b] e^{-i (v a / rows + u b / columns) 2 pi}| at every frequency, row by row. */
export function directResponse(
  kernel: readonly number[],
  kernelSize: Size2d,
  grid: Size2d,
): number[] {
  const [rows, columns] = grid;
  const moduli: number[] = [];
  for (let v = 0; v < rows; v++) {
    for (let u = 0; u < columns; u++) {
      let real = 0;
      let imaginary = 0;
      for (let a = 0; a < kernelSize[0]; a++) {
        for (let b = 0; b < kernelSize[1]; b++) {
          const angle = -2 * Math.PI * ((v * a) / rows + (u * b) / columns);
          real += kernel[a * kernelSize[1] + b] * Math.cos(angle);
          imaginary += kernel[a * kernelSize[1] + b] * Math.sin(angle);
        }
      }
      moduli.push(Math.hypot(real, imaginary));
    }
  }
  const largest = Math.max(...moduli);
  return moduli.map((modulus) => modulus / largest);
}

export function normalisedDescending(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => b - a);
  return sorted.map((value) => value / sorted[0]);
}

export function meanAbsoluteDifference(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length;
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}
