import { EXACT_TOLERANCE, FEATURE_SIZE } from "../action/comparison.ts";
import { exactMeasure } from "../action/exactMeasure.ts";
import { labelsFromDistances } from "../action/labels.ts";
import type { Feature } from "../features/clinicalKernels.ts";
import type { ConvolutionLayer } from "../network/network.ts";
import type { Size2d } from "../network/size2d.ts";

/** Labels by kernels and question: a layer is asked alone and again among all of them. */
const known = new WeakMap<Float32Array, Map<string, Int8Array>>();

/**
 * Labels of a layer's kernels by action, from sorted spectra (README, rules A2 to A4): those that
 * the analysis gives on a grid of this size, of the same code.
 *
 * @param side of the square grid in pixels; a kernel's own side where that is longer.
 * @param threshold largest distance that still gets a label.
 * @returns index into the features or INDETERMINATE, per kernel; shared between callers, not to
 * be written to.
 */
export function spectralLabels(
  { kernels, kernelSize }: Pick<ConvolutionLayer, "kernels" | "kernelSize">,
  features: readonly Feature[],
  side: number,
  threshold: number,
): Int8Array {
  const ofKernels = known.get(kernels) ?? new Map<string, Int8Array>();
  known.set(kernels, ofKernels);
  const key = JSON.stringify([kernelSize, features.map(({ kernel }) => kernel), side, threshold]);
  const before = ofKernels.get(key);
  if (before !== undefined) return before;
  const atLeast = (axis: 0 | 1) => Math.max(side, kernelSize[axis], FEATURE_SIZE[axis]);
  const grid: Size2d = [atLeast(0), atLeast(1)];
  const measure = exactMeasure({
    kernelSize,
    grid,
    features,
    compare: "sorted",
    tolerance: EXACT_TOLERANCE,
  });
  const { labels } = labelsFromDistances(measure(kernels), features.length, threshold);
  ofKernels.set(key, labels);
  return labels;
}
