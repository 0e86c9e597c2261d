import { ChanceBaseline } from "../../../src/core/action/chanceBaseline.ts";
import { cpuEngine } from "../../../src/core/action/cpuEngine.ts";
import { exactAction } from "../../../src/core/analysis/labelLayers.ts";
import { DEFAULT_SETTINGS } from "../../../src/core/analysis/settings.ts";
import { POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import type { Findings } from "../../../src/core/findings/findings.ts";
import { findingsInTurns } from "../../../src/core/findings/findingsInTurns.ts";
import type { FindingsRequest, LabelledShares } from "../../../src/core/findings/request.ts";
import type { Role } from "../../../src/core/network/structure.ts";
import type { SeededRandom } from "../../../src/core/random/seededRandom.ts";

/** A 3x3 layer of which a test makes the kernels. */
export interface NoiseLayer {
  readonly role: Role;
  readonly side: number;
  readonly kernels: number;
}

/** One entry of a kernel. */
export type Draw = (random: SeededRandom) => number;

export const DISTRIBUTIONS: readonly { readonly name: string; readonly draw: Draw }[] = [
  { name: "normal", draw: (random) => random.normal() },
  { name: "uniform", draw: (random) => 2 * random.uniform() - 1 },
  {
    name: "double exponential",
    draw: (random) => Math.log(1 - random.uniform()) * (random.uniform() < 0.5 ? 1 : -1),
  },
];

/** Five layers down, one at the bottom, five up. */
export const SMALL_UNET: readonly NoiseLayer[] = [
  { role: "encoder", side: 32, kernels: 64 },
  { role: "encoder", side: 32, kernels: 128 },
  { role: "encoder", side: 16, kernels: 96 },
  { role: "encoder", side: 16, kernels: 192 },
  { role: "encoder", side: 8, kernels: 160 },
  { role: "bottleneck", side: 8, kernels: 256 },
  { role: "decoder", side: 8, kernels: 160 },
  { role: "decoder", side: 16, kernels: 192 },
  { role: "decoder", side: 16, kernels: 96 },
  { role: "decoder", side: 32, kernels: 128 },
  { role: "decoder", side: 32, kernels: 64 },
];

/** Kernels of independent entries; each layer has its own scale. */
export function noiseKernels(
  layers: readonly NoiseLayer[],
  draw: Draw,
  random: SeededRandom,
): Float32Array[] {
  return layers.map(({ kernels }) => {
    const scale = 0.01 + random.uniform();
    return new Float32Array(kernels * 9).map(() => scale * draw(random));
  });
}

const settings = DEFAULT_SETTINGS;
const features = POSTER_FEATURES;
const never = new AbortController().signal;
/** N(0, 1) kernels are labelled once for each grid. */
const baselines = new ChanceBaseline();

/** The request about kernels labelled as an analysis labels them. */
export async function requestOf(
  layers: readonly NoiseLayer[],
  kernels: readonly Float32Array[],
): Promise<FindingsRequest> {
  const labelled: LabelledShares[] = [];
  for (const [index, { role, side, kernels: kernelCount }] of layers.entries()) {
    const grid = [side, side] as const;
    const kernelSize = [3, 3] as const;
    const layer = {
      kernels: kernels[index],
      kernelCount,
      place: { grid },
      description: { kernelSize },
    };
    const { counts } = await exactAction(cpuEngine, { features, settings }, layer, () => {}, never);
    const asked = { kernels: kernels[index], kernelSize, grid };
    const baseline = await baselines.ofLayer(cpuEngine, asked, features, settings, never);
    labelled.push({ role, kernelSize, kernelCount, counts, ...baseline });
  }
  return { settings, features: features.map(({ id }) => id), layers: labelled };
}

export async function findingsOf(
  layers: readonly NoiseLayer[],
  kernels: readonly Float32Array[],
): Promise<Findings> {
  return findingsInTurns(await requestOf(layers, kernels), kernels, never);
}
