import type { AnalysedLayer, Analysis } from "../analysis/analysis.ts";
import { sampledIndexes } from "../random/sampledIndexes.ts";
import { ORDERED_CLASSES } from "./orderedClasses.ts";

/** Kernels of the model that quantiles are taken from: an even sample of more changes no digit shown. */
const KERNELS_FOR_QUANTILES = 60_000;

/** Euclidean norm of kernel number `kernel`; not finite for kernels that are not. */
export function kernelNorm({ kernels, description }: AnalysedLayer, kernel: number): number {
  const entries = description.kernelSize[0] * description.kernelSize[1];
  let sum = 0;
  for (let at = kernel * entries; at < (kernel + 1) * entries; at++) sum += kernels[at] ** 2;
  return Math.sqrt(sum);
}

interface KnownEdges {
  readonly kernels: readonly Float32Array[];
  readonly edges: readonly number[];
}

const knownEdges = new WeakMap<Analysis["pca"], KnownEdges>();

/**
 * Where the steps of a norm's scale meet, ascending: quantiles of all kernels of the model,
 * rounded to the two digits that are shown, so that what is said is what is drawn.
 *
 * @returns at most ORDERED_CLASSES - 1 edges, fewer where many kernels have one norm.
 */
export function normEdges(analysis: Analysis): readonly number[] {
  const { layers, pca } = analysis;
  const before = knownEdges.get(pca);
  const isSame =
    before?.kernels.length === layers.length &&
    layers.every(({ kernels }, index) => kernels === before.kernels[index]);
  if (isSame) return before.edges;
  const edges = computedEdges(layers);
  knownEdges.set(pca, { kernels: layers.map(({ kernels }) => kernels), edges });
  return edges;
}

function computedEdges(layers: readonly AnalysedLayer[]): readonly number[] {
  const total = layers.reduce((sum, { kernelCount }) => sum + kernelCount, 0);
  const norms: number[] = [];
  for (const layer of layers) {
    const share = Math.ceil((KERNELS_FOR_QUANTILES * layer.kernelCount) / total);
    for (const kernel of sampledIndexes(layer.kernelCount, share)) {
      const norm = kernelNorm(layer, kernel);
      if (Number.isFinite(norm)) norms.push(norm);
    }
  }
  if (norms.length === 0) return [];
  const sorted = Float64Array.from(norms).sort();
  const edges = new Set<number>();
  for (let step = 1; step < ORDERED_CLASSES; step++) {
    const at = Math.floor((step * sorted.length) / ORDERED_CLASSES);
    edges.add(Number(sorted[at].toPrecision(2)));
  }
  return [...edges].sort((a, b) => a - b);
}

interface KnownSteps {
  readonly edges: readonly number[];
  readonly steps: Int8Array;
}

const knownSteps = new WeakMap<Float32Array, KnownSteps>();

/** The step of each kernel of a layer between these edges, 0 = lowest; -1 where it is not finite. */
export function normSteps(layer: AnalysedLayer, edges: readonly number[]): Int8Array {
  const before = knownSteps.get(layer.kernels);
  if (before?.edges === edges) return before.steps;
  const steps = new Int8Array(layer.kernelCount);
  for (let kernel = 0; kernel < steps.length; kernel++) {
    const norm = kernelNorm(layer, kernel);
    let step = 0;
    while (step < edges.length && norm >= edges[step]) step++;
    steps[kernel] = Number.isFinite(norm) ? step : -1;
  }
  knownSteps.set(layer.kernels, { edges, steps });
  return steps;
}
