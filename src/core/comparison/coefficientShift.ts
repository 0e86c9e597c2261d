/**
 * How far the distribution of PCA coefficients of one set of kernels lies from another's, after
 * Gavrikov and Keuper, "CNN Filter DB: An Empirical Investigation of Trained Convolutional
 * Filters", CVPR 2022 ("Measuring distribution shifts"):
 *
 *   D(P || Q) = sum over components i of a_i KL_sym(P_i || Q_i),
 *   KL_sym(P || Q) = sum over bins x of P(x) ln(P(x) / Q(x)) + Q(x) ln(Q(x) / P(x)),
 *
 * where P_i and Q_i are histograms of the coefficients on component i of a PCA of all kernels,
 * and a_i is the share of the variance that the component explains. All histograms have one
 * range, that of all coefficients, cut into equal bins; no bin counts as less than a small number.
 */

/** As in the paper. */
export const SHIFT_BINS = 70;

/**
 * Least probability of a bin, so that logarithms stay finite. The paper has such a floor and does
 * not need its value; ours is far below one kernel in COMPARED_KERNELS_AT_MOST.
 */
export const LEAST_PROBABILITY = 1e-6;

/** Of kernels larger than 5x5 the components after these explain next to nothing. */
export const COMPONENTS_AT_MOST = 25;

/**
 * Bin of each coefficient; 0 where all coefficients are equal.
 *
 * @param scores finite coefficients.
 * @param low, high the range of all coefficients that are compared.
 */
export function binsOf(scores: Float32Array, low: number, high: number): Uint8Array {
  const bins = new Uint8Array(scores.length);
  const scale = high > low ? SHIFT_BINS / (high - low) : 0;
  for (let at = 0; at < scores.length; at++) {
    bins[at] = Math.min(SHIFT_BINS - 1, Math.max(0, Math.floor((scores[at] - low) * scale)));
  }
  return bins;
}

/**
 * D of two sets of histograms, in nats; 0 for equal ones, the same in both directions.
 *
 * @param countsA, countsB SHIFT_BINS counts per component.
 * @param totalA, totalB kernels in either; 0 gives 0, as there is nothing to compare.
 * @param weights share of the variance that each component explains.
 */
export function coefficientShift(
  countsA: Uint32Array,
  totalA: number,
  countsB: Uint32Array,
  totalB: number,
  weights: ArrayLike<number>,
): number {
  if (totalA === 0 || totalB === 0) return 0;
  let shift = 0;
  for (let component = 0; component * SHIFT_BINS < countsA.length; component++) {
    let divergence = 0;
    for (let at = component * SHIFT_BINS, end = at + SHIFT_BINS; at < end; at++) {
      if (countsA[at] === 0 && countsB[at] === 0) continue;
      const p = Math.max(LEAST_PROBABILITY, countsA[at] / totalA);
      const q = Math.max(LEAST_PROBABILITY, countsB[at] / totalB);
      divergence += (p - q) * Math.log(p / q);
    }
    shift += weights[component] * divergence;
  }
  return shift;
}
