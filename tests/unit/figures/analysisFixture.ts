import {
  type AnalysedLayer,
  type Analysis,
  INDETERMINATE,
  KERNEL_DEAD,
  KERNEL_FINE,
  KERNEL_NOT_FINITE,
  type LayerAction,
  type LayerBaseline,
  type PcaBasis,
  SCORES_PER_KERNEL,
} from "../../../src/core/analysis/analysis.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../../src/core/analysis/settings.ts";
import { type Feature, POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import type { Role, SkipConnection } from "../../../src/core/network/structure.ts";

/** What a test says about one layer; all numbers are made from a seed. */
export interface LayerSketch {
  readonly name: string;
  readonly role: Role;
  readonly side: number;
  readonly kernels: number;
  /** Standard deviation of the weights. */
  readonly spread?: number;
  readonly dead?: number;
  readonly notFinite?: number;
  /** False: labels and baseline are not computed yet. */
  readonly settled?: boolean;
}

/** What noise gets on a 64 x 64 grid with the poster's features. */
export const NOISE_SHARES: readonly number[] = [0.002, 0.54, 0.001, 0.07, 0, 0.35, 0.037];

/** mulberry32: a small seeded generator. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Two plain directions serve as principal axes: left-right and centre-surround. */
const AXES: readonly (readonly number[])[] = [
  [1, 1, 1, 1, 1, 1, 1, 1, 1].map((entry) => entry / 3),
  [-1, -1, -1, -1, 8, -1, -1, -1, -1].map((entry) => entry / Math.sqrt(72)),
  [-1, 0, 1, -1, 0, 1, -1, 0, 1].map((entry) => entry / Math.sqrt(6)),
];

function projected(kernel: ArrayLike<number>, offset: number): readonly number[] {
  return AXES.map((axis) => axis.reduce((sum, entry, at) => sum + entry * kernel[offset + at], 0));
}

function actionOf(kernels: number, features: number, random: () => number): LayerAction {
  const labels = new Int8Array(kernels);
  const counts = new Array<number>(features + 1).fill(0);
  const distances = new Float32Array(kernels * features).map(() => 0.02 + 0.3 * random());
  const shares = [0.12, 0.36, 0.04, 0.2, 0.01, 0.2, 0.07];
  for (let index = 0; index < kernels; index++) {
    let rest = random();
    let label = 0;
    while (label < 6 && rest >= shares[label]) rest -= shares[label++];
    labels[index] = label === 6 ? INDETERMINATE : label;
    counts[label === 6 ? features : label]++;
  }
  return {
    stage: "exact",
    distances,
    labels,
    margins: new Float32Array(kernels).fill(0.02),
    counts,
  };
}

function layerOf(sketch: LayerSketch, features: readonly Feature[], seed: number): AnalysedLayer {
  const random = seeded(seed);
  const { kernels: count, spread = 0.15, dead = 0, notFinite = 0 } = sketch;
  const kernels = new Float32Array(count * 9);
  const states = new Uint8Array(count).fill(KERNEL_FINE);
  const scores = new Float32Array(count * SCORES_PER_KERNEL);
  const clusters = new Int8Array(count);
  for (let index = 0; index < count; index++) {
    const shift = [0, 0.8, -0.8][index % 3] * spread;
    for (let entry = 0; entry < 9; entry++) {
      kernels[index * 9 + entry] = index < dead ? 0 : shift + spread * normal(random);
    }
    if (index < dead) states[index] = KERNEL_DEAD;
    clusters[index] = index % 3;
    if (index >= dead && index < dead + notFinite) {
      kernels[index * 9] = Number.NaN;
      states[index] = KERNEL_NOT_FINITE;
      clusters[index] = -1;
    }
    scores.set(projected(kernels, index * 9), index * SCORES_PER_KERNEL);
  }
  const settled = sketch.settled ?? true;
  const baseline: LayerBaseline = {
    gaussian: [...NOISE_SHARES.slice(0, 6), ...new Array(features.length - 6).fill(0), 0.037],
    shuffled: [0.02, 0.5, 0.01, 0.08, 0, 0.34, ...new Array(features.length - 6).fill(0), 0.05],
  };
  return {
    description: {
      name: sketch.name,
      operator: "Conv2d",
      kernelSize: [3, 3],
      inChannels: 1,
      outChannels: count,
      groups: 1,
      stride: [1, 1],
      dilation: [1, 1],
    },
    place: {
      role: sketch.role,
      grid: [sketch.side, sketch.side],
      gridSource: "graph",
      roleSource: "graph",
    },
    kernelCount: count,
    kernels,
    values: {
      basis: 0,
      states,
      scores,
      clusters,
      clusterSizes: [0, 1, 2].map((cluster) => clusters.filter((at) => at === cluster).length),
      nearest: new Int8Array(count).map((_, index) => index % 6),
      nearestDistances: new Float32Array(count).fill(0.3),
    },
    action: settled ? actionOf(count, features.length, random) : null,
    baseline: settled ? baseline : null,
  };
}

function basisOf(features: readonly Feature[], layer: number | null): PcaBasis {
  return {
    kernelSize: [3, 3],
    layer,
    mean: new Float64Array(9),
    components: AXES.map((axis) => Float64Array.from(axis)),
    explainedVarianceRatio: Float64Array.from([
      0.31, 0.18, 0.12, 0.1, 0.09, 0.08, 0.06, 0.04, 0.02,
    ]),
    featureScores: Float32Array.from(features.flatMap(({ kernel }) => projected(kernel, 0))),
  };
}

/** A finished analysis of a made-up network; the same sketches give the same numbers. */
export function sketchedAnalysis(
  sketches: readonly LayerSketch[],
  changes: {
    readonly settings?: Partial<Settings>;
    readonly features?: readonly Feature[];
    readonly skips?: readonly SkipConnection[];
    readonly name?: string;
  } = {},
): Analysis {
  const features = changes.features ?? POSTER_FEATURES;
  const settings = { ...DEFAULT_SETTINGS, ...changes.settings };
  const perLayer = settings.basis === "layer";
  const layers = sketches.map((sketch, index) => layerOf(sketch, features, index + 1));
  return {
    model: {
      name: changes.name ?? "brain-unet.onnx",
      format: "onnx",
      producer: null,
      bytes: 1000,
      sha256: "00",
      parameters: 1000,
    },
    settings,
    features,
    pca: perLayer ? layers.map((_, at) => basisOf(features, at)) : [basisOf(features, null)],
    layers: perLayer
      ? layers.map((layer, at) => ({ ...layer, values: { ...layer.values, basis: at } }))
      : layers,
    skips: changes.skips ?? [],
    inputSize: [256, 256],
    roleGuess: null,
    levels: [],
    questions: [],
    inputSizeIsOpen: false,
    skipped: [],
    warnings: [],
    timings: null,
    findings: null,
  };
}

/** Two convolutions per level, five map sizes, skip connections: 18 layers. */
export function unetAnalysis(changes: Parameters<typeof sketchedAnalysis>[1] = {}): Analysis {
  const sketches: LayerSketch[] = [];
  for (let level = 0; level < 4; level++) {
    for (const part of ["conv1", "conv2"]) {
      sketches.push({
        name: `encoder.${level}.${part}`,
        role: "encoder",
        side: 256 >> level,
        kernels: Math.min(900, 16 * 4 ** level),
        spread: 0.3 / (level + 1),
      });
    }
  }
  sketches.push({
    name: "bottleneck.conv1",
    role: "bottleneck",
    side: 16,
    kernels: 2500,
    spread: 0.04,
  });
  sketches.push({
    name: "bottleneck.conv2",
    role: "bottleneck",
    side: 16,
    kernels: 2500,
    spread: 0.03,
  });
  for (let level = 3; level >= 0; level--) {
    for (const part of ["conv1", "conv2"]) {
      sketches.push({
        name: `decoder.${3 - level}.${part}`,
        role: "decoder",
        side: 256 >> level,
        kernels: Math.min(900, 16 * 4 ** level),
        spread: 0.25 / (level + 1),
      });
    }
  }
  const skips = [0, 1, 2, 3].map((level) => ({ from: 2 * level + 1, to: 16 - 2 * level }));
  return sketchedAnalysis(sketches, { skips, ...changes });
}

/** A deep classifier: 60 layers, no decoder. */
export function classifierAnalysis(): Analysis {
  const sides = [112, 56, 28, 14, 7];
  const sketches = Array.from({ length: 60 }, (_, index) => ({
    name: `features.denseblock${Math.floor(index / 12) + 1}.denselayer${(index % 12) + 1}.conv2`,
    role: "encoder" as const,
    side: sides[Math.floor(index / 12)],
    kernels: 64 + index,
  }));
  return sketchedAnalysis(sketches, { name: "densenet.onnx" });
}

export function oneLayerAnalysis(): Analysis {
  return sketchedAnalysis([{ name: "conv", role: "encoder", side: 28, kernels: 32 }], {
    name: "one-layer.h5",
  });
}
