import { EQUAL_DISTANCES, labelsFromDistances } from "../../core/action/labels.ts";
import type { AnalysedLayer, Analysis, ExactAction } from "../../core/analysis/analysis.ts";

/** Numbers of kernels per label at any threshold, at once. */
export interface CountsByThreshold {
  /** F + 1 numbers, indeterminate last, of the layers with exact distances. */
  at(threshold: number): readonly number[];
  /** Kernels of layers without exact distances: of those nothing can be said beforehand. */
  readonly unknownKernels: number;
}

/** Distances that were sorted: a threshold is moved many times. */
const known = new WeakMap<Analysis["layers"], CountsByThreshold>();

/**
 * How many kernels would get each label if the threshold were another one. The nearest filter
 * does not depend on the threshold, so its distances are sorted once and then looked up.
 */
export function countsByThreshold({ layers, features }: Analysis): CountsByThreshold {
  const before = known.get(layers);
  if (before !== undefined) return before;
  const counts = sortedOnce(layers, features.length);
  known.set(layers, counts);
  return counts;
}

function sortedOnce(layers: readonly AnalysedLayer[], featureCount: number): CountsByThreshold {
  const exact = layers.flatMap(({ action }) => (action?.stage === "exact" ? [action] : []));
  const kernels = exact.reduce((sum, { labels }) => sum + labels.length, 0);
  const all = layers.reduce((sum, { kernelCount }) => sum + kernelCount, 0);
  const sorted = nearestDistances(exact, featureCount);
  return {
    at(threshold) {
      const counts = sorted.map((distances) => countUpTo(distances, threshold + EQUAL_DISTANCES));
      return [...counts, kernels - counts.reduce((sum, count) => sum + count, 0)];
    },
    unknownKernels: all - kernels,
  };
}

/** For each feature the distances of the kernels to which it is nearest, in ascending order. */
function nearestDistances(
  actions: readonly ExactAction[],
  featureCount: number,
): readonly Float32Array[] {
  const counts = new Array<number>(featureCount).fill(0);
  const labelled = actions.map(({ distances }) => {
    const nearest = labelsFromDistances(distances, featureCount, Number.POSITIVE_INFINITY);
    for (let f = 0; f < featureCount; f++) counts[f] += nearest.counts[f];
    return nearest;
  });
  const sorted = counts.map((count) => new Float32Array(count));
  const filled = new Array<number>(featureCount).fill(0);
  for (const { labels, distances } of labelled) {
    for (let k = 0; k < labels.length; k++) {
      const f = labels[k];
      if (f >= 0) sorted[f][filled[f]++] = distances[k * featureCount + f];
    }
  }
  for (const list of sorted) list.sort();
  return sorted;
}

/** Entries of an ascending list that are not above a limit. */
function countUpTo(ascending: Float32Array, limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
