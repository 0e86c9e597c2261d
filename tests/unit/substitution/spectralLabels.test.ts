import { describe, expect, test } from "vitest";
import { gaussianKernels } from "../../../src/core/action/noiseKernels.ts";
import { INDETERMINATE } from "../../../src/core/analysis/analysis.ts";
import { POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import { spectralLabels } from "../../../src/core/substitution/spectralLabels.ts";
import { orientedKernel } from "../../../src/core/values/orientations.ts";

describe("spectral labels", () => {
  test("of the features, turned and inverted, are the features", () => {
    const kernels = POSTER_FEATURES.flatMap(({ kernel }) =>
      [0, 1, 4].flatMap((turn) => orientedKernel(kernel, turn).map((entry) => -3 * entry)),
    );
    const layer = { kernels: Float32Array.from(kernels), kernelSize: [3, 3] } as const;
    const labels = spectralLabels(layer, POSTER_FEATURES, 64, 0.1);
    expect([...labels]).toEqual(
      POSTER_FEATURES.flatMap((_, feature) => [feature, feature, feature]),
    );
  });

  test("of noise have the shares that DESIGN tells: 54 % laplacian, 35 % sharpen, 4 % none", () => {
    const kernels = gaussianKernels(9).subarray(0, 9 * 1000);
    const labels = spectralLabels({ kernels, kernelSize: [3, 3] }, POSTER_FEATURES, 64, 0.1);
    const share = (label: number) => labels.filter((own) => own === label).length / labels.length;
    // Standard errors of 1,000 kernels are 1.6 points at most.
    expect(share(1)).toBeCloseTo(0.54, 1);
    expect(share(5)).toBeCloseTo(0.35, 1);
    expect(Math.abs(share(INDETERMINATE) - 0.04)).toBeLessThan(0.02);
  });

  test("are none without a spectrum, or above the threshold; a grid is as large as the kernel", () => {
    const kernels = new Float32Array(2 * 49);
    kernels[49] = Number.NaN;
    const layer = { kernels, kernelSize: [7, 7] } as const;
    expect([...spectralLabels(layer, POSTER_FEATURES, 4, 0.1)]).toEqual([-1, -1]);
    const dot = Float32Array.from(kernels, (_, at) => (at === 24 ? 2 : 0));
    const other = { kernels: dot, kernelSize: [7, 7] } as const;
    expect([...spectralLabels(other, POSTER_FEATURES, 4, 0.1)]).toEqual([4, -1]);
    const noise = { kernels: gaussianKernels(9).subarray(0, 90), kernelSize: [3, 3] } as const;
    expect(new Set(spectralLabels(noise, POSTER_FEATURES, 64, 1e-4))).toEqual(new Set([-1]));
  });

  test("are kept, and found again for the same question alone", () => {
    const layer = { kernels: gaussianKernels(9).subarray(0, 90), kernelSize: [3, 3] } as const;
    const labels = spectralLabels(layer, POSTER_FEATURES, 64, 0.1);
    expect(spectralLabels(layer, [...POSTER_FEATURES], 64, 0.1)).toBe(labels);
    expect(spectralLabels(layer, POSTER_FEATURES, 64, 1e-4)).not.toEqual(labels);
    const [first, ...others] = POSTER_FEATURES;
    expect(spectralLabels(layer, [...others, first], 64, 0.1)).not.toEqual(labels);
  });
});
