import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { POSTER_FEATURES } from "../../src/core/features/clinicalKernels.ts";
import { ORIENTATIONS, orientedKernel } from "../../src/core/values/orientations.ts";
import {
  checkAgainstReference,
  type ResultsFile,
  type ResultsLayer,
} from "../support/checkAgainstReference.ts";
import { MALFORMED_FILES } from "../support/malformedFiles.ts";
import { reference } from "../support/reference.ts";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "convatlas-command-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Outcome {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

async function convatlas(...args: readonly string[]): Promise<Outcome> {
  const command = [join(root, "dist/cli/convatlas.js"), ...args];
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, command, {
      maxBuffer: 1 << 28,
    });
    return { status: 0, output: stdout, errors: stderr };
  } catch (thrown) {
    const { code, stdout, stderr } = thrown as { code: number; stdout: string; stderr: string };
    return { status: code, output: stdout, errors: stderr };
  }
}

async function analyze(model: string, ...args: readonly string[]): Promise<ResultsFile> {
  const { status, output, errors } = await convatlas("analyze", join(root, model), ...args);
  expect([status, errors]).toEqual([0, ""]);
  return JSON.parse(output);
}

interface Fitted {
  readonly weights: readonly number[];
  readonly cluster: number;
  readonly fit: {
    readonly feature: string;
    readonly orientation: (typeof ORIENTATIONS)[number];
    readonly scale: number;
    readonly explained: number;
  };
}

function energy(entries: readonly number[]): number {
  return entries.reduce((sum, entry) => sum + entry * entry, 0);
}

const unet = "public/samples/brain-unet.onnx";
const [unetReference, resunetReference] = reference.models;

