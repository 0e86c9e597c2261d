import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../../src/core/random/seededRandom.ts";
import { normalQuantile } from "../../../src/core/statistics/distributions.ts";
import { fisherGreater, ratioInterval } from "../../../src/core/statistics/proportions.ts";

/** Two samples, each with 0 to all hits. */
const samples = fc
  .tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 200 }))
  .chain(([trials, baseTrials]) =>
    fc.record({
      trials: fc.constant(trials),
      baseTrials: fc.constant(baseTrials),
      hits: fc.nat(trials),
      baseHits: fc.nat(baseTrials),
    }),
  );

/**
 * Koopman's U (1984) from the definition: chi-square of both samples at the shares that make them most
 * likely when their ratio is given. The likelihood is maximised by golden section, not by the formula.
 */
function slowScore(x: number, n: number, y: number, m: number, ratio: number): number {
  const logLikelihood = (base: number) => {
    const share = ratio * base;
    const term = (count: number, p: number) => (count === 0 ? 0 : count * Math.log(p));
    return term(x, share) + term(n - x, 1 - share) + term(y, base) + term(m - y, 1 - base);
  };
  const golden = (Math.sqrt(5) - 1) / 2;
  let low = 0;
  let high = Math.min(1, 1 / ratio);
  for (let step = 0; step < 100; step++) {
    const left = high - golden * (high - low);
    const right = low + golden * (high - low);
    if (logLikelihood(left) < logLikelihood(right)) low = left;
    else high = right;
  }
  const base = (low + high) / 2;
  const share = ratio * base;
  return (
    (x - n * share) ** 2 / (n * share * (1 - share)) + (y - m * base) ** 2 / (m * base * (1 - base))
  );
}

describe("ratioInterval", () => {
  it("gives Koopman's example: 36 of 40 against 16 of 80 is 4.5 (2.94, 7.15)", () => {
    const { ratio, low, high } = ratioInterval(36, 40, 16, 80, 0.95);
    expect(ratio).toBe(4.5);
    expect(low).toBeCloseTo(2.94, 2);
    expect(high).toBeCloseTo(7.15, 2);
  });

  // By scipy: the likelihood maximised numerically, the bounds by Brent's method.
  it.each([
    [36, 40, 16, 80, 2.939569192154621, 7.152223437246374],
    [5, 64, 130.4, 4000, 1.0223927700097832, 5.3193759225251345],
    [0, 64, 130, 4000, 0, 1.7450276863042435],
    [12, 30, 0, 50, 5.535653187522818, Number.POSITIVE_INFINITY],
    [3, 10, 2.5, 10, 0.3139113436725254, 4.689515174717635],
    [64, 64, 10, 64, 3.7838569197167504, 11.474675875453853],
  ])("agrees with scipy: %s of %s against %s of %s", (x, n, y, m, low, high) => {
    const interval = ratioInterval(x, n, y, m, 0.95);
    if (low === 0) expect(interval.low).toBe(0);
    else expect(interval.low / low).toBeCloseTo(1, 6);
    if (high === Number.POSITIVE_INFINITY) expect(interval.high).toBe(high);
    else expect(interval.high / high).toBeCloseTo(1, 6);
  });

  it("ends where Koopman's U is the quantile of chi-square", () => {
    fc.assert(
      fc.property(samples, ({ hits, trials, baseHits, baseTrials }) => {
        const { low, high } = ratioInterval(hits, trials, baseHits, baseTrials, 0.9);
        const wanted = normalQuantile(0.95) ** 2;
        for (const bound of [low, high]) {
          if (bound === 0 || bound === Number.POSITIVE_INFINITY) continue;
          const score = slowScore(hits, trials, baseHits, baseTrials, bound);
          expect(score / wanted).toBeCloseTo(1, 4);
        }
      }),
    );
  });

  it("contains the ratio, narrows with less confidence, and turns over when the sides are swapped", () => {
    fc.assert(
      fc.property(samples, ({ hits, trials, baseHits, baseTrials }) => {
        const { ratio, low, high } = ratioInterval(hits, trials, baseHits, baseTrials, 0.95);
        expect(low).toBeLessThan(high);
        if (ratio !== null) {
          expect(low).toBeLessThanOrEqual(ratio);
          expect(high).toBeGreaterThanOrEqual(ratio);
        }
        const narrow = ratioInterval(hits, trials, baseHits, baseTrials, 0.5);
        expect(narrow.low).toBeGreaterThanOrEqual(low);
        expect(narrow.high).toBeLessThanOrEqual(high);
        const swapped = ratioInterval(baseHits, baseTrials, hits, trials, 0.95);
        if (low === 0) expect(swapped.high).toBe(Number.POSITIVE_INFINITY);
        else expect(swapped.high * low).toBeCloseTo(1, 9);
        if (high === Number.POSITIVE_INFINITY) expect(swapped.low).toBe(0);
        else expect(swapped.low * high).toBeCloseTo(1, 9);
      }),
    );
  });

  it("changes little between whole numbers of hits", () => {
    const [before, between, after] = [9, 9.5, 10].map((hits) =>
      ratioInterval(hits, 64, 30, 400, 0.95),
    );
    expect(between.low).toBeGreaterThan(before.low);
    expect(between.low).toBeLessThan(after.low);
    expect(between.high).toBeGreaterThan(before.high);
    expect(between.high).toBeLessThan(after.high);
  });

  it("knows nothing without hits, and nothing without trials", () => {
    const nothing = { ratio: null, low: 0, high: Number.POSITIVE_INFINITY };
    expect(ratioInterval(0, 10, 0, 20, 0.95)).toEqual(nothing);
    expect(ratioInterval(0, 0, 3, 20, 0.95)).toEqual(nothing);
    expect(ratioInterval(3, 20, 0, 0, 0.95)).toEqual(nothing);
  });

  it("covers the true ratio about as often as it says", () => {
    const random = new SeededRandom(1984);
    for (const [trials, baseTrials, share, baseShare] of [
      [20, 400, 0.2, 0.05],
      [64, 64, 0.1, 0.1],
    ]) {
      const draw = (n: number, p: number) =>
        Array.from({ length: n }, () => random.uniform() < p).filter(Boolean).length;
      let covered = 0;
      for (let run = 0; run < 1000; run++) {
        const { low, high } = ratioInterval(
          draw(trials, share),
          trials,
          draw(baseTrials, baseShare),
          baseTrials,
          0.95,
        );
        if (low <= share / baseShare && share / baseShare <= high) covered++;
      }
      expect(covered).toBeGreaterThan(925);
      expect(covered).toBeLessThan(990);
    }
  });
});

