import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { cpuEngine } from "../../../src/core/action/cpuEngine.ts";
import { roomOf } from "../../../src/core/action/engineRoom.ts";
import { analyse } from "../../../src/core/analysis/analyse.ts";
import type { Analysis } from "../../../src/core/analysis/analysis.ts";
import { openModel } from "../../../src/core/analysis/openModel.ts";
import { DEFAULT_SETTINGS } from "../../../src/core/analysis/settings.ts";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import { loose } from "../../../src/core/files/fileSet.ts";
import type { Findings } from "../../../src/core/findings/findings.ts";
import { findingsInTurns } from "../../../src/core/findings/findingsInTurns.ts";
import { findingsRequest } from "../../../src/core/findings/request.ts";
import { chooseModel } from "../../../src/core/formats/recognise.ts";
import { resultsJson } from "../../../src/core/results/json.ts";

const never = new AbortController().signal;
const bytes = readFileSync(join(import.meta.dirname, "../../../public/samples/brain-unet.onnx"));

/** Numbers as files have them: counts as they are, others to nine digits. */
function to9Digits(json: object): unknown {
  return JSON.parse(JSON.stringify(json), (_, value) =>
    typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(9)) : value,
  );
}

describe("findings about the bundled network, all layers on 64 x 64 maps", () => {
  let analysis: Analysis;
  let findings: Findings;
  const kernelsOf = ({ layers }: Analysis) => layers.map(({ kernels }) => kernels);

  beforeAll(async () => {
    const chosen = await chooseModel(loose([memorySource("brain-unet.onnx", bytes)]));
    const model = await openModel(chosen, roomOf(cpuEngine), () => {}, never);
    const settings = { ...DEFAULT_SETTINGS, grid: 64 };
    const request = {
      settings,
      features: POSTER_FEATURES,
      engine: "cpu",
      exactness: "labels",
    } as const;
    analysis = await analyse(model, request, () => {}, never);
    findings = await findingsInTurns(findingsRequest(analysis), kernelsOf(analysis), never);
  }, 60_000);

  const label = (id: string) => {
    const found = findings.filters.labels.find((candidate) => candidate.label === id);
    if (found === undefined) throw new Error(`no label ${id}`);
    return found;
  };

  it("have the shares and lifts of the README's table", () => {
    expect(findings.filters).toMatchObject({ kernels: 5136, layers: 18, shuffledKernels: 5136 });
    const table = { mean: 11, laplacian: 1, gaussian: 10, edge: 1.8, sharpen: 0.7 };
    for (const [id, lift] of Object.entries(table)) {
      expect(Math.abs((label(id).overGaussian.ratio ?? 0) / lift - 1)).toBeLessThan(0.06);
    }
    expect(label("identity").overGaussian).toMatchObject({ ratio: null, high: null });
    expect(label("edge").share).toBeCloseTo(0.12, 2);
    expect(label("edge").shuffledShare).toBeCloseTo(0.098, 3);
  });

  it("owe edges to the order of the weights, means and identities to the numbers alone", () => {
    expect(findings.filters).toMatchObject({ verdict: "more", reason: "labelsAboveNoise" });
    expect(label("edge")).toMatchObject({ verdict: "more", reason: "aboveBoth" });
    expect(label("edge").overShuffled.low).toBeGreaterThan(1);
    for (const id of ["mean", "identity"]) {
      expect(label(id)).toMatchObject({ verdict: "noMore", reason: "aboveGaussianOnly" });
    }
    for (const id of ["laplacian", "sharpen"]) {
      expect(label(id)).toMatchObject({ verdict: "noMore", reason: "aboveNeither" });
    }
  });

  it("measure seventeen layers; the first has sixteen kernels", () => {
    const states = findings.layers.map(({ structure }) => structure.state);
    expect(states.filter((state) => state === "measured")).toHaveLength(17);
    expect(findings.layers[0].structure).toEqual({ state: "notMeasured", reason: "fewKernels" });
    expect(findings.decoder).toMatchObject({ sampleSize: 200, clusters: 3, surrogates: 19 });
    expect(findings.decoder.contrasts).toMatchObject([
      { measure: "normality", encoderLayers: 7, decoderLayers: 8 },
      { measure: "clusters", encoderLayers: 7, decoderLayers: 8 },
    ]);
    expect(findings.encoder.layers).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it("are the same each time, and plain JSON", async () => {
    const again = await findingsInTurns(findingsRequest(analysis), kernelsOf(analysis), never);
    expect(again).toEqual(findings);
    expect(JSON.parse(JSON.stringify(findings))).toEqual(findings);
  });

  it("stand in the results, those of layers with the layers", () => {
    const text = [...resultsJson({ ...analysis, findings }, { summary: true })].join("");
    const results = JSON.parse(text);
    expect(results.schema).toBe("convatlas/results@1");
    const { layers: _ofLayers, encoder, ...rest } = findings;
    const names = encoder.layers.map((layer) => analysis.layers[layer].description.name);
    expect(results.findings).toEqual(
      to9Digits({ ...rest, encoder: { ...encoder, layers: names } }),
    );
    for (const [at, { lift, structure }] of findings.layers.entries()) {
      expect(results.layers[at].structure).toEqual(to9Digits(structure));
      expect(Object.keys(results.layers[at].lift)).toEqual(lift?.map((entry) => entry.label));
      for (const { label: id, ...entry } of lift ?? []) {
        expect(results.layers[at].lift[id]).toEqual(to9Digits(entry));
      }
    }
  });

  it("stop when they are cancelled, before and between turns", async () => {
    const request = findingsRequest(analysis);
    const controller = new AbortController();
    const running = findingsInTurns(request, kernelsOf(analysis), controller.signal);
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: "cancelled" });
    await expect(
      findingsInTurns(request, kernelsOf(analysis), controller.signal),
    ).rejects.toMatchObject({ code: "cancelled" });
  });
});
