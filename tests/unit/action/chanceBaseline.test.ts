import { describe, expect, it } from "vitest";
import { ChanceBaseline } from "../../../src/core/action/chanceBaseline.ts";
import { cpuEngine } from "../../../src/core/action/cpuEngine.ts";
import type { ActionEngine } from "../../../src/core/action/engine.ts";
import { labelsFromDistances, sharesFromCounts } from "../../../src/core/action/labels.ts";
import { gaussianKernels, shuffledKernels } from "../../../src/core/action/noiseKernels.ts";
import { coarseGrid, settledShares } from "../../../src/core/action/settledShares.ts";
import { EXTENDED_FEATURES, POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import type { Size2d } from "../../../src/core/network/size2d.ts";

const never = new AbortController().signal;

function requestOf(size: Size2d, grid: Size2d, compare: "sorted" | "response", count: number) {
  const kernels = gaussianKernels(size[0] * size[1]).subarray(0, count * size[0] * size[1]);
  return { kernels, kernelSize: size, grid, features: EXTENDED_FEATURES, compare };
}

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

describe("settledShares", () => {
  it.each([
    [[3, 3], [160, 96], "sorted", 0.1],
    [[3, 3], [128, 128], "sorted", 0.04],
    [[3, 3], [96, 40], "response", 0.3],
    [[5, 5], [130, 65], "sorted", 0.1],
    [[2, 2], [128, 128], "sorted", 0.1],
  ] as const)("are those of the full grid: %j kernels on %j, %s, threshold %d", async (...row) => {
    const [size, grid, compare, threshold] = row;
    const request = requestOf(size, grid, compare, 500);
    const full = await cpuEngine.distances(request, () => {}, never);
    const coarse = await cpuEngine.distances(
      { ...request, grid: coarseGrid(grid) },
      () => {},
      never,
    );
    const shares = await settledShares(cpuEngine, request, threshold, coarse, never);
    const { counts } = labelsFromDistances(full, EXTENDED_FEATURES.length, threshold);
    expect(shares).toEqual(sharesFromCounts(counts));
  });

  it("never computes a grid twice that is coarse already", () => {
    expect(coarseGrid([64, 64])).toEqual([64, 64]);
    expect(coarseGrid([16, 400])).toEqual([16, 64]);
  });
});

describe("ChanceBaseline", () => {
  const request = {
    kernels: gaussianKernels(9).subarray(0, 900),
    kernelSize: [3, 3] as const,
    grid: [32, 32] as const,
  };

  it("is what 4,000 random and the shuffled kernels get on the layer's grid", async () => {
    const { gaussian, shuffled } = await new ChanceBaseline(cpuEngine).ofLayer(
      request,
      POSTER_FEATURES,
      { threshold: 0.1, compare: "sorted" },
      never,
    );
    const sharesOf = async (kernels: Float32Array) => {
      const full = { ...request, kernels, features: POSTER_FEATURES, compare: "sorted" as const };
      const distances = await cpuEngine.distances(full, () => {}, never);
      return sharesFromCounts(labelsFromDistances(distances, 6, 0.1).counts);
    };
    expect(gaussian).toEqual(await sharesOf(gaussianKernels(9)));
    expect(shuffled).toEqual(await sharesOf(shuffledKernels(request.kernels, 9)));
    expect(gaussian.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it("computes the random kernels once for all grids and thresholds", async () => {
    const { engine, values } = countingEngine();
    const baseline = new ChanceBaseline(engine);
    const ask = (side: number, threshold: number) =>
      baseline.ofLayer(
        { ...request, grid: [side, side] },
        POSTER_FEATURES,
        { threshold, compare: "sorted" },
        never,
      );
    await ask(64, 0.1);
    const first = values();
    await ask(96, 0.1);
    await ask(64, 0.05);
    expect(values() - first).toBeLessThan(first / 2);
  });
});
