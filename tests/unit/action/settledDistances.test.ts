import { describe, expect, it } from "vitest";
import { EXACT_TOLERANCE } from "../../../src/core/action/comparison.ts";
import { cpuEngine } from "../../../src/core/action/cpuEngine.ts";
import { labelsFromDistances } from "../../../src/core/action/labels.ts";
import { gaussianKernels } from "../../../src/core/action/noiseKernels.ts";
import { firstDistances, settledDistances } from "../../../src/core/action/settledDistances.ts";
import { settlingLevels } from "../../../src/core/action/settlingLevels.ts";
import { EXTENDED_FEATURES, POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import type { Size2d } from "../../../src/core/network/size2d.ts";
import { SeededRandom } from "../../../src/core/random/seededRandom.ts";
import { ROUNDING_MARGIN } from "../../support/reference.ts";

const never = new AbortController().signal;

/** Kernels whose distances converge slowest: products, whole numbers, few entries, features. */
function awkwardKernels([height, width]: Size2d, count: number): Float32Array {
  const random = new SeededRandom(99);
  const kernels: number[] = [];
  for (let k = 0; k < count; k++) {
    const row = Array.from({ length: width }, () => random.normal());
    const column = Array.from({ length: height }, () => random.normal());
    for (let at = 0; at < height * width; at++) {
      const noise = random.normal();
      const product = column[Math.floor(at / width)] * row[at % width];
      const { kernel } = EXTENDED_FEATURES[k % EXTENDED_FEATURES.length];
      kernels.push([product, Math.round(noise), noise > 0.3 ? noise : 0, kernel[at] ?? 1][k % 4]);
    }
  }
  return Float32Array.from(kernels);
}

describe("settled distances", () => {
  it.each([
    [[3, 3], [160, 160], "sorted", 0.1],
    [[3, 3], [160, 96], "sorted", 0.1],
    [[3, 3], [128, 128], "sorted", 0.04],
    [[3, 3], [64, 64], "sorted", 0.1],
    [[3, 3], [16, 16], "sorted", 0.1],
    [[3, 3], [5, 300], "sorted", 0.1],
    [[3, 3], [96, 40], "response", 0.3],
    [[5, 5], [130, 65], "sorted", 0.1],
    [[2, 2], [128, 128], "sorted", 0.1],
    [[1, 3], [128, 128], "sorted", 0.1],
  ] as const)(
    "give labels of the full grid: %j kernels on %j, %s, threshold %d",
    async (...row) => {
      const [kernelSize, grid, compare, threshold] = row;
      const noise = gaussianKernels(kernelSize[0] * kernelSize[1]);
      const awkward = awkwardKernels(kernelSize, 300);
      const kernels = Float32Array.of(...noise.subarray(0, awkward.length), ...awkward);
      const request = {
        kernels,
        kernelSize,
        grid,
        features: EXTENDED_FEATURES,
        compare,
        threshold,
      };
      const full = labelsFromDistances(
        await cpuEngine.distances({ ...request, tolerance: EXACT_TOLERANCE }, () => {}, never),
        EXTENDED_FEATURES.length,
        threshold,
      );
      const first = await firstDistances(cpuEngine, request, never);
      const settledCounts: number[] = [];
      const distances = await settledDistances(
        cpuEngine,
        request,
        first,
        (kernelsDone) => settledCounts.push(kernelsDone),
        never,
      );
      const settled = labelsFromDistances(distances, EXTENDED_FEATURES.length, threshold);
      const wrong = [...full.labels.keys()].filter((k) => {
        const own = full.distances.subarray(
          k * EXTENDED_FEATURES.length,
          (k + 1) * EXTENDED_FEATURES.length,
        );
        const isAtThreshold = Math.abs(Math.min(...own) - threshold) < ROUNDING_MARGIN;
        return full.labels[k] !== settled.labels[k] && !isAtThreshold;
      });
      expect(wrong).toEqual([]);
      expect(settledCounts).toEqual(settledCounts.toSorted((a, b) => a - b));
      expect(settledCounts.at(-1)).toBe(full.labels.length);
    },
  );

  it("leave most kernels on coarse grids", async () => {
    const kernels = gaussianKernels(9).subarray(0, 9 * 500);
    const request = {
      kernels,
      kernelSize: [3, 3] as const,
      grid: [256, 256] as const,
      features: POSTER_FEATURES,
      compare: "sorted" as const,
      threshold: 0.1,
    };
    const onFullGrid: number[] = [];
    const counting = {
      ...cpuEngine,
      distances: (...[asked, ...rest]: Parameters<typeof cpuEngine.distances>) => {
        if (asked.grid[0] === 256) onFullGrid.push(asked.kernels.length / 9);
        return cpuEngine.distances(asked, ...rest);
      },
    };
    const first = await firstDistances(counting, request, never);
    await settledDistances(counting, request, first, () => {}, never);
    expect(onFullGrid[0]).toBeGreaterThan(0);
    expect(onFullGrid[0]).toBeLessThan(50);
  });
});

describe("levels", () => {
  it("end with the exact full grid and name smaller errors on the way", () => {
    for (const grid of [
      [3, 3],
      [16, 16],
      [20, 400],
      [512, 512],
      [1024, 40],
    ] as const) {
      const levels = settlingLevels([3, 3], grid);
      expect(levels.at(-1)).toEqual({ grid, tolerance: EXACT_TOLERANCE, error: 0 });
      const errors = levels.map(({ error }) => error);
      expect(errors).toEqual(errors.toSorted((a, b) => b - a));
    }
  });

  it("never use a grid smaller than the kernel", () => {
    for (const { grid } of settlingLevels([15, 15], [64, 16])) {
      expect(Math.min(...grid)).toBeGreaterThanOrEqual(15);
    }
    for (const { grid } of settlingLevels([17, 3], [64, 64])) {
      expect(grid[0]).toBeGreaterThanOrEqual(17);
    }
  });

  it("bound how far their distances are from the full grid's", async () => {
    for (const compare of ["sorted", "response"] as const) {
      const grid = [200, 200] as const;
      const request = {
        kernels: awkwardKernels([3, 3], 200),
        kernelSize: [3, 3] as const,
        features: EXTENDED_FEATURES,
        compare,
      };
      const exact = { ...request, grid, tolerance: EXACT_TOLERANCE };
      const full = await cpuEngine.distances(exact, () => {}, never);
      for (const level of settlingLevels([3, 3], grid)) {
        const asked = { ...request, grid: level.grid, tolerance: level.tolerance };
        const distances = await cpuEngine.distances(asked, () => {}, never);
        const worst = distances.reduce(
          (most, d, at) => (Number.isNaN(d) ? most : Math.max(most, Math.abs(d - full[at]))),
          0,
        );
        expect(worst).toBeLessThanOrEqual(level.error + EXACT_TOLERANCE);
      }
    }
  });
});
