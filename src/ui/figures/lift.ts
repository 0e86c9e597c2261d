import { GAUSSIAN_BASELINE_KERNELS } from "../../core/action/noiseKernels.ts";

/**
 * A share is called notable only if chance hardly makes it: a picture shows about a
 * hundred shares, of which two standard errors would call five notable in pure noise.
 */
export const LIFT_STANDARD_ERRORS = 3;

/** One or two kernels prove nothing, however rare their label is by chance. */
export const LIFT_FEWEST_KERNELS = 3;

/** The rule in words, for the picture itself. */
export const LIFT_RULE = `Numbers beside a bar: share, and how many times as often as chance, where the difference is more than ${LIFT_STANDARD_ERRORS} standard errors and at least ${LIFT_FEWEST_KERNELS} kernels.`;

/** How frequent a label is, beside chance. */
export interface Lift {
  /** Index in the counts. */
  readonly index: number;
  readonly count: number;
  /** 0 to 1. */
  readonly share: number;
  readonly baselineShare: number;
  /** share / baselineShare; null where chance never gives this label. */
  readonly ratio: number | null;
  /** Kernels that chance alone would give it. */
  readonly expected: number;
  /** Difference from chance in standard errors; negative for less than chance. */
  readonly standardErrors: number;
}

/**
 * Labels whose count differs from what chance gives by more than
 * LIFT_STANDARD_ERRORS standard errors and by LIFT_FEWEST_KERNELS kernels or more;
 * those above chance first, each group with the clearest first.
 *
 * The error is that of a binomial count, plus that of the baseline's share, itself
 * counted among `baselineKernels`. For that error a share is taken as
 * (hits + 1) / (kernels + 2) (Laplace), so that 0 hits do not mean "impossible".
 */
export function notableLifts(
  counts: readonly number[],
  baselineShares: readonly number[],
  baselineKernels: number = GAUSSIAN_BASELINE_KERNELS,
): readonly Lift[] {
  const lifts = counts
    .map((_, index) => liftOf(counts, baselineShares, index, baselineKernels))
    .filter((lift) => lift !== null)
    .filter(isNotable);
  const above = lifts.filter((lift) => lift.standardErrors > 0);
  const below = lifts.filter((lift) => lift.standardErrors < 0);
  above.sort((a, b) => b.standardErrors - a.standardErrors);
  below.sort((a, b) => a.standardErrors - b.standardErrors);
  return [...above, ...below];
}

/**
 * One label against chance, notable or not; null where nothing was counted.
 *
 * @param index of the label in `counts`.
 */
export function liftOf(
  counts: readonly number[],
  baselineShares: readonly number[],
  index: number,
  baselineKernels: number = GAUSSIAN_BASELINE_KERNELS,
): Lift | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0 || baselineKernels <= 0) return null;
  const count = counts[index];
  const baselineShare = baselineShares[index];
  const chance = (baselineShare * baselineKernels + 1) / (baselineKernels + 2);
  const variance = total * chance * (1 - chance) * (1 + total / baselineKernels);
  const expected = total * baselineShare;
  const share = count / total;
  return {
    index,
    count,
    share,
    baselineShare,
    ratio: baselineShare > 0 ? share / baselineShare : null,
    expected,
    standardErrors: (count - expected) / Math.sqrt(variance),
  };
}

/** True where a label is clearly more, or clearly less, frequent than by chance. */
export function isNotable({ count, expected, standardErrors }: Lift): boolean {
  const enough = Math.abs(count - expected) >= LIFT_FEWEST_KERNELS;
  return enough && Math.abs(standardErrors) > LIFT_STANDARD_ERRORS;
}

/** "\u00D71.7", "\u00D711", "\u00D70.05". */
export function ratioText(ratio: number): string {
  const digits = ratio >= 9.95 ? 0 : ratio >= 0.095 ? 1 : 2;
  return ratio > 0 && ratio < 0.005 ? "under \u00D70.01" : `\u00D7${Number(ratio.toFixed(digits))}`;
}

/** Share over noise: "\u00D71.7"; words where noise or the model never has the label. */
export function liftText(share: number, noise: number): string {
  if (noise > 0) return share === 0 ? "none" : ratioText(share / noise);
  return share > 0 ? "new" : "\u2013";
}
