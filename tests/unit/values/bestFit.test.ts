import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  EXTENDED_FEATURES,
  type Feature,
  POSTER_FEATURES,
} from "../../../src/core/features/clinicalKernels.ts";
import { bestFit, fitNoise } from "../../../src/core/values/bestFit.ts";
import { ORIENTATIONS, orientedKernel } from "../../../src/core/values/orientations.ts";

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, entry, at) => sum + entry * b[at], 0);
}

/** Slow and obvious: every feature, every orientation, the residual itself. */
function slowExplained(kernel: readonly number[], features: readonly Feature[]): number {
  const residuals = features.flatMap((feature) =>
    ORIENTATIONS.map((_, orientation) => {
      const turned = orientedKernel(feature.kernel, orientation);
      const scale = dot(kernel, turned) / dot(turned, turned);
      const rest = kernel.map((entry, at) => entry - scale * turned[at]);
      return dot(rest, rest);
    }),
  );
  return 1 - Math.min(...residuals) / dot(kernel, kernel);
}

const entry = fc.double({ min: -2, max: 2, noNaN: true });
const kernels = fc
  .array(entry, { minLength: 9, maxLength: 9 })
  .filter((kernel) => dot(kernel, kernel) > 1e-6);

function named(kernel: ArrayLike<number>, features = POSTER_FEATURES, size = 3) {
  const fit = bestFit(kernel, [size, size], features);
  return fit === null ? null : { ...fit, feature: features[fit.feature].id };
}

describe("best fit", () => {
  test("explains as much as the best of all features and orientations", () => {
    for (const features of [POSTER_FEATURES, EXTENDED_FEATURES]) {
      fc.assert(
        fc.property(kernels, (kernel) => {
          const explained = bestFit(kernel, [3, 3], features)?.explained;
          expect(explained).toBeCloseTo(slowExplained(kernel, features), 9);
        }),
      );
    }
  });

  test("what it says of feature, orientation and scale leaves exactly the rest it says", () => {
    fc.assert(
      fc.property(kernels, (kernel) => {
        const fit = bestFit(kernel, [3, 3], EXTENDED_FEATURES);
        if (fit === null) throw new Error("a kernel that is not zero has a fit");
        const { kernel: feature } = EXTENDED_FEATURES[fit.feature];
        const turned = orientedKernel(feature, ORIENTATIONS.indexOf(fit.orientation));
        const rest = kernel.map((value, at) => value - fit.scale * turned[at]);
        expect(1 - dot(rest, rest) / dot(kernel, kernel)).toBeCloseTo(fit.explained, 9);
      }),
    );
  });

  test("a feature in any orientation and scale is found again, and explained fully", () => {
    const orientation = fc.integer({ min: 0, max: 7 });
    const scale = fc.double({ min: 0.01, max: 10, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(...POSTER_FEATURES), orientation, scale, (feature, turn, by) => {
        const kernel = orientedKernel(feature.kernel, turn).map((value) => value * by);
        const fit = named(kernel);
        expect(fit?.feature).toBe(feature.id);
        expect(fit?.explained).toBeCloseTo(1, 12);
        expect(fit?.scale).toBeCloseTo(by, 9);
      }),
    );
  });

  test("equal fits are told the plainest way", () => {
    const edge = POSTER_FEATURES[3].kernel;
    const inverse = edge.map((value) => -2 * value);
    // Upside down or inverted: the same numbers. Turning is told, not inversion.
    expect(named(inverse)).toMatchObject({ orientation: "turned by 180 degrees" });
    expect(named(inverse)?.scale).toBeCloseTo(2, 12);
    const up = orientedKernel(edge, 3);
    expect(named(up)).toMatchObject({ feature: "edge", orientation: "turned by 270 degrees" });
    expect(named(up, EXTENDED_FEATURES)).toMatchObject({
      feature: "edge-up",
      orientation: "as it is",
    });
    const dark = POSTER_FEATURES[0].kernel.map((value) => -value);
    expect(named(dark)).toMatchObject({ feature: "mean", orientation: "as it is", scale: -1 });
  });

  test("turns are clockwise, mirrors as they say", () => {
    const corner = [1, 2, 0, 0, 0, 0, 0, 0, 0];
    const shown = ORIENTATIONS.map((_, at) => orientedKernel(corner, at).join(""));
    expect(Object.fromEntries(ORIENTATIONS.map((name, at) => [name, shown[at]]))).toEqual({
      "as it is": "120000000",
      "turned by 90 degrees": "001002000",
      "turned by 180 degrees": "000000021",
      "turned by 270 degrees": "000200100",
      "mirrored left to right": "021000000",
      "mirrored top to bottom": "000000120",
      "mirrored along the falling diagonal": "100200000",
      "mirrored along the rising diagonal": "000002001",
    });
  });

  test("of a larger kernel the feature explains what is in the middle", () => {
    const wide = new Float32Array(25);
    wide[12] = 3;
    wide[0] = 4;
    const fit = named(wide, POSTER_FEATURES, 5);
    expect(fit).toMatchObject({ feature: "identity", scale: 3 });
    expect(fit?.explained).toBeCloseTo(9 / 25, 12);
  });

  test("nothing is said of kernels that cannot be fitted", () => {
    expect(named(new Float32Array(9))).toBeNull();
    expect(named([Number.NaN, 0, 0, 0, 1, 0, 0, 0, 0])).toBeNull();
    expect(named([Number.POSITIVE_INFINITY, 0, 0, 0, 1, 0, 0, 0, 0])).toBeNull();
    expect(named(new Float32Array(16).fill(1), POSTER_FEATURES, 4)).toBeNull();
    expect(bestFit([1], [1, 1], POSTER_FEATURES)).toBeNull();
    const nothing = [{ id: "none", label: "None", kernel: new Array<number>(9).fill(0) }];
    expect(named(POSTER_FEATURES[0].kernel, nothing)).toBeNull();
  });

  test("random kernels are explained by chance, more so the more features there are", () => {
    const poster = fitNoise(POSTER_FEATURES, [3, 3]);
    const extended = fitNoise(EXTENDED_FEATURES, [3, 3]);
    const wide = fitNoise(POSTER_FEATURES, [5, 5]);
    // One direction alone explains 1/9 of nine independent entries.
    expect(poster?.mean).toBeGreaterThan(1 / 9);
    expect(poster?.upper).toBeGreaterThan(poster?.mean ?? 1);
    expect(extended?.mean).toBeGreaterThan(poster?.mean ?? 1);
    expect(wide?.mean).toBeLessThan(poster?.mean ?? 0);
    expect(fitNoise(POSTER_FEATURES, [1, 1])).toBeNull();
  });
});
