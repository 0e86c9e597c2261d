import { logBinomialProbability, normalQuantile } from "./distributions.ts";

export interface RatioInterval {
  /** (hits / trials) / (baseHits / baseTrials); null where the base has no hit, or a side no trial. */
  readonly ratio: number | null;
  readonly low: number;
  /** Infinity where the base has no hit: any ratio, however large, fits. */
  readonly high: number;
}

/** Ratios are searched in e^-300 .. e^300, whose squares still fit a double. */
const LARGEST_LOG_RATIO = 300;

/** Halvings of the search: 600 / 2^62 is below the spacing of doubles. */
const HALVINGS = 62;

/**
 * Score interval for the ratio of two independent binomial proportions (Koopman 1984, "Confidence intervals for the
 * ratio of two binomial proportions", Biometrics 40(2); Miettinen & Nurminen 1985 without their factor N / (N - 1)).
 * It holds its level for small counts and has an answer for zero counts, where the logarithm of the ratio has none.
 *
 * @param hits 0 .. trials, need not be whole; trials > 0. The base likewise.
 * @param confidence between 0 and 1, for example 0.95.
 */
export function ratioInterval(
  hits: number,
  trials: number,
  baseHits: number,
  baseTrials: number,
  confidence: number,
): RatioInterval {
  if (!(trials > 0 && baseTrials > 0)) {
    return { ratio: null, low: 0, high: Number.POSITIVE_INFINITY };
  }
  const quantile = normalQuantile((1 + confidence) / 2);
  const score = (ratio: number) => ratioScore(hits, trials, baseHits, baseTrials, ratio);
  return {
    ratio: baseHits > 0 ? hits / trials / (baseHits / baseTrials) : null,
    low: hits > 0 ? ratioWithScore(score, quantile) : 0,
    high: baseHits > 0 ? ratioWithScore(score, -quantile) : Number.POSITIVE_INFINITY,
  };
}

/**
 * The score statistic, asymptotically N(0, 1) if the true ratio is `ratio`; falls as `ratio` grows. Its variance
 * takes the most likely shares of that ratio (Miettinen & Nurminen 1985: the smaller root of a quadratic).
 */
function ratioScore(
  hits: number,
  trials: number,
  baseHits: number,
  baseTrials: number,
  ratio: number,
): number {
  const all = hits + baseHits;
  const linear = ratio * (trials + baseHits) + hits + baseTrials;
  const discriminant = linear * linear - 4 * (trials + baseTrials) * all * ratio;
  // The smaller root as product of the roots over the larger one, which does not cancel.
  const baseShare = Math.min(1, (2 * all) / (linear + Math.sqrt(Math.max(0, discriminant))));
  const share = Math.min(1, ratio * baseShare);
  const variance =
    (share * (1 - share)) / trials + (ratio * ratio * baseShare * (1 - baseShare)) / baseTrials;
  const difference = hits / trials - (ratio * baseHits) / baseTrials;
  return difference === 0 ? 0 : difference / Math.sqrt(variance);
}

function ratioWithScore(score: (ratio: number) => number, wanted: number): number {
  let low = -LARGEST_LOG_RATIO;
  let high = LARGEST_LOG_RATIO;
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2;
    if (score(Math.exp(middle)) > wanted) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}

/** Counts come from shares times trials: 15.999999999 is 16. */
const COUNT_TOLERANCE = 1e-6;

/**
 * Fisher's (1934) exact test, one-sided: the chance of at least so many hits on the first side, given all hits, if both
 * sides had the same share. Counts that are not whole are rounded against the claim: hits down, hits of the base up.
 */
export function fisherGreater(
  hits: number,
  trials: number,
  baseHits: number,
  baseTrials: number,
): number {
  const first = Math.round(trials);
  const second = Math.round(baseTrials);
  const observed = Math.max(0, Math.floor(hits + COUNT_TOLERANCE));
  const others = Math.min(second, Math.ceil(baseHits - COUNT_TOLERANCE));
  const all = observed + others;
  const least = Math.max(0, all - second);
  if (observed <= least) return 1;
  // Sum the tail that does not hold the mean, outwards: its terms fall, and none of its digits are lost.
  if (observed * (first + second) > all * first) {
    const probability = Math.exp(logHypergeometric(observed, first, second, all));
    return Math.min(1, probability * relativeUpperTail(observed, first, second, all));
  }
  const below = observed - 1;
  const probability = Math.exp(logHypergeometric(below, first, second, all));
  // The same tail from the other side: below hits here are all - below there.
  return Math.max(0, 1 - probability * relativeUpperTail(all - below, second, first, all));
}

/** ln of the chance that `hits` of `all` hits among first + second trials fall on the first (as R's dhyper, after Loader 2000). */
function logHypergeometric(hits: number, first: number, second: number, all: number): number {
  const trials = first + second;
  if (all === trials) return 0;
  const share = all / trials;
  return (
    logBinomialProbability(hits, first, share) +
    logBinomialProbability(all - hits, second, share) -
    logBinomialProbability(all, trials, share)
  );
}

/** Sum of the hypergeometric probabilities of `hits`, hits + 1, ... as a multiple of that of `hits`. */
function relativeUpperTail(hits: number, first: number, second: number, all: number): number {
  const most = Math.min(first, all);
  let term = 1;
  let sum = 1;
  for (let k = hits; k < most && term > sum * 1e-17; k++) {
    term *= ((first - k) * (all - k)) / ((k + 1) * (second - all + k + 1));
    sum += term;
  }
  return sum;
}
