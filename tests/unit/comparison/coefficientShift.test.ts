import { describe, expect, it } from "vitest";
import { coefficientShift, SHIFT_BINS } from "../../../src/core/comparison/coefficientShift.ts";

/** A histogram with these counts in its first bins. */
function histogram(...counts: readonly number[]): Uint32Array {
  const bins = new Uint32Array(SHIFT_BINS);
  bins.set(counts);
  return bins;
}

describe("coefficientShift", () => {
  it("is both divergences of a binomial and a uniform distribution (Kullback 1959, example 2.1)", () => {
    const there = (32 * Math.log(2) + 55 * Math.log(3) - 50 * Math.log(5)) / 25;
    const back = (-4 * Math.log(2) - 6 * Math.log(3) + 6 * Math.log(5)) / 3;
    expect(there).toBeCloseTo(0.0852996, 7);
    expect(back).toBeCloseTo(0.097455, 6);
    const shift = coefficientShift(histogram(9, 12, 4), 25, histogram(7, 7, 7), 21, [0.5]);
    expect(shift).toBeCloseTo((there + back) / 2, 12);
  });

  it("is finite where one side has nothing, and 0 where there is nothing to compare", () => {
    const shift = coefficientShift(histogram(10), 10, histogram(0, 10), 10, [1]);
    // (1 - 1e-6) ln 1e6, in each of the two bins.
    expect(shift).toBeCloseTo(2 * (1 - 1e-6) * Math.log(1e6), 9);
    expect(coefficientShift(histogram(), 0, histogram(3), 3, [1])).toBe(0);
  });
});
