import { describe, expect, it } from "vitest";
import { binomialDraw, gammaDraw, multinomialDraw } from "../../../src/core/findings/shareDraws.ts";
import { SeededRandom } from "../../../src/core/random/seededRandom.ts";
import { logBinomialProbability } from "../../../src/core/statistics/distributions.ts";

const DRAWS = 20_000;

function momentsOf(draw: (random: SeededRandom) => number): { mean: number; variance: number } {
  const random = new SeededRandom(3);
  const drawn = Array.from({ length: DRAWS }, () => draw(random));
  const mean = drawn.reduce((sum, value) => sum + value, 0) / DRAWS;
  const variance = drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / DRAWS;
  return { mean, variance };
}

describe("gammaDraw", () => {
  it.each([1, 1.5, 7, 400])("has the mean and the variance of shape %d", (shape) => {
    const { mean, variance } = momentsOf((random) => gammaDraw(shape, random));
    expect(Math.abs(mean - shape)).toBeLessThan(5 * Math.sqrt(shape / DRAWS));
    // The variance of a sample variance is (fourth moment - variance^2) / n.
    const error = Math.sqrt((2 * shape ** 2 + 6 * shape) / DRAWS);
    expect(Math.abs(variance - shape)).toBeLessThan(5 * error);
  });
});

describe("binomialDraw", () => {
  it.each([
    [10, 0.3],
    [90, 0.5],
    [300, 0.004],
    [300, 0.99],
    [100_000, 0.0001],
  ])("of %d trials at %d falls as often on each number as it should", (trials, p) => {
    const random = new SeededRandom(trials);
    const seen = new Map<number, number>();
    for (let draw = 0; draw < DRAWS; draw++) {
      const drawn = binomialDraw(trials, p, random);
      seen.set(drawn, (seen.get(drawn) ?? 0) + 1);
    }
    // Pearson's chi-square over the numbers that are expected at least ten times.
    let square = 0;
    let cells = 0;
    for (let k = 0; k <= trials; k++) {
      const expected = DRAWS * Math.exp(logBinomialProbability(k, trials, p));
      if (expected < 10) continue;
      square += ((seen.get(k) ?? 0) - expected) ** 2 / expected;
      cells++;
    }
    expect(cells).toBeGreaterThan(4);
    expect(square).toBeLessThan(cells + 5 * Math.sqrt(2 * cells));
  });

  it("knows the impossible and the certain", () => {
    const random = new SeededRandom(1);
    expect(binomialDraw(1000, 0, random)).toBe(0);
    expect(binomialDraw(1000, 1, random)).toBe(1000);
    expect(binomialDraw(0, 0.5, random)).toBe(0);
  });

  it("of a million trials has the right mean and variance", () => {
    const { mean, variance } = momentsOf((random) => binomialDraw(1e6, 0.4, random));
    expect(Math.abs(mean - 4e5)).toBeLessThan(5 * Math.sqrt(2.4e5 / DRAWS));
    expect(Math.abs(variance / 2.4e5 - 1)).toBeLessThan(5 * Math.sqrt(2 / DRAWS));
  });
});

describe("multinomialDraw", () => {
  it("deals all trials, none to what is impossible, by the shares", () => {
    const shares = Float64Array.from([0.5, 0, 0.2, 0.3]);
    const random = new SeededRandom(9);
    const counts = [0, 0, 0, 0];
    const sums = [0, 0, 0, 0];
    for (let draw = 0; draw < 1000; draw++) {
      multinomialDraw(200, shares, random, counts);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(200);
      counts.forEach((count, at) => {
        sums[at] += count;
      });
    }
    expect(sums[1]).toBe(0);
    shares.forEach((share, at) => {
      const error = Math.sqrt((share * (1 - share)) / 200_000);
      expect(Math.abs(sums[at] / 200_000 - share)).toBeLessThanOrEqual(5 * error);
    });
  });
});
