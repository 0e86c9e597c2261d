import type { Size2d } from "../network/size2d.ts";
import { frequencyGrid } from "./frequencyGrid.ts";
import { hasSpectrum, response, responseScratch } from "./response.ts";

/** Odd, so that one frequency, that of flat areas, is in the very middle. */
export const FREQUENCY_PICTURE_SIDE = 33;

/** How strongly a kernel passes every pattern of stripes, as a picture. */
export interface FrequencyPicture {
  /** Numbers across and down; odd. */
  readonly side: number;
  /**
   * side * side shares of the largest amplification, 0..1, row by row from the top. Column c is
   * the frequency (c - (side - 1) / 2) / side across the image, in stripes per pixel; rows are
   * the same down the image. The middle is frequency 0, the edges nearly 1/2.
   */
  readonly values: Float32Array;
}

/**
 * |FFT2| of a kernel with frequency 0 in the middle: the singular values of `sortedSpectrum`,
 * where they lie in the frequency plane. The grid is fixed and not the layer's, since a kernel
 * is a smooth function of frequency of which the grid only takes samples.
 *
 * @param kernel row-major entries, height * width.
 * @returns null if the kernel has no spectrum (all zero, or not finite).
 */
export function frequencyPicture(
  kernel: ArrayLike<number>,
  kernelSize: Size2d,
): FrequencyPicture | null {
  if (!hasSpectrum(kernel, 0, kernelSize[0] * kernelSize[1])) return null;
  const side = oddSideFor(kernelSize);
  const plane = frequencyGrid([side, side], kernelSize[1]);
  const half = new Float64Array(plane.halfCount);
  response(kernel, 0, kernelSize, plane, responseScratch(kernelSize), half);
  const values = new Float32Array(side * side);
  const middle = (side - 1) / 2;
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      // The half plane has no negative frequencies across: -w has the same modulus as w.
      const across = column - middle;
      const down = across < 0 ? middle - row : row - middle;
      const v = (down + side) % side;
      values[row * side + column] = half[v * plane.columns + Math.abs(across)];
    }
  }
  return { side, values };
}

/** A grid must not be smaller than the kernel. */
function oddSideFor(kernelSize: Size2d): number {
  const longest = Math.max(...kernelSize);
  return Math.max(FREQUENCY_PICTURE_SIDE, longest % 2 === 0 ? longest + 1 : longest);
}
