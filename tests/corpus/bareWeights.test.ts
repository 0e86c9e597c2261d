import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { modelAt } from "../../src/cli/diskFiles.ts";
import { ConvAtlasError } from "../../src/core/errors.ts";
import { convolutionWeights } from "../../src/core/formats/weights/convolutionWeights.ts";
import { layoutFamily } from "../../src/core/formats/weights/layoutEvidence.ts";
import type { LayoutFamily } from "../../src/core/formats/weights/readings.ts";
import { readWeights } from "../../src/core/formats/weights/readWeights.ts";
import { type KernelLayout, storedAxes } from "../../src/core/network/kernelTensor.ts";
import type { ConvolutionLayer } from "../../src/core/network/network.ts";
import { corpus, expected } from "../support/corpus.ts";
import { readAs } from "../support/readModel.ts";
import { tensor } from "../support/weightTensors.ts";

type Layers = readonly ConvolutionLayer[];

/** The layers of the networks whose files say how they are to be read. */
async function knownNetworks(): Promise<readonly Layers[]> {
  const networks: Layers[] = [];
  for (const model of Object.keys(expected.models)) {
    try {
      const { format, source, companions } = await modelAt(join(corpus ?? "", model));
      const { graph, layers } = await readAs(format, source, companions);
      if (graph !== null && layers.length >= 2) networks.push(layers);
    } catch (error) {
      // Files that must be refused are tested elsewhere.
      if (!(error instanceof ConvAtlasError)) throw error;
    }
  }
  return networks;
}

function layoutOf(layer: ConvolutionLayer, family: LayoutFamily): KernelLayout {
  const isTransposed = layer.operator === "ConvTranspose2d";
  switch (family) {
    case "torch":
      return isTransposed ? "in,out/g,h,w" : "out,in/g,h,w";
    case "tensorflow":
      if (isTransposed) return "h,w,out,in";
      return layer.groups > 1 ? "h,w,in,multiplier" : "h,w,in/g,out";
    case "mlx":
      return "out,h,w,in/g";
  }
}

/** How the layers are read once nothing but their arrays, under empty names, is left. */
function readBare(layers: Layers, family: LayoutFamily, hasBias: boolean) {
  const tensors = layers.flatMap((layer, at) => {
    const weight = tensor(`layer${at}.W`, storedAxes(layer, layoutOf(layer, family)));
    return hasBias ? [weight, tensor(`layer${at}.b`, [layer.outChannels])] : [weight];
  });
  const weights = convolutionWeights(tensors).filter((weight) => weight.kind === "convolution");
  const found = layoutFamily(weights, "unknown");
  return { found, readings: readWeights(weights, found, family) };
}

/** Channels that can be exchanged without a trace. */
const isSquare = ({ inChannels, outChannels, groups }: ConvolutionLayer) =>
  groups === 1 && inChannels === outChannels;

describe.skipIf(corpus === null)("bare weights, against what whole files say", () => {
  let networks: readonly Layers[] = [];
  beforeAll(async () => {
    networks = await knownNetworks();
    expect(networks.length).toBeGreaterThan(25);
  }, 60_000);

  it.each(["torch", "tensorflow", "mlx"] as const)("tell their layout: %s", (family) => {
    for (const layers of networks) {
      for (const hasBias of [true, false]) {
        expect(readBare(layers, family, hasBias).found).toBe(family);
      }
    }
  });

  it.each(["torch", "tensorflow"] as const)(
    "with biases tell transposed from plain: %s",
    (family) => {
      for (const layers of networks) {
        const { readings } = readBare(layers, family, true);
        for (const [index, layer] of layers.entries()) {
          if (!isSquare(layer)) expect(readings[index].operator).toBe(layer.operator);
        }
      }
    },
  );

  it.each(["torch", "tensorflow"] as const)(
    "without biases are read plainly, with doubt: %s",
    (family) => {
      let plain = 0;
      let doubted = 0;
      const unseen: string[] = [];
      for (const layers of networks) {
        const { readings } = readBare(layers, family, false);
        for (const [index, layer] of layers.entries()) {
          const { operator, question } = readings[index];
          expect(operator).toBe("Conv2d");
          const hasDoubt = question?.doubt !== null;
          if (layer.operator === "Conv2d") {
            plain += 1;
            if (hasDoubt) doubted += 1;
          } else if (!isSquare(layer) && !hasDoubt) unseen.push(layer.name);
        }
      }
      // The head of a network of depthwise layers, which say nothing about the channels before it.
      expect(unseen.filter((name) => name !== "segment")).toEqual([]);
      // The kernels of 1x1 convolutions are missing here, which links the chains of whole files.
      expect(doubted / plain).toBeLessThan(0.06);
    },
  );
});
