import { ChanceBaseline } from "../../../src/core/action/chanceBaseline.ts";
import { cpuEngine } from "../../../src/core/action/cpuEngine.ts";
import { roomOf } from "../../../src/core/action/engineRoom.ts";
import { analyse } from "../../../src/core/analysis/analyse.ts";
import type { Analysis } from "../../../src/core/analysis/analysis.ts";
import { openModel } from "../../../src/core/analysis/openModel.ts";
import { DEFAULT_SETTINGS } from "../../../src/core/analysis/settings.ts";
import { POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import type { ConvolutionLayer } from "../../../src/core/network/network.ts";
import type { Size2d } from "../../../src/core/network/size2d.ts";
import { SeededRandom } from "../../../src/core/random/seededRandom.ts";
import { chosen } from "../../support/readModel.ts";

export const never = new AbortController().signal;

/** A small grid: comparisons are of shares, whatever grid they come from. */
const REQUEST = {
  settings: { ...DEFAULT_SETTINGS, grid: 8 },
  features: POSTER_FEATURES,
  engine: "auto",
  exactness: "labels",
} as const;

const engines = roomOf(cpuEngine);
/** One for all: the shares of N(0, 1) kernels are those of every model. */
const baseline = new ChanceBaseline();

/** The analysis of a file. */
export async function analysedFile(name: string, bytes: Uint8Array): Promise<Analysis> {
  const model = await openModel(await chosen(name, bytes), engines, () => {}, never);
  return analyse({ ...model, baseline }, REQUEST, () => {}, never);
}

export interface LayerOfWeights {
  readonly name: string;
  readonly kernels: Float32Array;
  readonly kernelSize?: Size2d;
}

/** The analysis of a network that consists of weights alone, one input channel per layer. */
export function analysedWeights(
  name: string,
  layers: readonly LayerOfWeights[],
): Promise<Analysis> {
  const network = {
    format: "numpy",
    producer: null,
    parameters: 0,
    layers: layers.map(
      ({ name, kernels, kernelSize = [3, 3] }): ConvolutionLayer => ({
        name,
        operator: "Conv2d",
        kernelSize,
        inChannels: 1,
        outChannels: kernels.length / (kernelSize[0] * kernelSize[1]),
        groups: 1,
        stride: [1, 1],
        dilation: [1, 1],
        kernels,
        graphNode: null,
      }),
    ),
    skipped: [],
    graph: null,
    questions: [],
    warnings: [],
  } as const;
  const description = {
    name,
    format: "numpy",
    producer: null,
    bytes: 0,
    sha256: name,
    parameters: 0,
  } as const;
  return analyse({ network, description, readMs: 0, engines, baseline }, REQUEST, () => {}, never);
}

/** Kernels of independent N(0, 1) entries. */
export function noiseKernels(count: number, random: SeededRandom): Float32Array {
  return new Float32Array(count * 9).map(() => random.normal());
}

/** A network of nothing but noise: small and large layers in both halves. */
export function noiseNetwork(name: string, seed: number): Promise<Analysis> {
  const random = new SeededRandom(seed);
  const counts = [16, 64, 128, 256, 128, 64];
  return analysedWeights(
    name,
    counts.map((count, at) => ({
      name: `${at < 3 ? "encoder" : "decoder"}.${at % 3}.conv`,
      kernels: noiseKernels(count, random),
    })),
  );
}
