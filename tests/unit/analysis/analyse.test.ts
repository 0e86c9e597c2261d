import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cpuEngine } from "../../../src/core/action/cpuEngine.ts";
import type { ActionEngine, DistanceRequest } from "../../../src/core/action/engine.ts";
import { roomOf } from "../../../src/core/action/engineRoom.ts";
import { type AnalysisRequest, analyse } from "../../../src/core/analysis/analyse.ts";
import type { AnalysedLayer, Analysis } from "../../../src/core/analysis/analysis.ts";
import { checkSettings } from "../../../src/core/analysis/checkSettings.ts";
import { openModel } from "../../../src/core/analysis/openModel.ts";
import { type AnalysisEvent, applyEvent } from "../../../src/core/analysis/progress.ts";
import { DEFAULT_SETTINGS } from "../../../src/core/analysis/settings.ts";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { EXTENDED_FEATURES, POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import { parseFeatures } from "../../../src/core/features/featureFile.ts";
import { loose } from "../../../src/core/files/fileSet.ts";
import { chooseModel } from "../../../src/core/formats/recognise.ts";
import { MALFORMED_FILES } from "../../support/malformedFiles.ts";
import { floatTensor, model, node, value } from "../../support/onnxWriter.ts";
import { chosen } from "../../support/readModel.ts";

const sample = readFileSync(join(import.meta.dirname, "../../../public/samples/brain-unet.onnx"));
const never = new AbortController().signal;
const onSmallGrid: AnalysisRequest = {
  settings: { ...DEFAULT_SETTINGS, grid: 8 },
  features: POSTER_FEATURES,
  engine: "auto",
  exactness: "distances",
};

async function opened(bytes: Uint8Array = sample, signal = never) {
  return openModel(await chosen("net.onnx", bytes), roomOf(cpuEngine), () => {}, signal);
}

function exactDistances({ action }: AnalysedLayer): Float32Array {
  return action?.stage === "exact" ? action.distances : new Float32Array(0);
}

/** A convolution whose kernels are: fine, zero, denormal, huge, NaN, infinite. */
function oddKernels(): Uint8Array {
  const fine = [1, 2, 3, 4, 5, 6, 7, 8, 10];
  const kernels = [
    fine,
    fine.map(() => 0),
    fine.map((entry) => entry * 1e-44),
    fine.map((entry) => entry * 1e37),
    fine.map((entry, at) => (at === 3 ? Number.NaN : entry)),
    fine.map((entry, at) => (at === 8 ? Number.POSITIVE_INFINITY : entry)),
  ];
  return model({
    inputs: [value("x", [1, 1, 16, 16])],
    nodes: [node("Conv", ["x", "odd.weight"], "y")],
    initializers: [floatTensor("odd.weight", [6, 1, 3, 3], kernels.flat())],
  });
}

describe("analyse", () => {
  /** What an analysis reports of the sample's 18 layers, but for how far it is. */
  async function reported(request: AnalysisRequest, engine: ActionEngine) {
    const events: AnalysisEvent[] = [];
    const model = await openModel(
      await chosen("net.onnx", sample),
      roomOf(engine),
      () => {},
      never,
    );
    const analysis = await analyse(model, request, (event) => events.push(event), never);
    const steps = events.flatMap((event) => {
      if (event.kind === "labelling" || event.kind === "valuing") return [];
      return [event.kind === "labels" ? event.action.stage : event.kind];
    });
    return { analysis, events, steps };
  }

  /** Answers at once: every kernel is a local mean, and nothing else is near. */
  function instantEngine(asked: DistanceRequest[] = []): ActionEngine {
    return {
      name: "webgpu",
      async distances(request) {
        asked.push(request);
        const features = request.features.length;
        const distances = new Float32Array((request.kernels.length / 9) * features).fill(0.9);
        for (let at = 0; at < distances.length; at += features) distances[at] = 0;
        return distances;
      },
      close() {},
    };
  }

  const eighteen = (step: string) => new Array<string>(18).fill(step);

  it("gives first labels where final ones take a while, all distances if they are wanted", async () => {
    const { steps } = await reported(onSmallGrid, instantEngine());
    expect(steps).toEqual([
      "values",
      ...eighteen("provisional"),
      ...eighteen("exact"),
      ...eighteen("baseline"),
      "finished",
    ]);
  });

  it("labels a large network while its values are computed, and reports in order", async () => {
    const asked: DistanceRequest[] = [];
    const large = {
      ...onSmallGrid,
      settings: { ...onSmallGrid.settings, grid: 1024 },
      exactness: "affordable" as const,
    };
    const { steps, analysis } = await reported(large, instantEngine(asked));
    expect(steps).toEqual([
      "values",
      ...eighteen("provisional"),
      ...eighteen("settled"),
      ...eighteen("baseline"),
      "finished",
    ]);
    // Every label was clear on the coarsest grid: no kernel needed a finer one.
    expect(new Set(asked.map(({ grid }) => grid.join("x")))).toEqual(new Set(["16x16"]));
    expect(analysis.timings).toMatchObject({ engine: "webgpu" });
    const { firstLabelsMs = 0, spectraMs = 0 } = analysis.timings ?? {};
    expect(firstLabelsMs).toBeLessThanOrEqual(spectraMs);
  });

  it("has the engine make ready for each grid while values are computed", async () => {
    const prepared: string[] = [];
    const engine: ActionEngine = {
      ...cpuEngine,
      prepare: (comparisons) => prepared.push(...comparisons.map(({ grid }) => grid.join("x"))),
    };
    const byLayer = { ...onSmallGrid, settings: { ...DEFAULT_SETTINGS, inputSize: 32 } };
    const { analysis } = await reported(byLayer, engine);
    const grids = new Set(analysis.layers.map(({ place }) => place.grid.join("x")));
    expect(prepared).toEqual([...grids]);
    prepared.length = 0;
    await reported({ ...byLayer, exactness: "labels" }, engine);
    expect(prepared).toEqual([]);
  });

  it("gives labels of the full grid alone where no more is asked for", async () => {
    const labelsOnly = { ...onSmallGrid, exactness: "labels" as const };
    const settled = (await reported(labelsOnly, cpuEngine)).analysis.layers;
    const exact = (await reported(onSmallGrid, cpuEngine)).analysis.layers;
    expect(settled.map(({ action }) => action?.stage)).toEqual(eighteen("settled"));
    expect(settled.map(({ action }) => action?.labels)).toEqual(
      exact.map(({ action }) => action?.labels),
    );
  });

  it("reports values first, then labels and baselines of every layer, then that it has finished", async () => {
    const { steps, events, analysis } = await reported(onSmallGrid, cpuEngine);
    expect(steps).toEqual(["values", ...eighteen("exact"), ...eighteen("baseline"), "finished"]);
    const rebuilt = events.reduce<Analysis | null>(applyEvent, null);
    expect(rebuilt).toEqual(analysis);
    expect(analysis.layers.every(({ action, baseline }) => action && baseline)).toBe(true);
  });

  it("is the same each time, but for the time it takes", async () => {
    const run = async () => {
      const {
        timings,
        model: description,
        ...rest
      } = await analyse(await opened(), onSmallGrid, () => {}, never);
      expect(timings?.engine).toBe("cpu");
      return { rest, sha256: description.sha256 };
    };
    expect(await run()).toEqual(await run());
  });

  it("counts and flags kernels that are zero or not finite, and survives denormal and huge ones", async () => {
    const analysis = await analyse(await opened(oddKernels()), onSmallGrid, () => {}, never);
    const [layer] = analysis.layers;
    expect([...layer.values.states]).toEqual([0, 1, 0, 0, 2, 2]);
    const labels = [...(layer.action?.labels ?? [])];
    expect(labels[3]).toBe(labels[0]);
    expect([labels[1], labels[4], labels[5]]).toEqual([-1, -1, -1]);
    expect(exactDistances(layer).subarray(12, 24).every(Number.isFinite)).toBe(true);
    expect(analysis.warnings.join(" ")).toMatch(/odd: 1 of 6 kernels are all zero/);
    expect(analysis.warnings.join(" ")).toMatch(/odd: 2 of 6 kernels hold NaN or infinite/);
  });

  it("stops when it is cancelled, before and during the work", async () => {
    const net = await opened();
    const before = AbortSignal.abort();
    await expect(analyse(net, onSmallGrid, () => {}, before)).rejects.toMatchObject({
      code: "cancelled",
    });
    const controller = new AbortController();
    const stopAtThird = (event: AnalysisEvent) => {
      if (event.kind === "labels" && event.layer === 2) controller.abort();
    };
    const running = analyse(net, onSmallGrid, stopAtThird, controller.signal);
    await expect(running).rejects.toMatchObject({ code: "cancelled" });
  });
});

describe("openModel", () => {
  it("describes the file", async () => {
    const { description } = await opened();
    expect(description).toMatchObject({ format: "onnx", bytes: sample.length, parameters: 46_530 });
    const digest = await crypto.subtle.digest("SHA-256", sample);
    expect(description.sha256).toBe(Buffer.from(digest).toString("hex"));
  });

  it("finds the model among several files, in any order", async () => {
    const weights = memorySource("weights.data", new Uint8Array([1, 2, 3]));
    const net = memorySource("net.onnx", sample);
    const files = await chooseModel(loose([weights, net]));
    expect(files.source.name).toBe("net.onnx");
    expect(files.companions.get("weights.data")).toBe(weights);
  });

  it("calls a model in a folder by both names", async () => {
    const files = [{ path: "liver/unet/net.onnx", source: memorySource("net.onnx", sample) }];
    const { description } = await openModel(
      await chooseModel(files),
      roomOf(cpuEngine),
      () => {},
      never,
    );
    expect(description.name).toBe("unet/net.onnx");
  });

  it("counts and hashes all files of a model, in whatever order they came", async () => {
    const folder = join(import.meta.dirname, "../../fixtures/samples");
    const [net, weights] = ["brain-unet-external.onnx", "brain-unet-external.onnx.data"].map(
      (name) => memorySource(name, readFileSync(join(folder, name))),
    );
    const whole = Buffer.concat(
      [net, weights].map((source) => Buffer.from(source.sliceSync?.(0, source.byteLength) ?? [])),
    );
    const digest = Buffer.from(await crypto.subtle.digest("SHA-256", whole)).toString("hex");
    for (const sources of [
      [net, weights],
      [weights, net],
    ]) {
      const model = await chooseModel(loose(sources));
      const { description } = await openModel(model, roomOf(cpuEngine), () => {}, never);
      expect(description).toMatchObject({ bytes: whole.length, sha256: digest });
    }
  });

  it.each(MALFORMED_FILES)("refuses $what with its own sentence", async (file) => {
    const open = async () => {
      return openModel(await chosen(file.name, file.bytes), roomOf(cpuEngine), () => {}, never);
    };
    await expect(open()).rejects.toMatchObject({
      name: "ConvAtlasError",
      message: expect.stringMatching(file.sentence),
    });
  });

  it("has nothing to open without files", async () => {
    await expect(chooseModel([])).rejects.toMatchObject({ code: "empty-file" });
  });
});

describe("checkSettings", () => {
  it("accepts the defaults and the ends of every range", () => {
    checkSettings(DEFAULT_SETTINGS, POSTER_FEATURES);
    checkSettings({ ...DEFAULT_SETTINGS, threshold: 0, grid: 3, clusters: 1 }, EXTENDED_FEATURES);
    checkSettings({ ...DEFAULT_SETTINGS, threshold: 1, grid: 1024, clusters: 12 }, POSTER_FEATURES);
  });

  it.each([
    [{ threshold: -0.1 }, /threshold/],
    [{ threshold: Number.NaN }, /threshold/],
    [{ grid: 2 }, /grid/],
    [{ grid: 64.5 }, /grid/],
    [{ clusters: 0 }, /clusters/],
    [{ inputSize: 0 }, /input size/],
  ])("refuses %j", (change, sentence) => {
    expect(() => checkSettings({ ...DEFAULT_SETTINGS, ...change }, POSTER_FEATURES)).toThrow(
      sentence,
    );
  });

  it("refuses feature sets that are empty, repeat an id or hold an empty kernel", () => {
    const [mean] = POSTER_FEATURES;
    for (const features of [[], [mean, mean], [{ ...mean, kernel: new Array(9).fill(0) }]]) {
      expect(() => checkSettings(DEFAULT_SETTINGS, features)).toThrow(/feature/);
    }
  });
});

describe("parseFeatures", () => {
  it("reads a list, or the list in a results file, and drops what else is there", () => {
    const own = { id: "a", label: "A", kernel: [1, 0, 0, 0, 0, 0, 0, 0, 0], colour: "red" };
    const expected = [{ id: "a", label: "A", kernel: own.kernel }];
    expect(parseFeatures(JSON.stringify([own]), "own.json")).toEqual(expected);
    expect(parseFeatures(JSON.stringify({ features: [own] }), "own.json")).toEqual(expected);
  });

  it.each([
    "not json",
    "{}",
    '[{"id": "a"}]',
    '[{"id": "a", "label": "A", "kernel": [1, 2]}]',
    '[{"id": "a", "label": "A", "kernel": [1, 2, 3, 4, 5, 6, 7, 8, "9"]}]',
  ])("refuses %s in words", (text) => {
    expect(() => parseFeatures(text, "own.json")).toThrow(/own\.json is not/);
  });
});
