import { normalQuantile } from "../statistics/distributions.ts";
import type { ShareShift } from "./comparison.ts";

/** Confidence of the intervals around shifts of shares. */
export const SHIFT_CONFIDENCE = 0.95;

/** A share of labels of one layer, and what chance gives there. */
export interface CountedLabel {
  readonly count: number;
  readonly total: number;
  readonly chance: number | null;
}

/**
 * Standard error of a difference of two shares that chance alone makes: the binomial error if both
 * had the share of all kernels together, for which a count is taken as (hits + 1) / (kernels + 2)
 * (Laplace), so that 0 hits do not mean "impossible". Infinity where a side has no kernel.
 */
function errorOfDifference(countA: number, totalA: number, countB: number, totalB: number): number {
  const share = (countA + countB + 1) / (totalA + totalB + 2);
  return Math.sqrt(share * (1 - share) * (1 / totalA + 1 / totalB));
}

/** A difference of two shares, B - A, in standard errors; 0 where a side has no kernel. */
export function standardErrorsOf(
  countA: number,
  totalA: number,
  countB: number,
  totalB: number,
): number {
  if (totalA === 0 || totalB === 0) return 0;
  const error = errorOfDifference(countA, totalA, countB, totalB);
  return (countB / totalB - countA / totalA) / error;
}

/**
 * The shift of one label's share from A to B with its 95 % interval.
 *
 * @param limit standard errors that noise does not exceed.
 */
export function shareShift(
  label: string,
  a: CountedLabel,
  b: CountedLabel,
  limit: number,
): ShareShift {
  const shareA = a.total > 0 ? a.count / a.total : 0;
  const shareB = b.total > 0 ? b.count / b.total : 0;
  const standardErrors = standardErrorsOf(a.count, a.total, b.count, b.total);
  const error = errorOfDifference(a.count, a.total, b.count, b.total);
  const [low, high] = differenceInterval(a.count, a.total, b.count, b.total);
  return {
    label,
    countA: a.count,
    countB: b.count,
    shareA,
    shareB,
    shift: shareB - shareA,
    low,
    high,
    standardErrors,
    // Of a layer without kernels the error is infinite, whatever the limit.
    noiseReach: Number.isFinite(error) ? Math.min(1, limit * error) : 1,
    exceedsNoise: Math.abs(standardErrors) > limit,
    chanceA: a.chance,
    chanceB: b.chance,
  };
}

/**
 * Interval for shareB - shareA from the score intervals of both shares (Newcombe 1998, "Interval
 * estimation for the difference between independent proportions", Statistics in Medicine 17,
 * method 10): good for small counts, and never beyond -1 .. 1. [-1, 1] without kernels.
 */
export function differenceInterval(
  countA: number,
  totalA: number,
  countB: number,
  totalB: number,
): readonly [low: number, high: number] {
  if (totalA === 0 || totalB === 0) return [-1, 1];
  const shareA = countA / totalA;
  const shareB = countB / totalB;
  const [lowA, highA] = scoreInterval(shareA, totalA);
  const [lowB, highB] = scoreInterval(shareB, totalB);
  const difference = shareB - shareA;
  return [
    difference - Math.hypot(shareB - lowB, highA - shareA),
    difference + Math.hypot(highB - shareB, shareA - lowA),
  ];
}

const QUANTILE = normalQuantile((1 + SHIFT_CONFIDENCE) / 2);

/** Wilson's (1927) interval of one share. */
function scoreInterval(share: number, total: number): readonly [low: number, high: number] {
  const square = QUANTILE ** 2;
  const middle = share + square / (2 * total);
  const reach = QUANTILE * Math.sqrt((share * (1 - share)) / total + square / (4 * total ** 2));
  const scale = 1 + square / total;
  return [Math.max(0, (middle - reach) / scale), Math.min(1, (middle + reach) / scale)];
}
