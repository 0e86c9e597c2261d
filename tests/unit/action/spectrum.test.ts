import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frequencyGrid } from "../../../src/core/action/frequencyGrid.ts";
import { response, responseScratch } from "../../../src/core/action/response.ts";
import { rotationsAndReflections } from "../../../src/core/action/responseDistances.ts";
import { sortedSpectrum } from "../../../src/core/action/spectrum.ts";
import type { Size2d } from "../../../src/core/network/size2d.ts";
import { gridUpTo, kernel3x3, kernelOf } from "../../support/arbitraries.ts";
import { reference } from "../../support/reference.ts";
import {
  circulantSpectrum,
  directResponse,
  largestDifference,
  normalisedDescending,
} from "../../support/slowSpectrum.ts";

/** Near zero a modulus is the root of a rounded square: the root of a float64's precision. */
const ROOT_OF_ROUNDING = 2e-7;

describe("sortedSpectrum", () => {
  it("equals the dense SVD of the explicit circulant matrix", () => {
    fc.assert(
      fc.property(kernel3x3, gridUpTo(6), (kernel, grid) => {
        const spectrum = sortedSpectrum(kernel, [3, 3], grid);
        const expected = circulantSpectrum(kernel, [3, 3], grid);
        expect(largestDifference(spectrum, expected)).toBeLessThan(1e-6);
      }),
      { numRuns: 30 },
    );
  });

  it("equals the written-down singular values of an independent implementation", () => {
    for (const { kernel, grid, circular } of reference.spectra) {
      const spectrum = sortedSpectrum(kernel, [3, 3], grid);
      expect(largestDifference(spectrum, normalisedDescending(circular))).toBeLessThan(1e-6);
    }
  });

  it.each<Size2d>([
    [1, 3],
    [2, 2],
    [3, 2],
    [4, 4],
    [5, 5],
    [7, 3],
  ])("equals the direct sum for %i x %i kernels", (height, width) => {
    const size: Size2d = [height, width];
    fc.assert(
      fc.property(kernelOf(size), fc.tuple(fc.nat(6), fc.nat(6)), (kernel, [taller, wider]) => {
        const grid: Size2d = [Math.max(3, height + taller), Math.max(3, width + wider)];
        const expected = normalisedDescending(directResponse(kernel, size, grid));
        expect(largestDifference(sortedSpectrum(kernel, size, grid), expected)).toBeLessThan(
          ROOT_OF_ROUNDING,
        );
      }),
      { numRuns: 25 },
    );
  });

  it("does not change with scale, sign, rotation, reflection or transposition", () => {
    fc.assert(
      fc.property(
        kernel3x3,
        fc.integer({ min: 3, max: 20 }),
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        (kernel, side, scale) => {
          const grid: Size2d = [side, side];
          const spectrum = sortedSpectrum(kernel, [3, 3], grid);
          const relatives = [
            kernel.map((value) => -value),
            kernel.map((value) => value * scale),
            ...rotationsAndReflections(kernel),
          ];
          for (const relative of relatives) {
            expect(
              largestDifference(sortedSpectrum(relative, [3, 3], grid), spectrum),
            ).toBeLessThan(ROOT_OF_ROUNDING);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it("carries denormal and huge kernels", () => {
    const kernel = [1, 2, -1, 0.5, 3, 1, -2, 0, 1];
    const expected = sortedSpectrum(kernel, [3, 3], [8, 8]);
    for (const scale of [2 ** -140, 2 ** 120]) {
      const scaled = Float32Array.from(kernel, (value) => value * scale);
      expect(largestDifference(sortedSpectrum(scaled, [3, 3], [8, 8]), expected)).toBeLessThan(
        1e-6,
      );
    }
  });

  it("is empty for kernels without a spectrum", () => {
    const withNan = [1, 0, 0, 0, Number.NaN, 0, 0, 0, 1];
    const withInfinity = [1, 0, 0, 0, Number.NEGATIVE_INFINITY, 0, 0, 0, 1];
    for (const kernel of [new Array(9).fill(0), withNan, withInfinity]) {
      expect(sortedSpectrum(kernel, [3, 3], [8, 8])).toHaveLength(0);
    }
  });
});

describe("response", () => {
  it("stands at its frequency: the half plane is the direct sum's left half", () => {
    fc.assert(
      fc.property(kernel3x3, gridUpTo(12), (kernel, grid) => {
        const plane = frequencyGrid(grid, 3);
        const half = new Float64Array(plane.halfCount);
        response(kernel, 0, [3, 3], plane, responseScratch([3, 3]), half);
        const full = directResponse(kernel, [3, 3], grid);
        for (let v = 0; v < grid[0]; v++) {
          for (let u = 0; u < plane.columns; u++) {
            expect(Math.abs(half[v * plane.columns + u] - full[v * grid[1] + u])).toBeLessThan(
              ROOT_OF_ROUNDING,
            );
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});
