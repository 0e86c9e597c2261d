import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../../src/core/random/seededRandom.ts";
import { adjustedRandIndex } from "../../../src/core/statistics/agreement.ts";

const clusterings = fc.integer({ min: 2, max: 30 }).chain((rows) => {
  const clusters = fc.array(fc.nat(4), { minLength: rows, maxLength: rows });
  return fc.tuple(clusters, clusters);
});

/** Over all pairs of rows: together in both, in one, or in neither (Hubert & Arabie 1985, eq. 5). */
function slowIndex(a: readonly number[], b: readonly number[]): number {
  let both = 0;
  let first = 0;
  let second = 0;
  let pairs = 0;
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < i; j++) {
      pairs++;
      if (a[i] === a[j]) first++;
      if (b[i] === b[j]) second++;
      if (a[i] === a[j] && b[i] === b[j]) both++;
    }
  }
  const expected = (first * second) / pairs;
  const most = (first + second) / 2;
  return most === expected ? 1 : (both - expected) / (most - expected);
}

describe("adjustedRandIndex", () => {
  // The examples in scikit-learn's documentation of adjusted_rand_score.
  it.each([
    [[0, 0, 1, 1], [0, 0, 1, 1], 1],
    [[0, 0, 1, 1], [1, 1, 0, 0], 1],
    [[0, 0, 1, 2], [0, 0, 1, 1], 0.5714285714285714],
    [[0, 0, 1, 1], [0, 0, 1, 2], 0.5714285714285714],
    [[0, 0, 0, 0], [0, 1, 2, 3], 0],
    [[0, 0, 1, 1], [0, 1, 0, 1], -0.5],
  ])("of %j and %j is %s, as in scikit-learn", (a, b, wanted) => {
    expect(adjustedRandIndex(a, b)).toBeCloseTo(wanted, 14);
  });

  // Yeung & Ruzzo (2001), supplement "Details of the adjusted Rand index": counts 1 1 0 / 1 2 1 / 0 0 4 give 0.313.
  it("agrees with Yeung & Ruzzo's worked example", () => {
    const a = [0, 0, 1, 1, 1, 1, 2, 2, 2, 2];
    const b = [0, 1, 0, 1, 1, 2, 2, 2, 2, 2];
    expect(adjustedRandIndex(a, b)).toBeCloseTo(0.313, 3);
  });

  it("agrees with the count over all pairs, is symmetric, at most 1, and blind to names", () => {
    fc.assert(
      fc.property(clusterings, ([a, b]) => {
        const index = adjustedRandIndex(a, b);
        expect(index).toBeCloseTo(slowIndex(a, b), 12);
        expect(adjustedRandIndex(b, a)).toBe(index);
        expect(index).toBeLessThanOrEqual(1 + 1e-12);
        expect(
          adjustedRandIndex(
            Int8Array.from(a, (cluster) => 7 - cluster),
            b,
          ),
        ).toBeCloseTo(index, 12);
        expect(adjustedRandIndex(a, a)).toBe(1);
      }),
    );
  });

  it("is 0 on average for clusterings at random", () => {
    const random = new SeededRandom(1985);
    let sum = 0;
    for (let run = 0; run < 2000; run++) {
      const draw = () => Array.from({ length: 30 }, () => random.index(3));
      sum += adjustedRandIndex(draw(), draw());
    }
    expect(Math.abs(sum / 2000)).toBeLessThan(0.005);
  });

  it("leaves rows without a cluster out, and refuses lists of unlike length", () => {
    expect(adjustedRandIndex([0, 0, 1, 2, -1, 0], [0, 0, 1, 1, 1, -1])).toBe(
      adjustedRandIndex([0, 0, 1, 2], [0, 0, 1, 1]),
    );
    expect(adjustedRandIndex([], [])).toBe(1);
    expect(adjustedRandIndex([3], [0])).toBe(1);
    expect(() => adjustedRandIndex([1], [1, 2])).toThrow(RangeError);
  });
});
