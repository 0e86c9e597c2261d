import { describe, expect, it, vi } from "vitest";
import {
  KERNEL_DEAD,
  KERNEL_FINE,
  KERNEL_NOT_FINITE,
} from "../../../src/core/analysis/analysis.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../../src/core/analysis/settings.ts";
import { POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import type { ConvolutionLayer } from "../../../src/core/network/network.ts";
import type { Size2d } from "../../../src/core/network/size2d.ts";
import { SeededRandom } from "../../../src/core/random/seededRandom.ts";
import { embedFeatures } from "../../../src/core/values/embedFeature.ts";
import { KernelRows, kernelStates } from "../../../src/core/values/kernelRows.ts";
import { modelValuesInTurns } from "../../../src/core/values/layerValues.ts";
import { nearestFeatures } from "../../../src/core/values/nearestFeature.ts";
import { normaliseKernels } from "../../../src/core/values/normalisation.ts";

function layerOf(
  name: string,
  kernels: Float32Array,
  kernelSize: Size2d = [3, 3],
): ConvolutionLayer {
  const count = kernels.length / (kernelSize[0] * kernelSize[1]);
  return {
    name,
    operator: "Conv2d",
    kernelSize,
    inChannels: 1,
    outChannels: count,
    groups: 1,
    stride: [1, 1],
    dilation: [1, 1],
    kernels,
    graphNode: null,
  };
}

function randomKernels(count: number, entries: number, seed: number): Float32Array {
  const random = new SeededRandom(seed);
  return Float32Array.from({ length: count * entries }, () => random.normal());
}

const never = new AbortController().signal;

function modelValues(layers: readonly ConvolutionLayer[], settings: Settings = DEFAULT_SETTINGS) {
  return modelValuesInTurns(layers, POSTER_FEATURES, settings, () => {}, never);
}

describe("normaliseKernels", () => {
  const kernel = [0, 0, 0, 0, -3, 0, 0, 0, 4];

  it("leaves kernels as they are, makes them unit, or fixes the sign of the centre too", () => {
    expect([...normaliseKernels(kernel, 9, "none")]).toEqual(kernel);
    expect([...normaliseKernels(kernel, 9, "unit")]).toEqual([0, 0, 0, 0, -0.6, 0, 0, 0, 0.8]);
    const signed = normaliseKernels(kernel, 9, "unit-signed");
    expect(signed[4]).toBeCloseTo(0.6, 12);
    expect(signed[8]).toBeCloseTo(-0.8, 12);
  });

  it("keeps zero kernels zero and carries denormal ones", () => {
    expect([...normaliseKernels(new Float32Array(9), 9, "unit")]).toEqual(new Array(9).fill(0));
    const denormal = new Float32Array(9).fill(1e-44);
    expect(normaliseKernels(denormal, 9, "unit")[0]).toBeCloseTo(1 / 3, 12);
  });
});

describe("kernelStates", () => {
  it("tells dead, not finite and fine kernels apart", () => {
    const kernels = new Float32Array(45);
    kernels[9] = 1e-45;
    kernels[18] = Number.NaN;
    kernels[35] = Number.NEGATIVE_INFINITY;
    kernels[36] = 3e38;
    expect([...kernelStates(kernels, 9)]).toEqual([
      KERNEL_DEAD,
      KERNEL_FINE,
      KERNEL_NOT_FINITE,
      KERNEL_NOT_FINITE,
      KERNEL_FINE,
    ]);
  });
});

describe("nearestFeatures", () => {
  it("is the feature itself, at distance 0", () => {
    const rows = embedFeatures(POSTER_FEATURES, [3, 3]);
    const { nearest, distances } = nearestFeatures(rows, rows, 9);
    expect([...nearest]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...distances]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("measures straight distance and leaves out what is not finite", () => {
    const rows = new Float64Array(18);
    rows[4] = 1; // identity, and a kernel with NaN
    rows[9] = Number.NaN;
    const features = new Float64Array(9);
    const { nearest, distances } = nearestFeatures(rows, features, 9);
    expect([...nearest]).toEqual([0, -1]);
    expect(distances[0]).toBe(1);
    expect(distances[1]).toBeNaN();
  });
});

describe("embedFeatures", () => {
  it("puts 3x3 in the middle of larger odd kernels, and nowhere else", () => {
    const identity = POSTER_FEATURES.filter(({ id }) => id === "identity");
    const rows = embedFeatures(identity, [5, 7]);
    expect(rows.indexOf(1)).toBe(2 * 7 + 3);
    expect(rows.reduce((sum, v) => sum + v, 0)).toBe(1);
    for (const size of [
      [2, 2],
      [4, 4],
      [1, 3],
      [3, 4],
    ] as const) {
      expect(embedFeatures(identity, size)).toHaveLength(0);
    }
  });
});

describe("modelValues", () => {
  const layers = [
    layerOf("a", randomKernels(20, 9, 1)),
    layerOf("b", randomKernels(12, 25, 2), [5, 5]),
    layerOf("c", randomKernels(16, 9, 3)),
    layerOf("d", randomKernels(8, 4, 4), [2, 2]),
  ];

  it("shares one basis per kernel size, or gives each layer its own", async () => {
    const model = await modelValues(layers);
    expect(model.pca.map(({ kernelSize }) => kernelSize)).toEqual([
      [3, 3],
      [5, 5],
      [2, 2],
    ]);
    expect(model.layers.map(({ basis }) => basis)).toEqual([0, 1, 0, 2]);
    expect(model.pca[2].featureScores).toBeNull();
    const own = await modelValues(layers, { ...DEFAULT_SETTINGS, basis: "layer" });
    expect(own.pca.map(({ layer }) => layer)).toEqual([0, 1, 2, 3]);
    expect(own.layers.map(({ basis }) => basis)).toEqual([0, 1, 2, 3]);
  });

  it("follows a permutation of the kernels", async () => {
    const [a] = layers;
    const reversed = new Float32Array(a.kernels.length);
    for (let k = 0; k < 20; k++) {
      reversed.set(a.kernels.subarray(k * 9, k * 9 + 9), (19 - k) * 9);
    }
    const [forwards] = (await modelValues([a])).layers;
    const [backwards] = (await modelValues([layerOf("a", reversed)])).layers;
    for (let k = 0; k < 20; k++) {
      expect(backwards.nearest[19 - k]).toBe(forwards.nearest[k]);
      for (let c = 0; c < 3; c++) {
        expect(backwards.scores[(19 - k) * 3 + c]).toBeCloseTo(forwards.scores[k * 3 + c], 5);
      }
    }
  });

  it("keeps kernels that are not finite out of the axes and the clusters", async () => {
    const spoiled = Float32Array.from([...layers[0].kernels, ...new Array(9).fill(Number.NaN)]);
    const [clean] = (await modelValues([layers[0]])).layers;
    const withSpoiled = await modelValues([layerOf("a", spoiled)]);
    const [values] = withSpoiled.layers;
    expect([...values.clusters.subarray(0, 20)]).toEqual([...clean.clusters]);
    expect(values.clusters[20]).toBe(-1);
    expect(values.nearest[20]).toBe(-1);
    expect(values.scores[60]).toBeNaN();
    expect(values.clusterSizes.reduce((sum, size) => sum + size, 0)).toBe(20);
  });
});

describe("modelValuesInTurns", () => {
  // Two thousand kernels of each size: some blocks, some starts, several turns.
  const layers = [
    layerOf("a", randomKernels(9_000, 9, 5)),
    layerOf("b", randomKernels(2_000, 25, 6), [5, 5]),
  ];
  it("gives the same with a turn after each step as with hardly any", async () => {
    for (const normalisation of ["none", "unit", "unit-signed"] as const) {
      const settings = { ...DEFAULT_SETTINGS, normalisation };
      const hardlyAny = await modelValues(layers, settings);
      let now = 0;
      const clock = vi.spyOn(performance, "now").mockImplementation(() => {
        now += 1000;
        return now;
      });
      const afterEachStep = await modelValues(layers, settings);
      clock.mockRestore();
      expect(now).toBeGreaterThan(20 * 1000);
      expect(afterEachStep).toEqual(hardlyAny);
    }
  });

  it("lets the event loop go round, and tells how many layers are done", async () => {
    const doneLayers: number[] = [];
    const big = [layerOf("a", randomKernels(200_000, 9, 7)), ...layers];
    let longest = 0;
    let before = performance.now();
    const clock = setInterval(() => {
      longest = Math.max(longest, performance.now() - before);
      before = performance.now();
    }, 1);
    const onProgress = (done: number, total: number) => {
      expect(total).toBe(3);
      doneLayers.push(done);
    };
    const startedAt = performance.now();
    await modelValuesInTurns(big, POSTER_FEATURES, DEFAULT_SETTINGS, onProgress, never);
    const total = performance.now() - startedAt;
    clearInterval(clock);
    // A share, since how long a turn really takes depends on what else the machine does.
    expect(longest).toBeLessThan(total / 2);
    expect(doneLayers[0]).toBe(0);
    expect(doneLayers.at(-1)).toBeGreaterThanOrEqual(1);
    expect([...doneLayers].sort((a, b) => a - b)).toEqual(doneLayers);
  });

  it("hears a cancel", async () => {
    const controller = new AbortController();
    const run = modelValuesInTurns(
      [layerOf("a", randomKernels(200_000, 9, 7))],
      POSTER_FEATURES,
      DEFAULT_SETTINGS,
      () => controller.abort(),
      controller.signal,
    );
    await expect(run).rejects.toMatchObject({ code: "cancelled" });
  });
});

describe("KernelRows", () => {
  it("makes the rows of all kernels, block after block, each once", () => {
    for (const [count, entries] of [
      [1, 9],
      [3_640, 9],
      [3_641, 9],
      [10_000, 9],
      [300, 225],
    ]) {
      const kernels = randomKernels(count, entries, 8);
      for (const normalisation of ["none", "unit-signed"] as const) {
        const rows = new KernelRows(kernels, entries, normalisation);
        const together: number[] = [];
        for (let block = 0; block < rows.blockCount; block++) {
          rows.visitBlock(block, (numbers, first, taken) => {
            expect(first * entries).toBe(together.length);
            together.push(...numbers.subarray(0, taken * entries));
          });
        }
        expect(Float64Array.from(together)).toEqual(
          normaliseKernels(kernels, entries, normalisation),
        );
      }
    }
  });

  it("takes evenly spaced kernels, of those that are finite", () => {
    const kernels = Float32Array.from({ length: 100 }, (_, k) => (k < 40 ? Number.NaN : k));
    const rows = new KernelRows(kernels, 1, "none");
    expect([...rows.evenlySpaced(6)]).toEqual([40, 50, 60, 70, 80, 90]);
    expect([...rows.evenlySpaced(1_000)]).toEqual(Array.from({ length: 60 }, (_, k) => 40 + k));
    expect(new KernelRows(kernels.subarray(0, 40), 1, "none").evenlySpaced(5)).toHaveLength(0);
  });
});