/** Sum over the hypergeometric distribution in whole numbers, as exact as BigInt. */
function exactFisher(hits: number, trials: number, baseHits: number, baseTrials: number): number {
  const all = hits + baseHits;
  let tail = 0n;
  for (let k = hits; k <= Math.min(all, trials); k++) {
    tail += choose(trials, k) * choose(baseTrials, all - k);
  }
  return Number((tail * 10n ** 18n) / choose(trials + baseTrials, all)) / 1e18;
}

function choose(n: number, k: number): bigint {
  if (k < 0 || k > n) return 0n;
  let ways = 1n;
  for (let i = 1; i <= k; i++) ways = (ways * BigInt(n - k + i)) / BigInt(i);
  return ways;
}

describe("fisherGreater", () => {
  it("is 17/70 for the lady who found three of four cups (Fisher 1935, The design of experiments, II)", () => {
    expect(fisherGreater(3, 4, 1, 4)).toBeCloseTo(17 / 70, 14);
    expect(fisherGreater(4, 4, 0, 4)).toBeCloseTo(1 / 70, 14);
  });

  // By exact fractions in Python.
  it.each([
    [8, 10, 1, 10, 0.0027387473207906646],
    [0, 5, 3, 7, 1],
    [36, 40, 16, 80, 7.566803984745183e-14],
    [1, 9, 11, 12, 0.9999965978294152],
    [300, 1000, 800, 4000, 1.9645741402635958e-11],
    [20, 64, 100, 4000, 3.4052931712088766e-16],
    [2, 64, 400, 4000, 0.9901800384236437],
    [600, 4000, 120, 1000, 0.008137683147110478],
  ])("agrees with fractions: %s of %s against %s of %s", (x, n, y, m, wanted) => {
    expect(fisherGreater(x, n, y, m) / wanted).toBeCloseTo(1, 10);
  });

  it("agrees with whole numbers for any small table", () => {
    fc.assert(
      fc.property(samples, ({ hits, trials, baseHits, baseTrials }) => {
        const wanted = exactFisher(hits, trials, baseHits, baseTrials);
        expect(fisherGreater(hits, trials, baseHits, baseTrials)).toBeCloseTo(wanted, 11);
      }),
    );
  });

  it("rounds against the claim, but not what is whole but for rounding", () => {
    expect(fisherGreater(3.9, 4, 0, 4)).toBe(fisherGreater(3, 4, 0, 4));
    expect(fisherGreater(4, 4, 0.1, 4)).toBe(fisherGreater(4, 4, 1, 4));
    expect(fisherGreater(3.9999999999, 4, 1.0000000001, 4)).toBe(fisherGreater(4, 4, 1, 4));
  });

  it("is 1 where nothing could be told apart, 0 beyond what a double can hold", () => {
    expect(fisherGreater(0, 0, 3, 9)).toBe(1);
    expect(fisherGreater(5, 5, 9, 9)).toBe(1);
    expect(fisherGreater(900, 1000, 10, 4000)).toBe(0);
  });
});
