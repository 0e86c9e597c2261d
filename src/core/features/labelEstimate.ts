import { EXACT_TOLERANCE, FEATURE_SIZE } from "../action/comparison.ts";
import { exactMeasure } from "../action/exactMeasure.ts";
import { labelsFromDistances, sharesFromCounts } from "../action/labels.ts";
import { gaussianKernels } from "../action/noiseKernels.ts";
import type { AnalysedLayer } from "../analysis/analysis.ts";
import type { Settings } from "../analysis/settings.ts";
import type { Size2d } from "../network/size2d.ts";
import type { Feature } from "./clinicalKernels.ts";

/** Shares of labels (F + 1, indeterminate last) in a sample of a model's 3x3 kernels, and of noise. */
export interface LabelEstimate {
  /** Kernels in the sample. */
  readonly kernels: number;
  readonly shares: readonly number[];
  /** Of as many N(0, 1) kernels as `NOISE_KERNELS`. */
  readonly noise: readonly number[];
}

/** Shares of so many are right to four percentage points (two standard errors). */
export const ESTIMATED_KERNELS = 600;
export const NOISE_KERNELS = 600;

/** Distances on it differ from those of large grids by less than 0.005. */
export const ESTIMATE_GRID: Size2d = [32, 32];

/** Kernels between two turns: a few milliseconds. */
const KERNELS_PER_TURN = 20;

const ENTRIES = 9;

/** Evenly spaced 3x3 kernels of all layers together, ESTIMATED_KERNELS at most. */
export function sampledKernels(
  layers: readonly Pick<AnalysedLayer, "kernels" | "kernelCount" | "description">[],
): Float32Array {
  const fitting = layers.filter(
    ({ description: { kernelSize } }) => kernelSize[0] === 3 && kernelSize[1] === 3,
  );
  const total = fitting.reduce((sum, { kernelCount }) => sum + kernelCount, 0);
  const taken = Math.min(total, ESTIMATED_KERNELS);
  const sample = new Float32Array(taken * ENTRIES);
  let layer = 0;
  let before = 0;
  for (let k = 0; k < taken; k++) {
    const wanted = Math.floor((k * total) / taken);
    while (wanted - before >= fitting[layer].kernelCount) before += fitting[layer++].kernelCount;
    const from = (wanted - before) * ENTRIES;
    sample.set(fitting[layer].kernels.subarray(from, from + ENTRIES), k * ENTRIES);
  }
  return sample;
}

/**
 * What labels a set of filters would give, from a sample on one small grid; yields between
 * stretches of a few milliseconds.
 *
 * @param kernels as `sampledKernels` gives them.
 */
export function* estimateLabels(
  kernels: Float32Array,
  features: readonly Feature[],
  { compare, threshold }: Pick<Settings, "compare" | "threshold">,
): Generator<void, LabelEstimate> {
  const comparison = { kernelSize: FEATURE_SIZE, grid: ESTIMATE_GRID, features, compare };
  const measure = exactMeasure({ ...comparison, tolerance: EXACT_TOLERANCE });
  const noise = gaussianKernels(ENTRIES).subarray(0, NOISE_KERNELS * ENTRIES);
  const shares: (readonly number[])[] = [];
  for (const some of [kernels, noise]) {
    const distances = new Float32Array((some.length / ENTRIES) * features.length);
    for (let from = 0; from < some.length; from += KERNELS_PER_TURN * ENTRIES) {
      const measured = measure(some.subarray(from, from + KERNELS_PER_TURN * ENTRIES));
      distances.set(measured, (from / ENTRIES) * features.length);
      yield;
    }
    shares.push(
      sharesFromCounts(labelsFromDistances(distances, features.length, threshold).counts),
    );
  }
  return { kernels: kernels.length / ENTRIES, shares: shares[0], noise: shares[1] };
}
