import { type ExactAction, INDETERMINATE, type LayerLabels } from "../analysis/analysis.ts";

/**
 * Distances closer than this are equal: what differs is rounding. Two features of
 * one orbit (the Sobel directions) have equal spectra, and the earlier one wins.
 */
export const EQUAL_DISTANCES = 1e-6;

/** Distances that differ by less than this are shown as a tie (README, rule A4). */
export const TIE_MARGIN = 0.01;

/**
 * Labels from distances: the nearest feature (the earlier of equals), or
 * indeterminate where even that is farther than `threshold` (README, rules A3, A4).
 *
 * @param distances `featureCount` per kernel; NaN for kernels without a spectrum.
 */
export function labelsFromDistances(
  distances: Float32Array,
  featureCount: number,
  threshold: number,
): ExactAction {
  const count = featureCount > 0 ? distances.length / featureCount : 0;
  const labels = new Int8Array(count).fill(INDETERMINATE);
  const margins = new Float32Array(count).fill(Number.NaN);
  const counts = new Array<number>(featureCount + 1).fill(0);
  for (let k = 0; k < count; k++) {
    const nearest = nearestTwo(distances, k * featureCount, featureCount);
    const isLabelled = nearest.distance <= threshold + EQUAL_DISTANCES;
    if (isLabelled) labels[k] = nearest.index;
    margins[k] = nearest.secondDistance - nearest.distance;
    counts[isLabelled ? nearest.index : featureCount]++;
  }
  return { stage: "exact", distances, labels, margins, counts };
}

/** Labels alone, from distances that are not all of the full grid. */
export function labelsFromCoarse(
  distances: Float32Array,
  featureCount: number,
  threshold: number,
  stage: LayerLabels["stage"],
): LayerLabels {
  const { labels, counts } = labelsFromDistances(distances, featureCount, threshold);
  return { stage, labels, counts };
}

interface Nearest {
  readonly index: number;
  readonly distance: number;
  readonly secondDistance: number;
}

function nearestTwo(distances: Float32Array, start: number, featureCount: number): Nearest {
  let index = 0;
  for (let f = 1; f < featureCount; f++) {
    if (distances[start + f] < distances[start + index] - EQUAL_DISTANCES) index = f;
  }
  let secondDistance = Number.NaN;
  for (let f = 0; f < featureCount; f++) {
    if (f !== index && !(secondDistance <= distances[start + f])) {
      secondDistance = distances[start + f];
    }
  }
  return { index, distance: distances[start + index], secondDistance };
}

/** Shares (sum 1) from counts; all 0 where there is nothing to share. */
export function sharesFromCounts(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (total > 0 ? count / total : 0));
}
