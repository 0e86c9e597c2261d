import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../../src/core/random/seededRandom.ts";
import { holm, permutationGreater } from "../../../src/core/statistics/ranks.ts";

/** Mean of the ranks that a value could get among all: one more than those below, and half of its ties. */
function slowRank(value: number, all: readonly number[]): number {
  const below = all.filter((other) => other < value).length;
  const ties = all.filter((other) => other === value).length;
  return below + (ties + 1) / 2;
}

function* subsets(size: number, from: number, to: number): Generator<readonly number[]> {
  if (size === 0) yield [];
  for (let first = from; first <= to - size; first++) {
    for (const rest of size > 0 ? subsets(size - 1, first + 1, to) : []) yield [first, ...rest];
  }
}

/** The test by its definition: every way to deal the values. */
function slowTest(first: readonly number[], second: readonly number[]) {
  const all = [...first, ...second];
  const ranks = all.map((value) => slowRank(value, all));
  const sum = (places: readonly number[]) =>
    places.reduce((total, place) => total + ranks[place], 0);
  const observed = sum(first.map((_, place) => place));
  const sums = [...subsets(first.length, 0, all.length)].map(sum);
  const most = Math.max(...sums);
  const others = sum(all.map((_, place) => place)) - observed;
  return {
    difference: observed / first.length - others / second.length,
    pValue: sums.filter((other) => other >= observed).length / sums.length,
    smallestPValue: sums.filter((other) => other === most).length / sums.length,
  };
}

describe("permutationGreater", () => {
  // Hollander & Wolfe (1973), p. 69, also the example of R's wilcox.test: W = 35, p = 0.1272.
  it("agrees with Hollander & Wolfe's permeability of the chorioamnion", () => {
    const atTerm = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    const earlier = [1.15, 0.88, 0.9, 0.74, 1.21];
    const { pValue, smallestPValue } = permutationGreater(atTerm, earlier);
    expect(pValue).toBeCloseTo(0.1272061272061272, 14);
    expect(smallestPValue).toBeCloseTo(1 / 3003, 14);
  });

  it("agrees with all 1716 deals of a table with ties, listed in Python", () => {
    const result = permutationGreater([1, 2, 2, 3, 5, 5, 8], [0, 2, 2, 4, 5, 1]);
    expect(result.pValue).toBeCloseTo(0.15675990675990675, 14);
    expect(result.smallestPValue).toBeCloseTo(0.002331002331002331, 14);
    expect(result.difference).toBeCloseTo(2.321428571428571, 13);
  });

  it("agrees with the definition, with and without ties", () => {
    const values = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(values, values, (first, second) => {
        const result = permutationGreater(first, second);
        const slow = slowTest(first, second);
        expect(result.pValue).toBeCloseTo(slow.pValue, 12);
        expect(result.smallestPValue).toBeCloseTo(slow.smallestPValue, 12);
        expect(result.difference).toBeCloseTo(slow.difference, 12);
      }),
    );
  });

  it("sees only the order of the values", () => {
    const first = [-3, 0.5, 2, 9];
    const second = [-8, 0.4, 1];
    const cubes = (list: readonly number[]) => list.map((x) => x ** 3);
    expect(permutationGreater(cubes(first), cubes(second))).toEqual(
      permutationGreater(first, second),
    );
    expect(
      permutationGreater([Number.POSITIVE_INFINITY, 3], [Number.POSITIVE_INFINITY, 1]),
    ).toEqual(permutationGreater([4, 3], [4, 1]));
  });

  it("samples the deals of large groups: scipy's exact p-values within four standard errors", () => {
    const first = Array.from({ length: 60 }, (_, i) => ((i * 37) % 101) + 0.25);
    const second = Array.from({ length: 60 }, (_, i) => ((i * 53) % 97) - 4.5);
    const result = permutationGreater(first, second);
    expect(result.smallestPValue).toBe(1 / 20_000);
    expect(Math.abs(result.pValue - 0.059963766244389385)).toBeLessThan(4 * 0.00168);
    expect(permutationGreater(first, second)).toEqual(result);
    const back = permutationGreater(second, first);
    expect(Math.abs(back.pValue - 0.940661990021268)).toBeLessThan(4 * 0.00168);
  });

  it("counts exactly for groups of 45, and for one large group against a small one", () => {
    const low = Array.from({ length: 45 }, (_, i) => i);
    const high = Array.from({ length: 45 }, (_, i) => 100 + i);
    // 1 / (90 over 45), by Python's math.comb.
    expect(permutationGreater(high, low).pValue / 9.631367008821953e-27).toBeCloseTo(1, 12);
    const many = Array.from({ length: 150 }, (_, i) => i);
    expect(permutationGreater([1000, 1001], many).pValue).toBeCloseTo((2 * 1) / (152 * 151), 14);
    expect(permutationGreater(many, [1000, 1001]).pValue).toBe(1);
    expect(permutationGreater(many, [-2, -1]).pValue).toBeCloseTo((2 * 1) / (152 * 151), 14);
  });

  it("rejects what is not so in at most 5 % of seeded draws", () => {
    const random = new SeededRandom(1945);
    let rejected = 0;
    for (let run = 0; run < 2000; run++) {
      const draw = () => Array.from({ length: 8 }, () => random.normal());
      if (permutationGreater(draw(), draw()).pValue <= 0.05) rejected++;
    }
    // Four standard errors above 5 %.
    expect(rejected / 2000).toBeLessThan(0.05 + 4 * 0.0049);
    expect(rejected / 2000).toBeGreaterThan(0.02);
  });

  it("cannot tell anything from an empty group or from equal values", () => {
    const nothing = { difference: 0, pValue: 1, smallestPValue: 1 };
    expect(permutationGreater([], [1, 2])).toEqual(nothing);
    expect(permutationGreater([1, 2], [])).toEqual(nothing);
    expect(permutationGreater([5, 5, 5], [5, 5])).toEqual(nothing);
    const many = Array.from({ length: 60 }, () => 5);
    expect(permutationGreater(many, many)).toEqual(nothing);
    expect(() => permutationGreater([1, Number.NaN], [2])).toThrow(RangeError);
  });
});

