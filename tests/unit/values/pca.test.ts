import fc from "fast-check";
import { PCA } from "ml-pca";
import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../../src/core/random/seededRandom.ts";
import { principalAxes, project } from "../../../src/core/values/pca.ts";
import { symmetricEigen } from "../../../src/core/values/symmetricEigen.ts";
import { largestDifference } from "../../support/slowSpectrum.ts";

function randomRows(count: number, entries: number, seed: number): Float64Array {
  const random = new SeededRandom(seed);
  return Float64Array.from({ length: count * entries }, (_, i) => random.normal() * (1 + (i % 5)));
}

function rowsOf(flat: Float64Array, entries: number): number[][] {
  return Array.from({ length: flat.length / entries }, (_, k) => [
    ...flat.subarray(k * entries, (k + 1) * entries),
  ]);
}

describe("symmetricEigen", () => {
  it("returns A v = lambda v, orthonormal vectors, descending values", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer(), (size, seed) => {
        const random = new SeededRandom(seed);
        const a = new Float64Array(size * size);
        for (let i = 0; i < size; i++) {
          for (let j = i; j < size; j++) {
            a[i * size + j] = random.normal();
            a[j * size + i] = a[i * size + j];
          }
        }
        const { values, vectors } = symmetricEigen(a, size);
        for (let c = 0; c < size; c++) {
          if (c > 0) expect(values[c]).toBeLessThanOrEqual(values[c - 1]);
          for (let i = 0; i < size; i++) {
            let product = 0;
            for (let j = 0; j < size; j++) product += a[i * size + j] * vectors[c][j];
            expect(product).toBeCloseTo(values[c] * vectors[c][i], 10);
          }
          for (let d = 0; d < size; d++) {
            const dot = vectors[c].reduce((sum, v, i) => sum + v * vectors[d][i], 0);
            expect(dot).toBeCloseTo(c === d ? 1 : 0, 10);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe("principalAxes", () => {
  it("agrees with ml-pca up to the sign, which is fixed", () => {
    const rows = randomRows(200, 9, 1);
    const axes = principalAxes([rows], 9);
    const oracle = new PCA(rowsOf(rows, 9), { center: true, scale: false });
    expect(
      largestDifference(axes.explainedVarianceRatio, oracle.getExplainedVariance()),
    ).toBeLessThan(1e-12);
    const oracleVectors = oracle.getEigenvectors();
    axes.components.forEach((component, c) => {
      const expected = component.map((_, i) => oracleVectors.get(i, c));
      const sign = Math.sign(component.reduce((sum, v, i) => sum + v * expected[i], 0));
      expect(
        largestDifference(
          component,
          expected.map((v) => v * sign),
        ),
      ).toBeLessThan(1e-9);
      const largest = component.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
      expect(largest).toBeGreaterThan(0);
    });
    expect(largestDifference(axes.mean, oracle.toJSON().means ?? [])).toBeLessThan(1e-12);
  });

  it("is the same for one cloud in one piece or in several", () => {
    const rows = randomRows(60, 9, 2);
    const whole = principalAxes([rows], 9);
    const parts = principalAxes([rows.subarray(0, 90), rows.subarray(90)], 9);
    whole.components.forEach((component, c) => {
      expect(largestDifference(component, parts.components[c])).toBeLessThan(1e-9);
    });
  });

  it("leaves out rows that are not finite", () => {
    const rows = randomRows(30, 9, 3);
    const spoiled = new Float64Array([...rows, ...new Array(8).fill(1), Number.NaN]);
    expect([...principalAxes([spoiled], 9).mean]).toEqual([...principalAxes([rows], 9).mean]);
    const scores = project(spoiled, principalAxes([spoiled], 9), 3);
    expect([...scores.subarray(90)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(scores.subarray(0, 90).every(Number.isFinite)).toBe(true);
  });

  it("has no variance to explain for equal kernels, and none for one", () => {
    const equal = Float64Array.from({ length: 45 }, (_, i) => (i % 9) + 1);
    for (const rows of [equal, equal.subarray(0, 9)]) {
      const axes = principalAxes([rows], 9);
      expect([...axes.explainedVarianceRatio]).toEqual(new Array(9).fill(0));
      expect(project(rows, axes, 3).every((score) => score === 0)).toBe(true);
    }
  });

  it("keeps distances: all d scores are a rotation of the centred rows", () => {
    const rows = randomRows(10, 9, 4);
    const scores = project(rows, principalAxes([rows], 9), 9);
    const square = (flat: ArrayLike<number>, a: number, b: number) => {
      let sum = 0;
      for (let i = 0; i < 9; i++) sum += (flat[a * 9 + i] - flat[b * 9 + i]) ** 2;
      return sum;
    };
    expect(Math.abs(square(scores, 2, 7) / square(rows, 2, 7) - 1)).toBeLessThan(1e-5);
  });

  it("gives the axes that do not exist a score of 0", () => {
    const rows = Float64Array.from([1, 2, 3, 5]);
    expect([...project(rows, principalAxes([rows], 1), 3)].filter((_, i) => i % 3 > 0)).toEqual(
      new Array(8).fill(0),
    );
  });
});
