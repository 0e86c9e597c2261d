import { describe, expect, it } from "vitest";
import type { Analysis } from "../../../src/core/analysis/analysis.ts";
import { resultsCsv } from "../../../src/core/results/csv.ts";
import { resultsJson } from "../../../src/core/results/json.ts";
import { absoluteInputChannel } from "../../../src/core/results/kernelRecord.ts";
import { sketchedAnalysis } from "../figures/analysisFixture.ts";

const analysis: Analysis = sketchedAnalysis([
  { name: "encoder.conv", role: "encoder", side: 32, kernels: 600 },
  { name: '=HYPERLINK("x"),y', role: "decoder", side: 64, kernels: 4, dead: 1, notFinite: 1 },
]);

function parsed(summary: boolean) {
  return JSON.parse([...resultsJson(analysis, { summary })].join(""));
}

describe("resultsJson", () => {
  it("is one valid JSON text however many pieces it comes in", () => {
    const pieces = [...resultsJson(analysis, { summary: false })];
    expect(pieces.length).toBeGreaterThan(4);
    const results = JSON.parse(pieces.join(""));
    expect(results.schema).toBe("convatlas/results@1");
    expect(Object.keys(results)).toEqual([
      ...["schema", "model", "settings", "features", "pca"],
      ...["layers", "totals", "findings", "skipped", "warnings", "timings"],
    ]);
    expect(results.layers.map(({ kernels }: { kernels: unknown[] }) => kernels.length)).toEqual([
      600, 4,
    ]);
  });

  it("names features instead of numbering them, and writes null where there is no number", () => {
    const [encoder, decoder] = parsed(false).layers;
    expect(Object.keys(encoder.counts)).toEqual([
      ...analysis.features.map(({ id }) => id),
      "indeterminate",
    ]);
    const first = encoder.kernels[0];
    expect(first.weights).toHaveLength(9);
    expect(first.distances).toHaveLength(analysis.features.length);
    expect(first.pca).toHaveLength(3);
    const notFinite = decoder.kernels.filter((kernel: { notFinite?: boolean }) => kernel.notFinite);
    expect(notFinite).toHaveLength(1);
    expect(notFinite[0].cluster).toBeNull();
    expect(notFinite[0].pca).toEqual([null, null, null]);
    expect(decoder.kernels.filter(({ dead }: { dead: boolean }) => dead)).toHaveLength(1);
  });

  it("carries float32 weights through text unchanged", () => {
    const { kernels } = parsed(false).layers[0];
    const written = kernels.flatMap(({ weights }: { weights: number[] }) => weights);
    expect(Float32Array.from(written)).toEqual(analysis.layers[0].kernels);
  });

  it("leaves the kernels out of a summary", () => {
    for (const layer of parsed(true).layers) {
      expect(layer.kernels).toBeUndefined();
      expect(layer.counts).toBeDefined();
      expect(layer.baseline.gaussian).toBeDefined();
    }
  });
});

describe("resultsCsv", () => {
  const rows = [...resultsCsv(analysis)].join("").trimEnd().split("\r\n");

  it("has one row per kernel, every row as many cells as names", () => {
    expect(rows).toHaveLength(605);
    const names = rows[0].split(",");
    expect(names).toContain("distance:laplacian");
    expect(rows[1].split(",")).toHaveLength(names.length);
    expect(new Set(names).size).toBe(names.length);
  });

  it("quotes names and lets no spreadsheet take one for a formula", () => {
    expect(rows[601].startsWith(`"'=HYPERLINK(""x""),y",decoder`)).toBe(true);
  });
});

describe("absoluteInputChannel", () => {
  it("counts over all groups", () => {
    const [layer] = analysis.layers;
    const grouped = {
      ...layer,
      description: { ...layer.description, inChannels: 8, outChannels: 4, groups: 2 },
    };
    expect(absoluteInputChannel(grouped, { out: 1, in: 3 })).toBe(3);
    expect(absoluteInputChannel(grouped, { out: 2, in: 3 })).toBe(7);
  });
});
