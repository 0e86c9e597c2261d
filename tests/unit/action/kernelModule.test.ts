import { afterEach, describe, expect, it, vi } from "vitest";
import { type Comparison, EXACT_TOLERANCE } from "../../../src/core/action/comparison.ts";
import { exactMeasure } from "../../../src/core/action/exactMeasure.ts";
import { KernelModule } from "../../../src/core/action/kernelModule.ts";
import { gaussianKernels } from "../../../src/core/action/noiseKernels.ts";
import { EXTENDED_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import { SeededRandom } from "../../../src/core/random/seededRandom.ts";

afterEach(() => vi.restoreAllMocks());

const ROUNDING = 1e-6;

function comparisonOf(change: Partial<Comparison>): Comparison {
  return {
    kernelSize: [3, 3],
    grid: [64, 64],
    features: EXTENDED_FEATURES,
    compare: "sorted",
    tolerance: EXACT_TOLERANCE,
    ...change,
  };
}

function largestGap(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, at) => {
    if (Number.isNaN(value) && Number.isNaN(b[at])) return most;
    return Math.max(most, Math.abs(value - b[at]));
  }, 0);
}

/** Gaussian, near features, of few values, products, tiny, huge, zero and not finite. */
function manyKinds(entries: number, count: number): Float32Array {
  const random = new SeededRandom(5);
  const kernels = gaussianKernels(entries).slice(0, count * entries);
  for (let k = 0; k < count; k++) {
    for (let at = 0; at < entries; at++) {
      const place = k * entries + at;
      const { kernel } = EXTENDED_FEATURES[k % EXTENDED_FEATURES.length];
      const noise = kernels[place];
      const kinds = [
        noise,
        (kernel[at] ?? 0) + 10 ** -random.index(7) * noise,
        Math.round(noise),
        (1 + Math.floor(at / 3)) * ((at % 3) - 1.5),
        noise * 1e-40,
        noise * 1e37,
        at === 4 ? 1 : 0,
        k % 3 === 0 ? 0 : at === 2 ? Number.NaN : noise,
      ];
      kernels[place] = kinds[k % kinds.length];
    }
  }
  return kernels;
}

describe("distances in WebAssembly", () => {
  const grids = [
    [3, 3],
    [4, 7],
    [16, 16],
    [32, 32],
    [33, 32],
    [31, 65],
    [64, 64],
    [3, 700],
    [700, 5],
    [97, 128],
    [256, 256],
  ] as const;

  it.each(grids)("equal those of float64 and sorted lists on %d x %d", async (...grid) => {
    const module = await KernelModule.load();
    const count = grid[0] * grid[1] > 10_000 ? 40 : 160;
    for (const compare of ["sorted", "response"] as const) {
      const comparison = comparisonOf({ grid, compare });
      const kernels = manyKinds(9, count);
      const gap = largestGap(
        module.distances(comparison, kernels),
        exactMeasure(comparison)(kernels),
      );
      expect(gap).toBeLessThan(EXACT_TOLERANCE + ROUNDING);
    }
  });

  it.each([
    [2, 2],
    [1, 3],
    [5, 5],
    [4, 3],
    [7, 2],
    [15, 15],
  ] as const)("do so for kernels of %d x %d", async (...kernelSize) => {
    const module = await KernelModule.load();
    for (const compare of ["sorted", "response"] as const) {
      for (const grid of [
        [15, 16],
        [50, 40],
      ] as const) {
        const comparison = comparisonOf({ grid, compare, kernelSize });
        const kernels = manyKinds(kernelSize[0] * kernelSize[1], 60);
        const gap = largestGap(
          module.distances(comparison, kernels),
          exactMeasure(comparison)(kernels),
        );
        expect(gap).toBeLessThan(EXACT_TOLERANCE + ROUNDING);
      }
    }
  });

  it.each([2e-4, 4e-3])("are as loose as is tolerated, and no looser: %d", async (tolerance) => {
    const module = await KernelModule.load();
    for (const grid of [
      [16, 16],
      [32, 32],
      [64, 64],
      [128, 100],
    ] as const) {
      const kernels = manyKinds(9, 120);
      const loose = module.distances(comparisonOf({ grid, tolerance }), kernels);
      const gap = largestGap(loose, exactMeasure(comparisonOf({ grid }))(kernels));
      expect(gap).toBeLessThan(tolerance + ROUNDING);
    }
  });

  it("do not depend on what was compared before, more often than comparisons are kept", async () => {
    const module = await KernelModule.load();
    const kernels = manyKinds(9, 30);
    const sides = [16, 20, 40, 64, 100, 12, 48, 33, 16, 100, 64];
    for (const side of sides) {
      for (const compare of ["sorted", "response"] as const) {
        const comparison = comparisonOf({ grid: [side, side], compare });
        const alone = (await KernelModule.load()).distances(comparison, kernels);
        expect([...module.distances(comparison, kernels)]).toEqual([...alone]);
      }
    }
  });

  it.each([0, 1, 2])("are the same where the browser gives only %d modules", async (given) => {
    const { Instance } = WebAssembly;
    let made = 0;
    vi.spyOn(WebAssembly, "Instance").mockImplementation(function instance(compiled) {
      made += 1;
      if (made > given) throw new RangeError("Cannot allocate Wasm memory for new instance");
      return new Instance(compiled);
    });
    const module = await KernelModule.load();
    module.makeSpareModules();
    const kernels = manyKinds(9, 20);
    for (const side of [16, 20, 24, 28, 16, 24]) {
      const comparison = comparisonOf({ grid: [side, side] });
      const gap = largestGap(
        module.distances(comparison, kernels),
        exactMeasure(comparison)(kernels),
      );
      expect(gap).toBeLessThan(EXACT_TOLERANCE + ROUNDING);
    }
    expect(made).toBeGreaterThan(given);
  });

  it("come from TypeScript where WebAssembly has no SIMD", async () => {
    vi.spyOn(WebAssembly, "validate").mockReturnValue(false);
    const compile = vi.spyOn(WebAssembly, "compile");
    const module = await KernelModule.load();
    const comparison = comparisonOf({ grid: [20, 20] });
    const kernels = manyKinds(9, 16);
    expect([...module.distances(comparison, kernels)]).toEqual([
      ...exactMeasure(comparison)(kernels),
    ]);
    expect(compile).not.toHaveBeenCalled();
  });
});
