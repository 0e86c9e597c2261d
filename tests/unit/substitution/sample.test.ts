import { readFileSync } from "node:fs";
import * as ort from "onnxruntime-web/wasm";
import { describe, expect, test } from "vitest";
import { POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import { randomEntries } from "../../../src/core/substitution/randomKernels.ts";
import type { Replacement } from "../../../src/core/substitution/replacement.ts";
import { spectralLabels } from "../../../src/core/substitution/spectralLabels.ts";
import type { Agreement } from "../../../src/core/substitution/trial.ts";
import type { LabCalls } from "../../../src/worker/lab/protocol.ts";
import { configureRuntime } from "../../../src/worker/lab/runtime.ts";
import { labService } from "../../../src/worker/lab/service.ts";
import { readFiles } from "../../support/readModel.ts";

/** What tests/fixtures/write_substitution.py computed by PyTorch and numpy. */
interface Answers {
  readonly slices: number;
  readonly threshold: number;
  readonly labels: { readonly grid: number; readonly threshold: number };
  readonly original: Agreement;
  readonly allLayers: Readonly<Record<string, Agreement>>;
  readonly layers: Readonly<Record<string, LayerAnswers>>;
}

interface LayerAnswers {
  readonly kernels: number;
  readonly labelCounts: readonly number[];
  readonly closestDecision: number;
  readonly firstRandomNumbers: readonly number[];
  readonly trials: Readonly<Record<string, Agreement>>;
}

const answers: Answers = JSON.parse(
  readFileSync(new URL("../../fixtures/substitution.json", import.meta.url), "utf8"),
);

/** One layer per role. */
const LAYERS = ["encoder.1.conv2", "bottleneck.conv1", "decoder.2.conv1"];

/** By their names in the answers; not all of both, since each takes twelve runs. */
const OF_LAYERS: Readonly<Record<string, Replacement>> = {
  "best-fit": { kind: "best-fit" },
  label: { kind: "label" },
  "random 1": { kind: "random", draw: 1 },
};
const OF_ALL: Readonly<Record<string, Replacement>> = {
  "best-fit": { kind: "best-fit" },
  label: { kind: "label" },
  zero: { kind: "zero" },
  "random-fit 2": { kind: "random-fit", draw: 2 },
  "low-rank 1": { kind: "low-rank", rank: 1 },
  "rounded 3": { kind: "rounded", bits: 3 },
};

const FOLDER = "public/samples";
const model = readFileSync(`${FOLDER}/brain-unet.onnx`);
const features = POSTER_FEATURES;
const never = new AbortController().signal;

describe("what the answers rest on is the same here", () => {
  test("labels of every layer's kernels", async () => {
    const { layers } = await readFiles({ "brain-unet.onnx": model });
    expect(layers.map(({ name }) => name)).toEqual(Object.keys(answers.layers));
    for (const layer of layers) {
      const { grid, threshold } = answers.labels;
      const labels = spectralLabels(layer, features, grid, threshold);
      const counts = [...features.keys(), -1].map(
        (label) => labels.filter((own) => own === label).length,
      );
      expect(counts, layer.name).toEqual(answers.layers[layer.name].labelCounts);
    }
  });

  test("random numbers of every layer", () => {
    for (const [layer, { firstRandomNumbers }] of Object.entries(answers.layers)) {
      const drawn = randomEntries(layer, 0, firstRandomNumbers.length);
      for (const [at, number] of firstRandomNumbers.entries()) {
        expect(drawn[at]).toBeCloseTo(number, 12);
      }
    }
  });
});

type Service = ReturnType<typeof labService>;

/** Asks the worker's service, without a worker. */
async function ask<Name extends keyof LabCalls>(
  service: Service,
  name: Name,
  request: LabCalls[Name]["request"],
  ids: readonly string[] | null = null,
): Promise<LabCalls[Name]["result"]> {
  const question = { name, request, ids } as Parameters<Service["answer"]>[0];
  return (await service.answer(question, () => undefined, never)) as LabCalls[Name]["result"];
}

async function openedService(): Promise<Service> {
  const service = labService({
    loadRuntime: async () => {
      configureRuntime(ort.env, 1);
      return { provider: "wasm", ort, threads: 1 };
    },
    decodePicture: null,
    onUnusable: () => undefined,
  });
  const file = new File([model], "brain-unet.onnx");
  await ask(service, "open", { input: { kind: "files", files: [{ path: file.name, file }] } });
  const names = Array.from({ length: answers.slices }, (_, slice) => {
    const number = String(slice).padStart(3, "0");
    return [`slice-${number}.png`, `slice-${number}-mask.png`];
  }).flat();
  const files = names.map((path) => {
    return { path, file: new File([readFileSync(`${FOLDER}/slices/${path}`)], path) };
  });
  const read = await ask(service, "images", { files }, names);
  expect(read.failed).toEqual([]);
  return service;
}

/** Two runtimes add up in different orders; a pixel at the threshold may fall either way. */
const TOLERANCE = 1e-3;

function expectSame(name: string, found: Agreement, wanted: Agreement): void {
  for (const measure of ["diceToMasks", "diceToOriginal", "correlation"] as const) {
    const difference = Math.abs((found[measure] ?? Number.NaN) - (wanted[measure] ?? Number.NaN));
    expect(difference, `${name}: ${measure}`).toBeLessThan(TOLERANCE);
  }
}

test("the sample with replaced kernels does as the independent script says", async () => {
  const service = await openedService();
  const target = (layer: string) => ({ layer, members: null, labels: null });
  const ofLayers = LAYERS.flatMap((layer) =>
    Object.entries(OF_LAYERS).map(([name, replacement]) => {
      const wanted = answers.layers[layer].trials[name];
      return {
        name: `${layer}, ${name}`,
        wanted,
        trial: { targets: [target(layer)], replacement },
      };
    }),
  );
  const targets = Object.keys(answers.layers).map(target);
  const ofAll = Object.entries(OF_ALL).map(([name, replacement]) => {
    const wanted = answers.allLayers[name];
    return { name: `all layers, ${name}`, wanted, trial: { targets, replacement } };
  });
  const tried = [...ofLayers, ...ofAll];
  const slice = (name: string) => ({ image: name, plane: "frame", index: 0 }) as const;
  const result = await ask(service, "substitute", {
    slices: Array.from({ length: answers.slices }, (_, at) => {
      const number = String(at).padStart(3, "0");
      return {
        slice: slice(`slice-${number}.png`),
        mask: slice(`slice-${number}-mask.png`),
        preprocessing: {
          ...{ height: 256, width: 256, placement: "pad" },
          ...{ window: { low: 0, high: 255 }, scaling: "unit" },
        },
      };
    }),
    output: {
      name: "mask",
      rule: { kind: "threshold", channel: 0, threshold: answers.threshold },
    },
    features,
    labels: answers.labels,
    trials: tried.map(({ trial }) => trial),
  });
  expect(result.trials.map(({ trial }) => trial)).toEqual([...tried.keys()]);
  expectSame("as it is", result.original, answers.original);
  for (const [at, { name, wanted }] of tried.entries()) {
    expectSame(name, result.trials[at], wanted);
  }
  const kernels = LAYERS.map((layer) => answers.layers[layer].kernels);
  const replaced = result.trials.map(({ replacedKernels }) => replacedKernels);
  expect([0, 3, 6].map((at) => replaced[at])).toEqual(kernels);
  const [encoder] = LAYERS;
  expect(replaced[1]).toBe(kernels[0] - (answers.layers[encoder].labelCounts.at(-1) ?? 0));
}, 180_000);
