import type { SeededRandom } from "../random/seededRandom.ts";

/** Up to this many trials the chances of 0, 1, 2, ... are summed up; halving the trials costs more. */
const TRIALS_SUMMED = 64;

/**
 * A number of the gamma distribution with scale 1 (Marsaglia and Tsang 2000, "A simple method
 * for generating gamma variables").
 *
 * @param shape at least 1.
 */
export function gammaDraw(shape: number, random: SeededRandom): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const cubed = (1 + c * x) ** 3;
    if (cubed <= 0) continue;
    if (Math.log(positive(random)) < (x * x) / 2 + d * (1 - cubed + Math.log(cubed))) {
      return d * cubed;
    }
  }
}

/** Uniform in (0, 1). */
function positive(random: SeededRandom): number {
  for (;;) {
    const drawn = random.uniform();
    if (drawn > 0) return drawn;
  }
}

/**
 * Successes in so many trials. Exact and fast for any number: the trials are uniform numbers,
 * the middle one of which is of a beta distribution; where it falls tells about half of them
 * at once (Relles 1972, "A simple algorithm for generating binomial random variables when N is
 * large").
 */
export function binomialDraw(trials: number, probability: number, random: SeededRandom): number {
  let left = trials;
  let p = probability;
  let successes = 0;
  while (left > TRIALS_SUMMED) {
    if (!(p > 0)) return successes;
    if (p >= 1) return successes + left;
    const middle = Math.floor((left + 1) / 2);
    const below = gammaDraw(middle, random);
    const cut = below / (below + gammaDraw(left + 1 - middle, random));
    if (cut <= p) {
      successes += middle;
      left -= middle;
      p = (p - cut) / (1 - cut);
    } else {
      left = middle - 1;
      p /= cut;
    }
  }
  return (
    successes + (p > 0.5 ? left - fewSuccesses(left, 1 - p, random) : fewSuccesses(left, p, random))
  );
}

/**
 * Successes by inversion of their distribution function, as many steps as there are successes
 * (BINV of Kachitvichyanukul and Schmeiser 1988, "Binomial random variate generation").
 *
 * @param probability at most 1/2, and with few trials, so that the chance of none is no rounding.
 */
function fewSuccesses(trials: number, probability: number, random: SeededRandom): number {
  const odds = probability / (1 - probability);
  let chance = (1 - probability) ** trials;
  let rest = random.uniform();
  let successes = 0;
  while (rest >= chance && successes < trials) {
    rest -= chance;
    chance *= (odds * (trials - successes)) / (successes + 1);
    successes++;
  }
  return successes;
}

/** Writes how often each of the shares is met in so many trials. */
export function multinomialDraw(
  trials: number,
  shares: Float64Array,
  random: SeededRandom,
  counts: number[],
): void {
  let left = trials;
  let rest = 1;
  for (let i = 0; i < shares.length - 1; i++) {
    counts[i] =
      left > 0 && rest > 0 ? binomialDraw(left, Math.min(1, shares[i] / rest), random) : 0;
    left -= counts[i];
    rest -= shares[i];
  }
  counts[shares.length - 1] = left;
}
