import { chiSquareUpperTail, normalCdf } from "./distributions.ts";
import { whitenedRows } from "./whitening.ts";

export interface HenzeZirkler {
  /** n times a weighted distance of the empirical characteristic function from the normal one; larger is less normal. */
  readonly statistic: number;
  /** Chance of a statistic at least as large from normal rows, by the lognormal approximation. */
  readonly pValue: number;
}

export interface Mardia {
  /** b_1,d: mean cube of the Mahalanobis inner products over all pairs; 0 for a symmetric distribution. */
  readonly skewness: number;
  readonly skewnessPValue: number;
  /** b_2,d: mean fourth power of the Mahalanobis length; d (d + 2) for a normal distribution. */
  readonly kurtosis: number;
  /** Two-sided: heavier or lighter tails than normal. */
  readonly kurtosisPValue: number;
}

/**
 * Are the rows a sample of some multivariate normal distribution? The test of Henze & Zirkler (1990, "A class of
 * invariant consistent tests for multivariate normality", Communications in Statistics 19(10)): consistent against
 * every alternative, unchanged by any affine map of the rows.
 *
 * The p-value is right for large samples. Measured on normal rows of nine values, it falls below 0.05 for 10 % of samples
 * of 12 rows, 7 % of 20, 6 % of 32 and 5 % from 64 on; its median is 0.15 for 16 rows, 0.33 for 32, 0.42 for 64 and 0.48
 * for 128. So samples of unlike size are compared at the size of the smallest, not by p-values of small samples.
 *
 * @param rows n rows of `entries` values, one after the other; n^2 / 2 distances are taken, so sample large sets first.
 * @returns null if n <= entries + 1 or if the covariance is singular.
 */
export function henzeZirkler(rows: Float64Array, entries: number): HenzeZirkler | null {
  const count = Math.floor(rows.length / entries);
  if (!(count > entries + 1)) return null;
  const whitened = whitenedRows(rows, entries);
  if (whitened === null) return null;
  const d = entries;
  // The smoothing parameter that is optimal for a kernel estimate of a normal density.
  const beta = ((count * (2 * d + 1)) / 4) ** (1 / (d + 4)) / Math.SQRT2;
  const square = beta * beta;
  const pairs = (count + 2 * sumOverPairs(whitened, d, -square / 2)) / count;
  const lengths = sumOverRows(whitened, d, -square / (2 * (1 + square)));
  const statistic =
    pairs - 2 * (1 + square) ** (-d / 2) * lengths + count * (1 + 2 * square) ** (-d / 2);
  return { statistic, pValue: lognormalTail(statistic, square, d) };
}

/** Sum of exp(factor |y_i - y_j|^2) over the pairs i < j. */
function sumOverPairs(rows: Float64Array, entries: number, factor: number): number {
  let sum = 0;
  for (let first = entries; first < rows.length; first += entries) {
    for (let second = 0; second < first; second += entries) {
      let distance = 0;
      for (let i = 0; i < entries; i++) {
        const difference = rows[first + i] - rows[second + i];
        distance += difference * difference;
      }
      sum += Math.exp(factor * distance);
    }
  }
  return sum;
}

/** Sum of exp(factor |y_i|^2) over the rows. */
function sumOverRows(rows: Float64Array, entries: number, factor: number): number {
  let sum = 0;
  for (let start = 0; start < rows.length; start += entries) {
    sum += Math.exp(factor * squaredLength(rows, start, entries));
  }
  return sum;
}

function squaredLength(rows: Float64Array, start: number, entries: number): number {
  let square = 0;
  for (let i = start; i < start + entries; i++) square += rows[i] * rows[i];
  return square;
}

/** P(T > statistic) of the lognormal variable with the mean and the variance of T under normality. */
function lognormalTail(statistic: number, square: number, d: number): number {
  const a = 1 + 2 * square;
  const w = (1 + square) * (1 + 3 * square);
  const fourth = square ** 2;
  const eighth = square ** 4;
  const mean = 1 - a ** (-d / 2) * (1 + (d * square) / a + (d * (d + 2) * fourth) / (2 * a * a));
  const variance =
    2 * (1 + 4 * square) ** (-d / 2) +
    2 * a ** -d * (1 + (2 * d * fourth) / a ** 2 + (3 * d * (d + 2) * eighth) / (4 * a ** 4)) -
    4 * w ** (-d / 2) * (1 + (3 * d * fourth) / (2 * w) + (d * (d + 2) * eighth) / (2 * w * w));
  const logVariance = Math.log1p(variance / mean ** 2);
  const logMean = Math.log(mean) - logVariance / 2;
  if (!(statistic > 0)) return 1;
  return normalCdf((logMean - Math.log(statistic)) / Math.sqrt(logVariance));
}

