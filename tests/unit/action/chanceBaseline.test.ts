import { describe, expect, it } from "vitest";
import { ChanceBaseline } from "../../../src/core/action/chanceBaseline.ts";
import { EXACT_TOLERANCE } from "../../../src/core/action/comparison.ts";
import { cpuEngine } from "../../../src/core/action/cpuEngine.ts";
import type { ActionEngine } from "../../../src/core/action/engine.ts";
import { labelsFromDistances, sharesFromCounts } from "../../../src/core/action/labels.ts";
import { gaussianKernels, shuffledKernels } from "../../../src/core/action/noiseKernels.ts";
import { POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";

const never = new AbortController().signal;

/** An engine that counts the grid values it computes. */
function countingEngine(): { engine: ActionEngine; values: () => number } {
  let values = 0;
  return {
    values: () => values,
    engine: {
      name: "cpu",
      distances: (request, onProgress, signal) => {
        const [height, width] = request.grid;
        values += (request.kernels.length / 9) * height * width;
        return cpuEngine.distances(request, onProgress, signal);
      },
      close: () => {},
    },
  };
}

describe("ChanceBaseline", () => {
  const request = {
    kernels: gaussianKernels(9).subarray(0, 900),
    kernelSize: [3, 3] as const,
    grid: [32, 32] as const,
  };
  const settings = { threshold: 0.1, compare: "sorted" as const };

  it("is what 4,000 random and the shuffled kernels get on the layer's full grid", async () => {
    const { gaussian, shuffled } = await new ChanceBaseline().ofLayer(
      cpuEngine,
      request,
      POSTER_FEATURES,
      settings,
      never,
    );
    const sharesOf = async (kernels: Float32Array) => {
      const distances = await cpuEngine.distances(
        {
          ...request,
          kernels,
          features: POSTER_FEATURES,
          compare: "sorted",
          tolerance: EXACT_TOLERANCE,
        },
        () => {},
        never,
      );
      return sharesFromCounts(labelsFromDistances(distances, 6, 0.1).counts);
    };
    expect(gaussian).toEqual(await sharesOf(gaussianKernels(9)));
    expect(shuffled).toEqual(await sharesOf(shuffledKernels(request.kernels, 9)));
    expect(gaussian.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it("computes the random kernels once for each grid and threshold", async () => {
    const { engine, values } = countingEngine();
    const baseline = new ChanceBaseline();
    const costOf = async (side: number, threshold: number) => {
      const before = values();
      const asked = { ...request, grid: [side, side] as const };
      const of = { ...settings, threshold };
      await baseline.ofLayer(engine, asked, POSTER_FEATURES, of, never);
      return values() - before;
    };
    const first = await costOf(32, 0.1);
    const again = await costOf(32, 0.1);
    // Of 4,100 kernels only the layer's own 100, shuffled, are computed anew.
    expect(again).toBeLessThan(first / 10);
    expect(await costOf(32, 0.05)).toBeGreaterThan(first / 2);
    expect(await costOf(24, 0.1)).toBeGreaterThan(first / 4);
  });
});
