import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EXACT_TOLERANCE } from "../../../src/core/action/comparison.ts";
import { cpuEngine } from "../../../src/core/action/cpuEngine.ts";
import { labelsFromDistances } from "../../../src/core/action/labels.ts";
import { gaussianKernels, shuffledKernels } from "../../../src/core/action/noiseKernels.ts";
import { rotationsAndReflections } from "../../../src/core/action/responseDistances.ts";
import { INDETERMINATE } from "../../../src/core/analysis/analysis.ts";
import { EXTENDED_FEATURES, POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import type { Size2d } from "../../../src/core/network/size2d.ts";
import { gridUpTo, kernel3x3 } from "../../support/arbitraries.ts";
import { DISTANCE_TOLERANCE, ROUNDING_MARGIN, reference } from "../../support/reference.ts";
import {
  directResponse,
  meanAbsoluteDifference,
  normalisedDescending,
} from "../../support/slowSpectrum.ts";

const never = new AbortController().signal;

function measure(
  kernels: Float32Array,
  grid: Size2d,
  compare: "sorted" | "response" = "sorted",
  features = POSTER_FEATURES,
) {
  const request = {
    kernels,
    kernelSize: [3, 3] as const,
    grid,
    features,
    compare,
    tolerance: EXACT_TOLERANCE,
  };
  return cpuEngine.distances(request, () => {}, never);
}

function slowSortedDistance(kernel: readonly number[], feature: readonly number[], grid: Size2d) {
  return meanAbsoluteDifference(
    normalisedDescending(directResponse(kernel, [3, 3], grid)),
    normalisedDescending(directResponse(feature, [3, 3], grid)),
  );
}

describe("distances of sorted spectra", () => {
  it("equal the independent answers: labels outside the rounding margin, distances to 2e-5", async () => {
    for (const { grid, kernels, labels, distances, margins } of reference.assignments) {
      const measured = await measure(Float32Array.from(kernels.flat()), grid);
      const action = labelsFromDistances(measured, POSTER_FEATURES.length, 0.1);
      for (const [k, expected] of labels.entries()) {
        const label = action.labels[k];
        const id = label === INDETERMINATE ? "indeterminate" : POSTER_FEATURES[label].id;
        const margin = margins[k];
        if (margin === null || margin > ROUNDING_MARGIN) expect([k, id]).toEqual([k, expected]);
        const nearest = Math.min(...measured.subarray(k * 6, k * 6 + 6));
        const distance = distances[k];
        if (distance !== null) {
          expect(Math.abs(nearest - distance)).toBeLessThan(DISTANCE_TOLERANCE);
        }
      }
    }
  });

  it("equal the slow sum on small grids, where lists are sorted", async () => {
    await fc.assert(
      fc.asyncProperty(kernel3x3, gridUpTo(12), async (kernel, grid) => {
        const measured = await measure(Float32Array.from(kernel), grid);
        for (const [f, feature] of POSTER_FEATURES.entries()) {
          const expected = slowSortedDistance(kernel, feature.kernel, grid);
          expect(Math.abs(measured[f] - expected)).toBeLessThan(1e-6);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("equal the slow sum on large grids, where distributions are compared", async () => {
    const near = POSTER_FEATURES.map(({ kernel }) => kernel.map((v, i) => v + 1e-4 * Math.sin(i)));
    await fc.assert(
      fc.asyncProperty(fc.oneof(kernel3x3, fc.constantFrom(...near)), async (kernel) => {
        const grid: Size2d = [70, 66];
        const measured = await measure(Float32Array.from(kernel), grid);
        for (const [f, feature] of POSTER_FEATURES.entries()) {
          const expected = slowSortedDistance(kernel, feature.kernel, grid);
          expect(Math.abs(measured[f] - expected)).toBeLessThan(6e-6);
        }
      }),
      { numRuns: 12 },
    );
  });

  it("are sorted out where two spectra consist of the same few values, nearly", async () => {
    // Only three frequencies along the rows: two values, which no division of bins tells apart.
    const kernel = [0, 0, 0, 1, 2, 4, 0, 0, 0];
    const features = [{ id: "row", label: "Row", kernel }];
    const nearly = Float32Array.from(kernel, (entry, at) => entry + (at === 3 ? 1e-6 : 0));
    const [distance] = await measure(nearly, [400, 3], "sorted", features);
    const expected = slowSortedDistance([...nearly], kernel, [400, 3]);
    expect(expected).toBeLessThan(1e-6);
    expect(Math.abs(distance - expected)).toBeLessThan(1e-6);
  });

  it("are 0 for a feature itself, at any scale and sign", async () => {
    for (const grid of [[16, 16] as const, [80, 80] as const]) {
      for (const [f, { kernel }] of POSTER_FEATURES.entries()) {
        const measured = await measure(
          Float32Array.from(kernel, (v) => -3 * v),
          grid,
        );
        expect(measured[f]).toBeLessThan(1e-6);
      }
    }
  });

  it("follow a permutation of the kernels", async () => {
    const kernels = gaussianKernels(9).subarray(0, 20 * 9);
    const reversed = new Float32Array(kernels.length);
    for (let k = 0; k < 20; k++) {
      reversed.set(kernels.subarray(k * 9, k * 9 + 9), (19 - k) * 9);
    }
    const forwards = await measure(kernels, [16, 16]);
    const backwards = await measure(reversed, [16, 16]);
    for (let k = 0; k < 20; k++) {
      expect([...backwards.subarray((19 - k) * 6, (20 - k) * 6)]).toEqual([
        ...forwards.subarray(k * 6, k * 6 + 6),
      ]);
    }
  });

  it("are NaN for kernels that are zero, NaN or infinite, and the others are unharmed", async () => {
    const healthy = [1, 2, 3, 4, 5, 6, 7, 8, 10];
    const kernels = Float32Array.from([
      ...new Array(9).fill(0),
      ...healthy,
      ...healthy.map((v, i) => (i === 4 ? Number.NaN : v)),
      ...healthy.map((v, i) => (i === 0 ? Number.POSITIVE_INFINITY : v)),
    ]);
    const measured = await measure(kernels, [16, 16]);
    const alone = await measure(Float32Array.from(healthy), [16, 16]);
    expect([...measured.subarray(6, 12)]).toEqual([...alone]);
    const { labels, counts, margins } = labelsFromDistances(measured, 6, 0.1);
    for (const k of [0, 2, 3]) {
      expect(measured.subarray(k * 6, k * 6 + 6).every(Number.isNaN)).toBe(true);
      expect(labels[k]).toBe(INDETERMINATE);
      expect(margins[k]).toBeNaN();
    }
    expect(counts[6]).toBeGreaterThanOrEqual(3);
  });

  it("give noise the labels that the independent implementation gives it", async () => {
    for (const [side, shares] of Object.entries(reference.noise)) {
      const kernels = gaussianKernels(9);
      const measured = await measure(kernels, [Number(side), Number(side)]);
      const { counts } = labelsFromDistances(measured, 6, 0.1);
      const ids = [...POSTER_FEATURES.map(({ id }) => id), "indeterminate"];
      for (const [at, id] of ids.entries()) {
        const share = shares[id];
        // Two samples of 4,000: four standard errors of their difference.
        const allowed = 4 * Math.sqrt((2 * Math.max(share * (1 - share), 2e-4)) / 4000);
        expect(Math.abs(counts[at] / 4000 - share)).toBeLessThan(allowed);
      }
    }
  });
});

describe("distances at the same frequency", () => {
  it("are the least mean difference over the eight rotations and reflections", async () => {
    await fc.assert(
      fc.asyncProperty(kernel3x3, gridUpTo(10), async (kernel, grid) => {
        const measured = await measure(Float32Array.from(kernel), grid, "response");
        const own = directResponse(kernel, [3, 3], grid);
        for (const [f, feature] of POSTER_FEATURES.entries()) {
          const expected = Math.min(
            ...rotationsAndReflections(feature.kernel).map((turned) =>
              meanAbsoluteDifference(own, directResponse(turned, [3, 3], grid)),
            ),
          );
          expect(Math.abs(measured[f] - expected)).toBeLessThan(1e-6);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("label almost no noise", async () => {
    const measured = await measure(gaussianKernels(9), [16, 16], "response");
    const { counts } = labelsFromDistances(measured, 6, 0.1);
    expect(counts[6] / 4000).toBeGreaterThan(0.98);
  });
});

describe("labels", () => {
  it("prefer the earlier of two features with one spectrum", async () => {
    const sobelDown = EXTENDED_FEATURES.find(({ id }) => id === "edge-down");
    const measured = await measure(
      Float32Array.from(sobelDown?.kernel ?? []),
      [32, 32],
      "sorted",
      EXTENDED_FEATURES,
    );
    const { labels, margins } = labelsFromDistances(measured, EXTENDED_FEATURES.length, 0.1);
    expect(EXTENDED_FEATURES[labels[0]].id).toBe("edge");
    expect(margins[0]).toBeLessThan(1e-6);
  });

  it("are indeterminate beyond the threshold, and at it still given", () => {
    const distances = Float32Array.from([0.1, 0.3, 0.12, 0.2]);
    const { labels, counts, margins } = labelsFromDistances(distances, 2, 0.1);
    expect([...labels]).toEqual([0, INDETERMINATE]);
    expect(counts).toEqual([1, 0, 1]);
    expect(margins[0]).toBeCloseTo(0.2, 6);
  });
});

describe("shuffled kernels", () => {
  it("keep the numbers of each kernel, lose their order, and are the same each time", () => {
    const kernels = gaussianKernels(9).subarray(0, 90);
    const shuffled = shuffledKernels(kernels, 9);
    for (let k = 0; k < 10; k++) {
      const sorted = (of: Float32Array) => [...of.subarray(k * 9, k * 9 + 9)].sort();
      expect(sorted(shuffled)).toEqual(sorted(kernels));
    }
    expect([...shuffled]).not.toEqual([...kernels]);
    expect([...shuffledKernels(kernels, 9)]).toEqual([...shuffled]);
  });

  it("are evenly spaced ones of a large layer", () => {
    const large = new Float32Array(10_000 * 9);
    for (let k = 0; k < 10_000; k++) large.fill(k, k * 9, k * 9 + 9);
    const shuffled = shuffledKernels(large, 9);
    expect(shuffled.length).toBe(4000 * 9);
    expect(shuffled[9]).toBe(2);
    expect(shuffled[shuffled.length - 1]).toBeGreaterThan(9990);
  });
});

describe("the engine", () => {
  it("stops when it is cancelled", async () => {
    const controller = new AbortController();
    const request = {
      kernels: gaussianKernels(9),
      kernelSize: [3, 3] as const,
      grid: [128, 128] as const,
      features: POSTER_FEATURES,
      compare: "sorted" as const,
      tolerance: EXACT_TOLERANCE,
    };
    const running = cpuEngine.distances(request, () => controller.abort(), controller.signal);
    await expect(running).rejects.toMatchObject({ code: "cancelled" });
  });
});
