import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  histogram,
  jensenShannon,
  kullbackLeibler,
  meanPairwiseJensenShannon,
} from "../../../src/core/statistics/divergence.ts";

const shareLists = fc.integer({ min: 1, max: 8 }).chain((outcomes) => {
  const shares = fc.array(fc.nat(50), { minLength: outcomes, maxLength: outcomes });
  const some = shares.filter((list) => list.some((share) => share > 0));
  return fc.tuple(some, some);
});

function entropy(shares: readonly number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0);
  return -shares.reduce(
    (bits, share) => bits + (share > 0 ? (share / sum) * Math.log2(share / sum) : 0),
    0,
  );
}

function asShares(list: readonly number[]): number[] {
  const sum = list.reduce((total, share) => total + share, 0);
  return list.map((share) => share / sum);
}

describe("kullbackLeibler", () => {
  it("of a binomial from a uniform distribution (Kullback 1959, table 2.1, example 2.1)", () => {
    const binomial = [9 / 25, 12 / 25, 4 / 25];
    const uniform = [1 / 3, 1 / 3, 1 / 3];
    const there = (32 * Math.log(2) + 55 * Math.log(3) - 50 * Math.log(5)) / 25;
    const back = (-4 * Math.log(2) - 6 * Math.log(3) + 6 * Math.log(5)) / 3;
    expect(there).toBeCloseTo(0.0852996, 7);
    expect(back).toBeCloseTo(0.097455, 6);
    expect(kullbackLeibler(binomial, uniform)).toBeCloseTo(there / Math.LN2, 14);
    expect(kullbackLeibler(uniform, binomial)).toBeCloseTo(back / Math.LN2, 14);
  });

  it("is infinite where q has nothing and p has something, and finite the other way", () => {
    expect(kullbackLeibler([0.5, 0.5], [1, 0])).toBe(Number.POSITIVE_INFINITY);
    expect(kullbackLeibler([1, 0], [0.5, 0.5])).toBe(1);
  });

  it("is never negative, 0 only for the same shares, and takes counts", () => {
    fc.assert(
      fc.property(shareLists, fc.integer({ min: 1, max: 9 }), ([p, q], factor) => {
        const bits = kullbackLeibler(p, q);
        expect(bits).toBeGreaterThanOrEqual(0);
        expect(kullbackLeibler(p, p)).toBe(0);
        expect(
          kullbackLeibler(
            p.map((x) => x * factor),
            p,
          ),
        ).toBeCloseTo(0, 14);
        const [first, second] = [asShares(p), asShares(q)];
        // Pinsker's inequality: bits >= (sum of differences)^2 / (2 ln 2).
        const distance = first.reduce((sum, x, i) => sum + Math.abs(x - second[i]), 0);
        expect(bits).toBeGreaterThanOrEqual(distance ** 2 / (2 * Math.LN2) - 1e-12);
      }),
    );
  });
});

describe("jensenShannon", () => {
  // The examples of scipy.spatial.distance.jensenshannon, which gives the root in nats or to a base.
  it("agrees with scipy's documented examples", () => {
    expect(jensenShannon([1, 0, 0], [0, 1, 0])).toBe(1);
    expect(jensenShannon([1, 0], [0.5, 0.5])).toBeCloseTo(0.46450140402245893 ** 2 / Math.LN2, 14);
    expect(jensenShannon([1, 0, 0], [1, 0, 0])).toBe(0);
  });

  it("is the entropy of the mean less the mean entropy (Lin 1991)", () => {
    fc.assert(
      fc.property(shareLists, ([p, q]) => {
        const second = asShares(q);
        const middle = asShares(p).map((x, i) => (x + second[i]) / 2);
        const wanted = entropy(middle) - (entropy(p) + entropy(q)) / 2;
        expect(jensenShannon(p, q)).toBeCloseTo(wanted, 12);
      }),
    );
  });

  it("is symmetric, within 0 and 1, and 0 for the same shares", () => {
    fc.assert(
      fc.property(shareLists, ([p, q]) => {
        const bits = jensenShannon(p, q);
        expect(bits).toBeGreaterThanOrEqual(0);
        expect(bits).toBeLessThanOrEqual(1);
        expect(jensenShannon(q, p)).toBe(bits);
        expect(jensenShannon(p, p)).toBe(0);
      }),
    );
  });

  it("has no answer without shares, and refuses lists of unlike length", () => {
    expect(jensenShannon([0, 0], [1, 0])).toBeNaN();
    expect(kullbackLeibler([1, 0], [0, 0])).toBeNaN();
    expect(() => jensenShannon([1], [1, 0])).toThrow(RangeError);
    expect(() => kullbackLeibler([1, 0], [1])).toThrow(RangeError);
  });
});

describe("meanPairwiseJensenShannon", () => {
  it("is the mean over the three pairs of three lists", () => {
    const [a, b, c] = [
      [1, 0],
      [0, 1],
      [0.5, 0.5],
    ];
    const half = jensenShannon(a, c);
    expect(meanPairwiseJensenShannon([a, b, c])).toBeCloseTo((1 + 2 * half) / 3, 14);
  });

  it("does not mind the order, and has no answer for one list", () => {
    fc.assert(
      fc.property(shareLists, ([p, q]) => {
        const lists = [p, q, q, p];
        const bits = meanPairwiseJensenShannon(lists);
        expect(bits).toBeCloseTo((4 * jensenShannon(p, q)) / 6, 12);
        expect(meanPairwiseJensenShannon([q, p, p, q])).toBeCloseTo(bits, 12);
      }),
    );
    expect(meanPairwiseJensenShannon([[1, 0]])).toBeNaN();
  });
});

describe("histogram", () => {
  it("shares the values among the bins; the upper end belongs to the last", () => {
    expect(histogram([0, 0.24, 0.25, 0.5, 0.99, 1, 1, 1], 0, 1, 4)).toEqual([
      2 / 8,
      1 / 8,
      1 / 8,
      4 / 8,
    ]);
  });

  it("keeps what lies outside in the end bins and leaves NaN out", () => {
    const values = [-9, Number.NEGATIVE_INFINITY, 5, Number.POSITIVE_INFINITY, Number.NaN];
    expect(histogram(values, -1, 1, 3)).toEqual([0.5, 0, 0.5]);
  });

  it("has one place for values that are all the same, and zeros for none", () => {
    expect(histogram(Float32Array.of(2, 2, 2), 2, 2, 3)).toEqual([1, 0, 0]);
    expect(histogram([], 0, 1, 3)).toEqual([0, 0, 0]);
  });

  it("counts each value once, in the bin whose edges hold it", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 1 }),
        fc.integer({ min: 1, max: 16 }),
        (values, bins) => {
          // Edges that are whole numbers, so that no rounding decides.
          const width = 4;
          const shares = histogram(values, -bins, bins * (width - 1), bins);
          expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
          for (let bin = 1; bin < bins - 1; bin++) {
            const low = -bins + width * bin;
            const inside = values.filter((value) => value >= low && value < low + width);
            expect(shares[bin]).toBeCloseTo(inside.length / values.length, 12);
          }
        },
      ),
    );
  });
});