/** Below this many rows Mardia's factor makes the mean of the skewness statistic exact (Mardia 1974). */
const SMALL_SAMPLE = 20;

/**
 * Multivariate skewness and kurtosis of Mardia (1970, "Measures of multivariate skewness and kurtosis with
 * applications", Biometrika 57(3)), unchanged by any affine map of the rows. n b_1 / 6 is compared with chi-square of
 * d (d + 1) (d + 2) / 6 degrees of freedom, with Mardia's factor for n < 20; the kurtosis with the normal
 * distribution of its exact mean and variance. The skewness test is cautious: of samples of normal rows of nine values
 * 0.03 % of 20 rows, 1 % of 32, 3 % of 64 and 5 % of 256 fall below 0.05.
 *
 * @param rows n rows of `entries` values; n d^3 / 6 steps.
 * @returns null if n <= entries + 1 or if the covariance is singular.
 */
export function mardia(rows: Float64Array, entries: number): Mardia | null {
  const n = Math.floor(rows.length / entries);
  if (!(n > entries + 1)) return null;
  const whitened = whitenedRows(rows, entries);
  if (whitened === null) return null;
  const d = entries;
  const skewness = squaredThirdMoments(whitened, d);
  let fourthPowers = 0;
  for (let start = 0; start < whitened.length; start += d) {
    fourthPowers += squaredLength(whitened, start, d) ** 2;
  }
  const kurtosis = fourthPowers / n;
  const correction =
    n < SMALL_SAMPLE ? ((d + 1) * (n + 1) * (n + 3)) / (n * ((n + 1) * (d + 1) - 6)) : 1;
  return {
    skewness,
    skewnessPValue: chiSquareUpperTail(
      (correction * n * skewness) / 6,
      (d * (d + 1) * (d + 2)) / 6,
    ),
    kurtosis,
    kurtosisPValue: 2 * normalCdf(-Math.abs(kurtosisDeviation(kurtosis, n, d))),
  };
}

/**
 * The kurtosis in standard deviations from its mean, both exact for n normal rows (Mardia 1974, "Applications of some
 * measures of multivariate skewness and kurtosis in testing normality", Sankhya B 36). Their limits
 * d (d + 2) and 8 d (d + 2) / n serve only large samples: with them 31 % of samples of 12 normal rows of nine values
 * and 16 % of samples of 16 fail a test at 5 %; with these 5 % and 4 %.
 */
function kurtosisDeviation(kurtosis: number, n: number, d: number): number {
  const mean = (d * (d + 2) * (n - 1)) / (n + 1);
  const variance =
    (8 * d * (d + 2) * (n - 3) * (n - d - 1) * (n - d + 1)) / ((n + 1) ** 2 * (n + 3) * (n + 5));
  // Three rows of one value have the same kurtosis whatever they are.
  return variance === 0 ? 0 : (kurtosis - mean) / Math.sqrt(variance);
}

/**
 * Mean of (y_i . y_j)^3 over all pairs, as the sum of squares of the third moments mean(y_a y_b y_c): the same
 * number (expand the inner product) in n d^3 / 6 steps instead of n^2 d.
 */
function squaredThirdMoments(rows: Float64Array, entries: number): number {
  const count = rows.length / entries;
  let sum = 0;
  for (let a = 0; a < entries; a++) {
    for (let b = 0; b <= a; b++) {
      for (let c = 0; c <= b; c++) {
        let moment = 0;
        for (let start = 0; start < rows.length; start += entries) {
          moment += rows[start + a] * rows[start + b] * rows[start + c];
        }
        sum += arrangements(a, b, c) * (moment / count) ** 2;
      }
    }
  }
  return sum;
}

/** In how many orders a >= b >= c can stand. */
function arrangements(a: number, b: number, c: number): number {
  if (a === c) return 1;
  return a === b || b === c ? 3 : 6;
}
