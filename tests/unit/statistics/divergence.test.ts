import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  jensenShannon,
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
    expect(() => jensenShannon([1], [1, 0])).toThrow(RangeError);
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
