import { describe, expect, test } from "vitest";
import { notableLifts, ratioText } from "../../../src/ui/figures/lift.ts";

describe("notableLifts", () => {
  test("finds what is clearly more and clearly less frequent, more first", () => {
    const lifts = notableLifts([120, 400, 80, 400], [0.01, 0.5, 0.08, 0.41]);
    expect(lifts.map(({ index }) => index)).toEqual([0, 1]);
    expect(lifts[0].share).toBeCloseTo(0.12);
    expect(lifts[0].ratio).toBeCloseTo(12);
    expect(lifts[0].standardErrors).toBeGreaterThan(3);
    expect(lifts[1].ratio).toBeCloseTo(0.8);
    expect(lifts[1].standardErrors).toBeLessThan(-3);
  });

  test("says nothing of counts that are as by chance", () => {
    expect(notableLifts([540, 350, 70, 40], [0.54, 0.35, 0.07, 0.04])).toEqual([]);
    expect(notableLifts([560, 340, 65, 35], [0.54, 0.35, 0.07, 0.04])).toEqual([]);
  });

  test("one or two kernels are never a lift, three of a rare kind are", () => {
    expect(notableLifts([2, 14], [0, 1])).toEqual([]);
    const [lift] = notableLifts([3, 13], [0, 1]);
    expect(lift).toMatchObject({ index: 0, count: 3, ratio: null, baselineShare: 0 });
  });

  test("a large layer does not make the baseline's own error a finding", () => {
    // 0.2 % against 0.1 % of 4,000 noise kernels: 4 hits, which might as well be 8.
    expect(notableLifts([520, 261624], [0.001, 0.999])).toEqual([]);
    expect(notableLifts([5200, 256944], [0.001, 0.999]).map(({ index }) => index)).toEqual([0, 1]);
  });

  test("no kernels, no lift; baselines that are not numbers, no lift", () => {
    expect(notableLifts([0, 0], [0.5, 0.5])).toEqual([]);
    expect(notableLifts([50, 50], [Number.NaN, Number.NaN])).toEqual([]);
    expect(notableLifts([50, 50], [0.1, 0.9], 0)).toEqual([]);
  });
});

test("ratioText", () => {
  expect([11.2, 1.74, 3, 0.45, 0.05, 0.001, 0].map(ratioText)).toEqual([
    "\u00D711",
    "\u00D71.7",
    "\u00D73",
    "\u00D70.5",
    "\u00D70.05",
    "under \u00D70.01",
    "\u00D70",
  ]);
});