describe("holm", () => {
  // As R's p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), "holm") and c(0.01, 0.04, 0.03, 0.005) have it.
  it.each([
    [
      [0.01, 0.02, 0.03, 0.04, 0.05],
      [0.05, 0.08, 0.09, 0.09, 0.09],
    ],
    [
      [0.01, 0.04, 0.03, 0.005],
      [0.03, 0.06, 0.06, 0.02],
    ],
    [
      [0.5, 0.9, 0.8],
      [1, 1, 1],
    ],
    [[], []],
    [[0.2], [0.2]],
  ])("adjusts %j", (pValues, wanted) => {
    const adjusted = holm(pValues);
    expect(adjusted).toHaveLength(wanted.length);
    adjusted.forEach((p, i) => {
      expect(p).toBeCloseTo(wanted[i], 14);
    });
  });

  it("rejects the same as Holm's steps, and never less than Bonferroni", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (pValues) => {
        const adjusted = holm(pValues);
        const rejected = pValues.map(() => false);
        const rest = new Set(pValues.keys());
        while (rest.size > 0) {
          const next = [...rest].reduce((a, b) => (pValues[b] < pValues[a] ? b : a));
          if (pValues[next] * rest.size > 0.05) break;
          rejected[next] = true;
          rest.delete(next);
        }
        expect(adjusted.map((p) => p <= 0.05)).toEqual(rejected);
        adjusted.forEach((p, i) => {
          expect(p).toBeLessThanOrEqual(Math.min(1, pValues.length * pValues[i]));
          expect(p).toBeGreaterThanOrEqual(pValues[i]);
        });
      }),
    );
  });
});
