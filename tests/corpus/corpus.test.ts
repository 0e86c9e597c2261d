import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { modelAt } from "../../src/cli/diskFiles.ts";
import { EXACT_TOLERANCE } from "../../src/core/action/comparison.ts";
import { cpuEngine } from "../../src/core/action/cpuEngine.ts";
import { roomOf } from "../../src/core/action/engineRoom.ts";
import { labelsFromDistances } from "../../src/core/action/labels.ts";
import { openModel } from "../../src/core/analysis/openModel.ts";
import { POSTER_FEATURES } from "../../src/core/features/clinicalKernels.ts";
import type { ConvolutionLayer, Network } from "../../src/core/network/network.ts";
import { corpus, type ExpectedModel, expected } from "../support/corpus.ts";
import { checkLayers, layers3x3 } from "../support/kernelChecks.ts";
import { ROUNDING_MARGIN } from "../support/reference.ts";

if (corpus === null) {
  process.stderr.write(
    "The corpus of real model files is not at hand: its tests are skipped. CONVATLAS_CORPUS names its folder.\n",
  );
}

/** Labels do not depend on the grid much; this one makes them in seconds. */
const GRID = [32, 32] as const;

const never = new AbortController().signal;

async function networkAt(model: string, file = ""): Promise<Network> {
  const path = join(corpus ?? "", model, file);
  return (await openModel(await modelAt(path), roomOf(cpuEngine), () => {}, never)).network;
}

function nearestKernel(layers: readonly ConvolutionLayer[], wanted: readonly number[]): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (const { kernels } of layers) {
    for (let at = 0; at < kernels.length; at += 9) {
      const distance = wanted.reduce(
        (most, entry, i) => Math.max(most, Math.abs(kernels[at + i] - entry)),
        0,
      );
      nearest = Math.min(nearest, distance);
    }
  }
  return nearest;
}

function check(network: Network, model: ExpectedModel): void {
  const layers = layers3x3(network);
  checkLayers(layers, model.layers ?? []);
  // Float32 numbers printed with nine digits come back exactly.
  if (model.first) expect(nearestKernel(layers, model.first.kernel)).toBeLessThan(1e-8);
  if (model.last) expect(nearestKernel(layers, model.last.kernel)).toBeLessThan(1e-8);
}

describe.skipIf(corpus === null)("51 real files of ten formats", () => {
  it("are all there", () => {
    expect(Object.keys(expected.models)).toHaveLength(51);
  });

  it.each(Object.entries(expected.models))("%s, its file", async (name, model) => {
    if (model.refusal !== undefined) {
      await expect(networkAt(name, model.file)).rejects.toMatchObject({ code: model.refusal });
    } else {
      check(await networkAt(name, model.file), model);
    }
  });

  it.each(Object.entries(expected.models))("%s, its folder", async (name, model) => {
    if (model.refusal !== undefined) {
      await expect(networkAt(name)).rejects.toMatchObject({ code: model.refusal });
    } else {
      check(await networkAt(name), model);
    }
  });
});

/** Labels and margins of all 3x3 kernels, layer by layer. */
async function labelled(layers: readonly ConvolutionLayer[]) {
  return Promise.all(
    layers.map(async ({ kernels, kernelSize }) => {
      const distances = await cpuEngine.distances(
        {
          kernels,
          kernelSize,
          grid: GRID,
          features: POSTER_FEATURES,
          compare: "sorted",
          tolerance: EXACT_TOLERANCE,
        },
        () => {},
        never,
      );
      const action = labelsFromDistances(distances, POSTER_FEATURES.length, 0.1);
      const nearest = [...action.labels.keys()].map((kernel) => {
        const start = kernel * POSTER_FEATURES.length;
        return Math.min(...distances.subarray(start, start + POSTER_FEATURES.length));
      });
      return { action, nearest };
    }),
  );
}

/** Kernels whose labels differ although neither the margin nor the threshold is near. */
async function disagreements(one: Network, other: Network): Promise<number> {
  const [first, second] = [await labelled(layers3x3(one)), await labelled(layers3x3(other))];
  expect(second.map(({ action }) => action.labels.length)).toEqual(
    first.map(({ action }) => action.labels.length),
  );
  return first.reduce((sum, { action, nearest }, layer) => {
    const others = second[layer].action.labels;
    const differing = [...action.labels.keys()].filter(
      (kernel) =>
        action.labels[kernel] !== others[kernel] &&
        action.margins[kernel] > ROUNDING_MARGIN &&
        Math.abs(nearest[kernel] - 0.1) > ROUNDING_MARGIN,
    );
    return sum + differing.length;
  }, 0);
}

describe.skipIf(corpus === null)("twins", () => {
  it("RITnet in ONNX and in PyTorch agree label for label", async () => {
    expect(await disagreements(await networkAt("ritnet-onnx"), await networkAt("ritnet-pkl"))).toBe(
      0,
    );
  });

  it("a ResNet in Keras and, its batch norm folded, in TensorFlow Lite agree label for label", async () => {
    const [keras, lite] = [
      await networkAt("tiny-resnet-h5"),
      await networkAt("tiny-resnet-tflite"),
    ];
    expect(await disagreements(keras, lite)).toBe(0);
  });
});
