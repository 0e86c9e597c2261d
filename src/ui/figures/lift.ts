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

/** A label that is clearly more, or clearly less, frequent than by chance. */
export interface Lift {
  /** Index in the counts. */
  readonly index: number;
  readonly count: number;
  /** 0 to 1. */
  readonly share: number;
  readonly baselineShare: number;
  /** share / baselineShare; null where chance never gives this label. */
  readonly ratio: number | null;
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
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0 || baselineKernels <= 0) return [];
  const lifts: Lift[] = [];
  counts.forEach((count, index) => {
    const baselineShare = baselineShares[index];
    const expected = total * baselineShare;
    const chance = (baselineShare * baselineKernels + 1) / (baselineKernels + 2);
    const variance = total * chance * (1 - chance) * (1 + total / baselineKernels);
    const standardErrors = (count - expected) / Math.sqrt(variance);
    const enough = Math.abs(count - expected) >= LIFT_FEWEST_KERNELS;
    if (!enough || !(Math.abs(standardErrors) > LIFT_STANDARD_ERRORS)) return;
    const share = count / total;
    const ratio = baselineShare > 0 ? share / baselineShare : null;
    lifts.push({ index, count, share, baselineShare, ratio, standardErrors });
  });
  const above = lifts.filter((lift) => lift.standardErrors > 0);
  const below = lifts.filter((lift) => lift.standardErrors < 0);
  above.sort((a, b) => b.standardErrors - a.standardErrors);
  below.sort((a, b) => a.standardErrors - b.standardErrors);
  return [...above, ...below];
}

/** "\u00D71.7", "\u00D711", "\u00D70.05". */
export function ratioText(ratio: number): string {
  const digits = ratio >= 9.95 ? 0 : ratio >= 0.095 ? 1 : 2;
  return ratio > 0 && ratio < 0.005 ? "under \u00D70.01" : `\u00D7${Number(ratio.toFixed(digits))}`;
}
