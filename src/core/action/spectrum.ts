import type { Size2d } from "../network/size2d.ts";
import { frequencyGrid } from "./frequencyGrid.ts";
import { HalfPlaneSorter } from "./halfPlaneSorter.ts";
import { hasSpectrum, response, responseScratch } from "./response.ts";

/**
 * Singular values of circular convolution with one kernel on a grid, in
 * descending order, divided by the largest (README, rule A1).
 *
 * @param kernel row-major entries, height * width.
 * @param grid map size in pixels, each side at least the kernel's.
 * @returns grid height * width values in 0..1; empty if the kernel has no
 * spectrum (all zero, or not finite).
 */
export function sortedSpectrum(
  kernel: ArrayLike<number>,
  kernelSize: Size2d,
  grid: Size2d,
): Float32Array {
  if (!hasSpectrum(kernel, 0, kernelSize[0] * kernelSize[1])) return new Float32Array(0);
  const plane = frequencyGrid(grid, kernelSize[1]);
  const half = new Float64Array(plane.halfCount);
  response(kernel, 0, kernelSize, plane, responseScratch(kernelSize), half);
  const ascending = new Float32Array(plane.fullCount);
  new HalfPlaneSorter(plane).sort(half, ascending);
  return ascending.reverse();
}
