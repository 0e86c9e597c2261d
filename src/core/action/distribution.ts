import type { FrequencyGrid } from "./frequencyGrid.ts";

/**
 * The values of one spectrum as a distribution on [0, 1]: per bin how many there
 * are and what they sum to, side by side (count, sum, count, sum, ...) since both
 * are always needed together. The mean |difference| of two sorted lists is the
 * Wasserstein-1 distance of the two distributions, the integral of the
 * difference of their distribution functions (Vallender 1974), so no list has
 * to be sorted.
 *
 * Values are counted once per column of the half plane and the two columns that
 * are their own mirror image half, so `total` is half the grid's values.
 */
export type Distribution = Float64Array;

export function emptyDistribution(bins: number): Distribution {
  return new Float64Array(2 * bins);
}

/** Sum of all counts of a distribution on this grid. */
export function distributionTotal(plane: FrequencyGrid): number {
  return plane.fullCount / 2;
}

/**
 * Turns squares into values in 0..1, in place, and counts them.
 *
 * @param half squared moduli on the half plane, `largest` the largest of them.
 * @param into overwritten.
 */
export function fillDistribution(
  half: Float64Array,
  largest: number,
  plane: FrequencyGrid,
  into: Distribution,
): void {
  const bins = into.length / 2;
  const scale = 1 / largest;
  into.fill(0);
  for (let at = 0; at < half.length; at++) {
    const square = half[at] * scale;
    const value = square > 0 ? Math.sqrt(square) : 0;
    half[at] = value;
    const bin = value < 1 ? (value * bins) | 0 : bins - 1;
    into[2 * bin]++;
    into[2 * bin + 1] += value;
  }
  countOnlyHalf(half, plane, 0, into);
  if (plane.width % 2 === 0) countOnlyHalf(half, plane, plane.columns - 1, into);
}

/** Takes back half of what a column that is its own mirror image was counted. */
function countOnlyHalf(
  half: Float64Array,
  plane: FrequencyGrid,
  column: number,
  into: Distribution,
): void {
  const bins = into.length / 2;
  for (let at = column; at < half.length; at += plane.columns) {
    const value = half[at];
    const bin = value < 1 ? (value * bins) | 0 : bins - 1;
    into[2 * bin] -= 0.5;
    into[2 * bin + 1] -= value / 2;
  }
}

/** A distance known to lie in [distance, distance + uncertainty]. */
export interface BoundedDistance {
  distance: number;
  uncertainty: number;
}

/**
 * Mean |difference| of the two sorted lists, from below, and by how much it may
 * be larger. Within a bin the integral of F_a - F_b follows exactly from counts
 * and sums; only where the sign may change inside a bin is |integral| less than
 * the integral of the modulus, by at most twice the smaller of the two areas.
 *
 * @param total see `distributionTotal`.
 * @param result written to, so that a loop over kernels allocates nothing.
 */
export function distributionDistance(
  a: Distribution,
  b: Distribution,
  total: number,
  result: BoundedDistance,
): void {
  const bins = a.length / 2;
  const width = 1 / bins;
  let lead = 0; // (F_a - F_b) * total at the bin's left edge
  let area = 0;
  let uncertainty = 0;
  for (let bin = 0; bin < bins; bin++) {
    const right = (bin + 1) * width;
    const countA = a[2 * bin];
    const countB = b[2 * bin];
    const integral = lead * width + (countA - countB) * right - (a[2 * bin + 1] - b[2 * bin + 1]);
    area += integral < 0 ? -integral : integral;
    const highest = lead + countA;
    const lowest = lead - countB;
    if (highest > 0 && lowest < 0) {
      uncertainty += 2 * width * Math.min(highest, -lowest);
    }
    lead += countA - countB;
  }
  result.distance = area / total;
  result.uncertainty = uncertainty / total;
}
