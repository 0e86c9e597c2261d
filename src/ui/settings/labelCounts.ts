import { EQUAL_DISTANCES, labelsFromDistances } from "../../core/action/labels.ts";
import type { Analysis, ExactAction } from "../../core/analysis/analysis.ts";

/** Numbers of kernels per label at any threshold, at once. */
export interface CountsByThreshold {
  /** F + 1 numbers, indeterminate last, of the layers with exact distances. */
  at(threshold: number): readonly number[];
  /** Kernels of layers without exact distances: of those nothing can be said beforehand. */
  readonly unknownKernels: number;
}

/** For each feature the distances of the kernels to which it is nearest, in ascending order. */
type SortedDistances = readonly Float32Array[];

/** A threshold is moved many times, and while results come in most layers stay as they are. */
const known = new WeakMap<ExactAction, SortedDistances>();

/**
 * How many kernels would get each label if the threshold were another one. The nearest filter
 * does not depend on the threshold, so its distances are sorted once per layer and then looked
 * up. Yields after each layer that was not known.
 */
export function* countsByThresholdSteps({
  layers,
  features,
}: Analysis): Generator<void, CountsByThreshold> {
  const exact = layers.flatMap(({ action }) => (action?.stage === "exact" ? [action] : []));
  const sorted: SortedDistances[] = [];
  for (const action of exact) {
    let distances = known.get(action);
    if (distances === undefined) {
      distances = nearestDistances(action, features.length);
      known.set(action, distances);
      yield;
    }
    sorted.push(distances);
  }
  const kernels = exact.reduce((sum, { labels }) => sum + labels.length, 0);
  const all = layers.reduce((sum, { kernelCount }) => sum + kernelCount, 0);
  return {
    at(threshold) {
      const counts = features.map((_, f) =>
        sorted.reduce((sum, of) => sum + countUpTo(of[f], threshold + EQUAL_DISTANCES), 0),
      );
      return [...counts, kernels - counts.reduce((sum, count) => sum + count, 0)];
    },
    unknownKernels: all - kernels,
  };
}

function nearestDistances({ distances }: ExactAction, featureCount: number): SortedDistances {
  const nearest = labelsFromDistances(distances, featureCount, Number.POSITIVE_INFINITY);
  const { labels } = nearest;
  const sorted = Array.from(
    { length: featureCount },
    (_, f) => new Float32Array(nearest.counts[f]),
  );
  const filled = new Array<number>(featureCount).fill(0);
  for (let k = 0; k < labels.length; k++) {
    const f = labels[k];
    if (f >= 0) sorted[f][filled[f]++] = distances[k * featureCount + f];
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
