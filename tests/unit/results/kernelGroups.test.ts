import { describe, expect, test } from "vitest";
import { resultsCsv } from "../../../src/core/results/csv.ts";
import { resultsJson } from "../../../src/core/results/json.ts";
import { selectionJson } from "../../../src/core/results/selectionJson.ts";
import { clusterSummaries } from "../../../src/core/values/clusterSummaries.ts";
import { neighbours } from "../../../src/core/values/neighbours.ts";
import { sketchedAnalysis } from "../figures/analysisFixture.ts";

const analysis = sketchedAnalysis([
  { name: "down", role: "encoder", side: 32, kernels: 300 },
  { name: "up", role: "decoder", side: 32, kernels: 50, dead: 1, notFinite: 1 },
]);
const results = JSON.parse([...resultsJson(analysis, { summary: false })].join(""));

interface WrittenKernel {
  readonly weights: readonly number[];
  readonly fit: {
    readonly feature: string;
    readonly orientation: string;
    readonly scale: number;
    readonly explained: number;
  } | null;
}

describe("fits in the results", () => {
  test("JSON and CSV tell the same", () => {
    const [head, ...rows] = [...resultsCsv(analysis)].join("").trimEnd().split("\r\n");
    const names = head.split(",");
    expect(names.slice(-4)).toEqual(["fitFeature", "fitOrientation", "fitScale", "fitExplained"]);
    const kernels: readonly WrittenKernel[] = results.layers.flatMap(
      ({ kernels: written }: { kernels: readonly WrittenKernel[] }) => written,
    );
    const cells = kernels.map(({ fit }) =>
      fit === null
        ? ["", "", "", ""]
        : [fit.feature, fit.orientation, String(fit.scale), String(fit.explained)],
    );
    expect(rows.map((row) => row.split(",").slice(-4))).toEqual(cells);
    expect(kernels.filter(({ fit }) => fit === null)).toHaveLength(2);
  });

  test("chance and the scale of the pictures stand beside them", () => {
    const [down] = results.layers;
    const largest = Math.max(...analysis.layers[0].kernels.map(Math.abs));
    expect(Math.fround(down.largestWeight)).toBe(largest);
    expect(down.fitNoise.mean).toBeGreaterThan(0.1);
    expect(down.fitNoise.upper).toBeLessThan(1);
  });
});

describe("clusters in the results", () => {
  test("every number of a summary is written, named and counted as people do", () => {
    const summaries = clusterSummaries(analysis, analysis.layers[0]);
    const { clusters } = results.layers[0];
    expect(clusters).toHaveLength(3);
    for (const [at, { size, mean, spread, fit, labels }] of summaries.entries()) {
      const written = clusters[at];
      expect(written).toMatchObject({ cluster: at, number: at + 1, of: 3, size, kernelCount: 300 });
      expect(written.share).toBeCloseTo(size / 300, 8);
      expect(written.spread).toBeCloseTo(spread, 8);
      expect(written.mean[4]).toBeCloseTo(mean[4], 8);
      expect(written.fit.explained).toBeCloseTo(fit?.explained ?? Number.NaN, 8);
      expect(Object.values(written.counts)).toEqual(labels?.counts);
      expect(written.noise.laplacian).toBe(0.54);
    }
  });

  test("without labels yet, they are null", () => {
    const early = sketchedAnalysis([
      { name: "a", role: "encoder", side: 8, kernels: 9, settled: false },
    ]);
    const { layers } = JSON.parse([...resultsJson(early, { summary: true })].join(""));
    expect(layers[0].clusters[0]).toMatchObject({ counts: null, shares: null, noise: null });
  });
});

describe("the selection in the results", () => {
  test("a kernel: its channels and its neighbours", () => {
    const written = selectionJson(analysis, { layer: "up", kernel: 7, group: null });
    const near = neighbours(analysis, 1, 7);
    expect(written).toMatchObject({
      layer: "up",
      group: null,
      kernel: 7,
      out: 7,
      in: 0,
      input: 0,
      neighbours: near.map(({ layer, kernel }) => ({
        layer: analysis.layers[layer].description.name,
        kernel,
      })),
    });
    expect(near).toHaveLength(6);
  });

  test("a group of several layers: how many, where, mean, labels and chance", () => {
    const group = { kind: "label", layer: null, label: "edge" } as const;
    const written = JSON.parse(
      JSON.stringify(selectionJson(analysis, { layer: null, kernel: null, group })),
    );
    const inLayers = results.layers.map(({ counts }: { counts: { edge: number } }) => counts.edge);
    expect(written).toMatchObject({ kernel: null, group, layerCount: 2, outOf: 350 });
    expect(written.layers.map(({ count }: { count: number }) => count)).toEqual(inLayers);
    expect(written.count).toBe(inLayers[0] + inLayers[1]);
    expect(written.mean).toHaveLength(9);
    expect(written.shares.edge).toBe(1);
    expect(written.noise.edge).toBeCloseTo(0.07, 8);
  });

  test("a cluster by the number people know it by, and nothing where nothing is selected", () => {
    const group = { kind: "cluster", layer: "down", cluster: 1 } as const;
    expect(selectionJson(analysis, { layer: "down", kernel: null, group })).toMatchObject({
      number: 2,
      layerCount: 1,
    });
    expect(selectionJson(analysis, { layer: null, kernel: null, group: null })).toEqual({
      layer: null,
      kernel: null,
      group: null,
    });
    const gone = selectionJson(analysis, { layer: "down", kernel: 300, group: null });
    expect(gone).toMatchObject({ kernel: null });
  });
});
