import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  differenceInterval,
  shareShift,
  standardErrorsOf,
} from "../../../src/core/comparison/shareShift.ts";

describe("shifts of shares", () => {
  it("have the intervals of Newcombe 1998, table II, method 10", () => {
    // His theta is the first share less the second.
    const published = [
      [56, 70, 48, 80, 0.0524, 0.3339],
      [9, 10, 3, 10, 0.1705, 0.809],
      [10, 10, 0, 20, 0.6791, 1.0],
    ];
    for (const [first, of, second, ofSecond, low, high] of published) {
      const found = differenceInterval(second, ofSecond, first, of);
      expect(found[0]).toBeCloseTo(low, 4);
      expect(found[1]).toBeCloseTo(high, 4);
    }
  });

  it("mirror, and stay within their intervals and bounds", () => {
    const counted = fc
      .tuple(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true }))
      .map(([total, share]) => ({ count: Math.round(total * share), total, chance: null }));
    fc.assert(
      fc.property(counted, counted, (a, b) => {
        const there = shareShift("edge", a, b, 3);
        const back = shareShift("edge", b, a, 3);
        expect(back.shift).toBeCloseTo(-there.shift, 12);
        expect(back.standardErrors).toBeCloseTo(-there.standardErrors, 9);
        expect(there.low).toBeLessThanOrEqual(there.shift + 1e-12);
        expect(there.high).toBeGreaterThanOrEqual(there.shift - 1e-12);
        expect(there.low).toBeGreaterThanOrEqual(-1 - 1e-12);
        expect(there.high).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });

  it("count as beyond noise only beyond the limit", () => {
    const a = { count: 10, total: 100, chance: 0.1 };
    const b = { count: 40, total: 100, chance: 0.2 };
    // (0.4 - 0.1) / sqrt(51/202 * 151/202 * 2/100)
    expect(standardErrorsOf(10, 100, 40, 100)).toBeCloseTo(4.8831, 3);
    expect(shareShift("edge", a, b, 4.8).exceedsNoise).toBe(true);
    expect(shareShift("edge", a, b, 4.9).exceedsNoise).toBe(false);
    expect(shareShift("edge", a, b, 4.9)).toMatchObject({ chanceA: 0.1, chanceB: 0.2 });
  });

  it("say nothing without kernels", () => {
    expect(standardErrorsOf(0, 0, 3, 9)).toBe(0);
    expect(differenceInterval(0, 0, 3, 9)).toEqual([-1, 1]);
  });
});