describe("convatlas analyze", () => {
  it("labels the sample U-Net as the independent implementation does", async () => {
    const results = await analyze(unet);
    checkAgainstReference(results, unetReference);
    expect(results.model).toMatchObject({
      name: "brain-unet.onnx",
      format: "onnx",
      bytes: 195_534,
      parameters: 46_530,
    });
    expect(results.layers.map(({ role }) => role)).toEqual([
      ...new Array(8).fill("encoder"),
      ...new Array(2).fill("bottleneck"),
      ...new Array(8).fill("decoder"),
    ]);
    expect(results.layers.every(({ gridSource }) => gridSource === "graph")).toBe(true);
    expect(results.skipped).toEqual([{ name: "head", reason: "1x1 kernel" }]);
    expect(results.timings).toMatchObject({ engine: "cpu" });
  });

  it("labels the residual U-Net alike: strides, dilation, depthwise, transposed", async () => {
    const results = await analyze("tests/fixtures/brain-resunet.onnx");
    checkAgainstReference(results, resunetReference);
    const role = (name: string) => results.layers.find((layer) => layer.name === name)?.role;
    expect(role("stem")).toBe("encoder");
    expect(role("encoder.3.conv2")).toBe("encoder");
    expect(role("depthwise")).toBe("bottleneck");
    expect(role("decoder.0.up")).toBe("decoder");
    expect(role("decoder.2.conv")).toBe("decoder");
  });

  it("reads the same network from Keras HDF5 with the same labels and grids", async () => {
    const results = await analyze("public/samples/brain-unet.h5");
    expect(results.layers.map(({ grid }) => grid)).toEqual(
      unetReference.layers.map(({ grid }) => grid),
    );
    for (const [at, layer] of results.layers.entries()) {
      const expected = unetReference.layers[at];
      const wrong = (layer.kernels ?? []).filter(
        ({ label }, k) => label !== expected.labels[k] && expected.margins[k] > 1e-5,
      );
      expect([layer.name, wrong]).toEqual([layer.name, []]);
    }
    expect(results.layers.map(({ role }) => role)).toContain("decoder");
  });

  it("gives every share its baseline, which noise decides", async () => {
    const results = await analyze(unet, "--grid", "64", "--summary");
    for (const layer of results.layers) {
      expect(layer.kernels).toBeUndefined();
      expect(layer.gridSource).toBe("settings");
      for (const shares of Object.values(layer.baseline)) {
        expect(Object.values(shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
      }
      expect(
        Math.abs(layer.baseline.gaussian.laplacian - reference.noise[64].laplacian),
      ).toBeLessThan(0.04);
    }
  });

  it("answers the three questions, and sums up layers, clusters and fits", async () => {
    const { output } = await convatlas("analyze", join(root, unet));
    const { findings, totals, layers } = JSON.parse(output);
    expect(findings).toMatchObject({
      filters: { verdict: "more", kernels: totals.kernels },
      decoder: { verdict: "noMore", sampleSize: 200 },
      encoder: { verdict: "noMore" },
    });
    expect(findings.encoder.layers).toContain("encoder.1.conv1");
    expect(totals.layers).toBe(layers.length);
    for (const [label, count] of Object.entries(totals.counts)) {
      const counts: number[] = layers.map((layer: ResultsLayer) => layer.counts[label]);
      expect(counts.reduce((sum, one) => sum + one)).toBe(count);
      const { [label]: noise } = totals.noise;
      const lift = noise === 0 ? null : totals.shares[label] / noise;
      if (lift === null) expect(totals.lift[label]).toBeNull();
      else expect(totals.lift[label]).toBeCloseTo(lift, 6);
    }
    const layer = layers.find(({ name }: ResultsLayer) => name === "decoder.0.conv1");
    expect(layer.structure).toMatchObject({ state: "measured", kernels: layer.kernelCount });
    const { overGaussian, share, gaussianShare } = layer.lift.edge;
    expect(share).toBeCloseTo(layer.counts.edge / layer.kernelCount, 9);
    expect(overGaussian.ratio).toBeCloseTo(share / gaussianShare, 9);
    expect(overGaussian.low).toBeLessThan(overGaussian.ratio);
    expect(layer.clusters).toHaveLength(3);
    for (const { cluster, size, mean } of layer.clusters) {
      const members = layer.kernels.filter((kernel: Fitted) => kernel.cluster === cluster);
      expect(members).toHaveLength(size);
      const centres: number[] = members.map(({ weights }: Fitted) => weights[4]);
      expect(mean[4]).toBeCloseTo(centres.reduce((sum, one) => sum + one) / size, 6);
    }
    for (const { weights, fit } of layer.kernels as readonly Fitted[]) {
      const feature = POSTER_FEATURES.find(({ id }) => id === fit.feature);
      const turned = orientedKernel(feature?.kernel ?? [], ORIENTATIONS.indexOf(fit.orientation));
      const rest = weights.map((weight, at) => weight - fit.scale * turned[at]);
      expect(fit.explained).toBeCloseTo(1 - energy(rest) / energy(weights), 5);
    }
  });

  it("obeys its options", async () => {
    const results = await analyze(
      unet,
      ...["--grid", "16", "--features", "extended", "--compare", "response", "--threshold", "0.2"],
      ...["--clusters", "2", "--basis", "layer", "--summary"],
    );
    expect(results.settings).toMatchObject({
      features: "extended",
      grid: 16,
      compare: "response",
      threshold: 0.2,
      clusters: 2,
      basis: "layer",
    });
    expect(results.features).toHaveLength(11);
    expect(results.pca).toHaveLength(18);
  });

  it("takes features of one's own from a file", async () => {
    const path = join(folder, "features.json");
    const own = [{ id: "blob", label: "Blob", kernel: [0, 1, 0, 1, 2, 1, 0, 1, 0] }];
    writeFileSync(path, JSON.stringify(own));
    const results = await analyze(unet, "--grid", "8", "--features", path, "--summary");
    expect(Object.keys(results.layers[0].counts)).toEqual(["blob", "indeterminate"]);
  });

  it("writes JSON and one CSV row per kernel to files", async () => {
    const [json, csv] = [join(folder, "out.json"), join(folder, "out.csv")];
    const model = join(root, unet);
    const outcome = await convatlas("analyze", model, "--grid", "16", "--out", json, "--csv", csv);
    expect(outcome).toEqual({ status: 0, output: "", errors: "" });
    const results: ResultsFile = JSON.parse(readFileSync(json, "utf8"));
    const lines = readFileSync(csv, "utf8").trimEnd().split("\r\n");
    const kernels = results.layers.reduce((sum, layer) => sum + layer.kernelCount, 0);
    expect(lines).toHaveLength(kernels + 1);
    const columns = lines[0].split(",");
    const first = Object.fromEntries(lines[1].split(",").map((cell, at) => [columns[at], cell]));
    expect(first.layer).toBe("encoder.0.conv1");
    expect(first.label).toBe(results.layers[0].kernels?.[0].label);
    expect(Number(first.w4)).toBe(results.layers[0].kernels?.[0].weights[4]);
  });

  it.each([
    [["analyze", unet, "--grid", "2"], /grid.*3 to 1024/],
    [["analyze", unet, "--threshold", "much"], /--threshold needs a number/],
    [["analyze", unet, "--compare", "values"], /sorted, response/],
    [["analyze", unet, "--engine", "quantum"], /auto, cpu, webasm, webgpu/],
    [["analyze", unet, "--features", "none.json"], /no file none.json/],
    [["analyze", "missing.onnx"], /no readable file/],
    [["analyze", "public/samples/slices"], /a picture, not a model/],
    [["analyze"], /one model file/],
    [["draw", unet], /one model file/],
    [["analyze", unet, "--colour", "red"], /--colour/],
  ])("refuses %j with one plain sentence and status 2", async (args, sentence) => {
    const outcome = await convatlas(...args);
    expect(outcome.status).toBe(2);
    expect(outcome.output).toBe("");
    expect(outcome.errors).toMatch(sentence);
    expect(outcome.errors.trimEnd().split("\n")).toHaveLength(1);
    expect(outcome.errors).not.toMatch(/\n\s+at /);
  });

  it("opens the model in a folder, all its files together", async () => {
    const { output } = await convatlas(
      "analyze",
      "tests/fixtures/samples/brain-unet-tfjs",
      "--summary",
    );
    const results: ResultsFile = JSON.parse(output);
    expect(results.model).toMatchObject({ name: "brain-unet-tfjs/model.json", parameters: 46_530 });
    expect(results.layers.map(({ grid }) => grid[0])).toContain(256);
  });

  it("takes corrections from a file", async () => {
    const corrections = join(folder, "corrections.json");
    const layers = { "encoder.0.conv1": { role: "decoder", mapSize: [20, 30] } };
    writeFileSync(corrections, JSON.stringify({ layers }));
    const { output } = await convatlas("analyze", unet, "--summary", "--corrections", corrections);
    const results: ResultsFile = JSON.parse(output);
    expect(results.layers[0]).toMatchObject({
      role: "decoder",
      grid: [20, 30],
      gridSource: "settings",
    });
    expect(results.settings.corrections).toMatchObject({ layers });
  });

  it.each(MALFORMED_FILES)("refuses $what with its own sentence and status 2", async (file) => {
    const path = join(folder, file.name);
    writeFileSync(path, file.bytes);
    const outcome = await convatlas("analyze", path);
    expect(outcome.status).toBe(2);
    expect(outcome.output).toBe("");
    expect(outcome.errors).toMatch(file.sentence);
    expect(outcome.errors.trimEnd().split("\n")).toHaveLength(1);
  });

  it("tells its options and version", async () => {
    expect((await convatlas("--help")).output).toContain("Usage: convatlas analyze MODEL");
    expect((await convatlas("--version")).output).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
