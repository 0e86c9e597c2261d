import type { AnalysedLayer, Analysis } from "../../../src/core/analysis/analysis.ts";
import { DEFAULT_SETTINGS } from "../../../src/core/analysis/settings.ts";
import { POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import type { Role } from "../../../src/core/network/structure.ts";

/** Kernels of every sample layer: edge, identity, all zero, and one that is not finite. */
const KERNELS = [
  [-1, 0, 1, -2, 0, 2, -1, 0, 1],
  [0, 0, 0, 0, 1, 0, 0, 0, 0],
  [0, 0, 0, 0, 0, 0, 0, 0, 0],
  [Number.NaN, 0, 0, 0, 0, 0, 0, 0, 0],
];

const DISTANCES = [
  [0.4, 0.06, 0.5, 0.05, 0.3, 0.09],
  [0.7, 0.3, 0.6, 0.4, 0.2, 0.35],
];

export function sampleLayer(name: string, role: Role): AnalysedLayer {
  const none = Array.from({ length: 6 }, () => Number.NaN);
  return {
    description: {
      name,
      operator: "Conv2d",
      kernelSize: [3, 3],
      inChannels: 2,
      outChannels: 2,
      groups: 1,
      stride: [1, 1],
      dilation: [1, 1],
    },
    place: { role, grid: [64, 64], gridSource: "graph", roleSource: "graph" },
    kernelCount: 4,
    kernels: Float32Array.from(KERNELS.flat()),
    values: {
      basis: 0,
      states: Uint8Array.from([0, 0, 1, 2]),
      scores: Float32Array.from([1, 0, 0, 0, 1, 0, -1, -1, 0, NaN, NaN, NaN]),
      clusters: Int8Array.from([0, 0, 1, -1]),
      clusterSizes: [2, 1],
      nearest: Int8Array.from([3, 4, 2, -1]),
      nearestDistances: Float32Array.from([0.1, 0, 0.3, Number.NaN]),
    },
    action: {
      stage: "exact",
      distances: Float32Array.from([...DISTANCES.flat(), ...none, ...none]),
      labels: Int8Array.from([3, -1, -1, -1]),
      margins: Float32Array.from([0.009, 0.1, Number.NaN, Number.NaN]),
      counts: [0, 0, 0, 1, 0, 0, 3],
    },
    baseline: {
      gaussian: [0, 0.5, 0, 0.1, 0, 0.3, 0.1],
      shuffled: [0, 0.4, 0, 0.2, 0, 0.3, 0.1],
    },
  };
}

/** A small complete analysis: `down` (encoder), `deep` (bottleneck), `up` (decoder). */
export function sampleAnalysis(change: Partial<Analysis> = {}): Analysis {
  return {
    model: {
      name: "small.onnx",
      format: "onnx",
      producer: null,
      bytes: 2048,
      sha256: "0".repeat(64),
      parameters: 108,
    },
    settings: DEFAULT_SETTINGS,
    features: POSTER_FEATURES,
    pca: [
      {
        kernelSize: [3, 3],
        layer: null,
        mean: new Float64Array(9),
        components: [],
        explainedVarianceRatio: Float64Array.from([0.5, 0.3, 0.2, 0, 0, 0, 0, 0, 0]),
        featureScores: Float32Array.from([
          2, 0, 0, 0, 2, 0, -2, 0, 0, 0, -2, 0, 1.5, 1.5, 0, -1.5, -1.5, 0,
        ]),
      },
    ],
    layers: [
      sampleLayer("down", "encoder"),
      sampleLayer("deep", "bottleneck"),
      sampleLayer("up", "decoder"),
    ],
    skips: [],
    inputSize: [64, 64],
    roleGuess: null,
    levels: [],
    questions: [],
    inputSizeIsOpen: false,
    skipped: [],
    warnings: [],
    timings: {
      readMs: 1,
      valuesMs: 1,
      firstLabelsMs: 1,
      spectraMs: 1,
      totalMs: 1234,
      engine: "cpu",
    },
    findings: null,
    ...change,
  };
}
