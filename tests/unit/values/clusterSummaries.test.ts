import { describe, expect, test } from "vitest";
import { clusterSummaries } from "../../../src/core/values/clusterSummaries.ts";
import { normaliseKernels } from "../../../src/core/values/normalisation.ts";
import { sketchedAnalysis } from "../figures/analysisFixture.ts";

const SKETCHES = [
  { name: "conv", role: "encoder", side: 32, kernels: 5000, dead: 2, notFinite: 3 },
] as const;

function meanOf(rows: readonly Float64Array[]): Float64Array {
  return new Float64Array(9).map(
    (_, entry) => rows.reduce((sum, row) => sum + row[entry], 0) / rows.length,
  );
}

function spreadOf(rows: readonly Float64Array[]): number {
  const mean = meanOf(rows);
  const squares = rows.map((row) => Math.hypot(...row.map((entry, at) => entry - mean[at])) ** 2);
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / rows.length);
}

describe("cluster summaries", () => {
  test.each(["none", "unit-signed"] as const)(
    "mean and spread as defined (%s)",
    (normalisation) => {
      const analysis = sketchedAnalysis(SKETCHES, { settings: { normalisation } });
      const [layer] = analysis.layers;
      const all = normaliseKernels(layer.kernels, 9, normalisation);
      const rows = Array.from({ length: 5000 }, (_, k) => all.subarray(k * 9, k * 9 + 9));
      const whole = spreadOf(rows.filter((_, k) => layer.values.clusters[k] >= 0));
      const summaries = clusterSummaries(analysis, layer);
      expect(summaries).toHaveLength(3);
      for (const { cluster, size, share, mean, spread, relativeSpread } of summaries) {
        const own = rows.filter((_, k) => layer.values.clusters[k] === cluster);
        expect(size).toBe(own.length);
        expect(share).toBe(own.length / 5000);
        mean.forEach((entry, at) => {
          expect(entry).toBeCloseTo(meanOf(own)[at], 12);
        });
        expect(spread).toBeCloseTo(spreadOf(own), 12);
        expect(relativeSpread).toBeCloseTo(spreadOf(own) / whole, 12);
      }
    },
  );

  test("labels are counted per cluster, beside the layer's noise", () => {
    const analysis = sketchedAnalysis(SKETCHES);
    const [layer] = analysis.layers;
    const summaries = clusterSummaries(analysis, layer);
    for (const { cluster, labels } of summaries) {
      const own = [...(layer.action?.labels ?? [])].filter(
        (_, k) => layer.values.clusters[k] === cluster,
      );
      const counts = [0, 1, 2, 3, 4, 5, -1].map((label) => own.filter((at) => at === label).length);
      expect(labels?.counts).toEqual(counts);
      labels?.shares.forEach((share, at) => {
        expect(share).toBeCloseTo(counts[at] / own.length, 12);
      });
      labels?.noise.forEach((share, at) => {
        expect(share).toBeCloseTo(layer.baseline?.gaussian[at] ?? Number.NaN, 12);
      });
    }
  });

  test("no labels before they are known; a cluster of nothing is told as such", () => {
    const analysis = sketchedAnalysis([{ ...SKETCHES[0], settled: false }]);
    const [layer] = analysis.layers;
    expect(clusterSummaries(analysis, layer)[0].labels).toBeNull();
    const values = { ...layer.values, clusterSizes: [...layer.values.clusterSizes, 0] };
    const last = clusterSummaries(analysis, { ...layer, values }).at(-1);
    expect(last).toMatchObject({ size: 0, share: 0, spread: 0, fit: null });
  });
});
