import {
  KERNEL_DEAD,
  KERNEL_FINE,
  KERNEL_NOT_FINITE,
  type LayerValues,
  type PcaBasis,
  SCORES_PER_KERNEL,
} from "../analysis/analysis.ts";
import type { Settings } from "../analysis/settings.ts";
import type { Feature } from "../features/clinicalKernels.ts";
import type { ConvolutionLayer } from "../network/network.ts";
import { embedFeatures } from "./embedFeature.ts";
import { kMeans } from "./kMeans.ts";
import { nearestFeatures } from "./nearestFeature.ts";
import { normaliseKernels } from "./normalisation.ts";
import { isFiniteRow, type PrincipalAxes, principalAxes, project } from "./pca.ts";

export interface ModelValues {
  readonly pca: readonly PcaBasis[];
  /** One per layer. */
  readonly layers: readonly LayerValues[];
}

/**
 * Method 1 (README, rules V1 to V3): principal axes, clusters and nearest features of
 * every layer's kernels.
 */
export function modelValues(
  layers: readonly ConvolutionLayer[],
  features: readonly Feature[],
  settings: Pick<Settings, "basis" | "normalisation" | "clusters">,
): ModelValues {
  const rows = layers.map((layer) =>
    normaliseKernels(layer.kernels, entriesOf(layer), settings.normalisation),
  );
  const groups = basisGroups(layers, settings.basis);
  const pca: PcaBasis[] = [];
  const values: LayerValues[] = new Array(layers.length);
  for (const group of groups) {
    const { kernelSize } = layers[group[0]];
    const entries = kernelSize[0] * kernelSize[1];
    const axes = principalAxes(
      group.map((index) => rows[index]),
      entries,
    );
    const featureRows = normaliseKernels(
      embedFeatures(features, kernelSize),
      entries,
      settings.normalisation,
    );
    for (const index of group) {
      values[index] = layerValues(layers[index], rows[index], axes, featureRows, {
        basis: pca.length,
        clusters: settings.clusters,
      });
    }
    pca.push({
      kernelSize,
      layer: settings.basis === "layer" ? group[0] : null,
      ...axes,
      featureScores: featureRows.length > 0 ? project(featureRows, axes, SCORES_PER_KERNEL) : null,
    });
  }
  return { pca, layers: values };
}

/** Layers that share principal axes: all of one kernel size, or each for itself. */
function basisGroups(
  layers: readonly ConvolutionLayer[],
  basis: Settings["basis"],
): readonly number[][] {
  if (basis === "layer") return layers.map((_, index) => [index]);
  const bySize = new Map<string, number[]>();
  layers.forEach((layer, index) => {
    const key = layer.kernelSize.join("x");
    const group = bySize.get(key);
    if (group === undefined) bySize.set(key, [index]);
    else group.push(index);
  });
  return [...bySize.values()];
}

function layerValues(
  layer: ConvolutionLayer,
  rows: Float64Array,
  axes: PrincipalAxes,
  featureRows: Float64Array,
  options: { basis: number; clusters: number },
): LayerValues {
  const entries = entriesOf(layer);
  const states = kernelStates(layer.kernels, entries);
  const { nearest, distances } = nearestFeatures(rows, featureRows, entries);
  const finite = finiteRows(rows, states, entries);
  const clustering = kMeans(finite, entries, options.clusters);
  const clusters = new Int8Array(states.length).fill(-1);
  let taken = 0;
  for (let k = 0; k < states.length; k++) {
    if (states[k] !== KERNEL_NOT_FINITE) clusters[k] = clustering.assignment[taken++];
  }
  return {
    basis: options.basis,
    states,
    scores: project(rows, axes, SCORES_PER_KERNEL),
    clusters,
    clusterSizes: clustering.sizes,
    nearest,
    nearestDistances: distances,
  };
}

/** KERNEL_FINE, KERNEL_DEAD or KERNEL_NOT_FINITE for each kernel. */
export function kernelStates(kernels: Float32Array, entries: number): Uint8Array {
  const states = new Uint8Array(kernels.length / entries);
  for (let k = 0; k < states.length; k++) {
    const start = k * entries;
    if (!isFiniteRow(kernels, start, entries)) {
      states[k] = KERNEL_NOT_FINITE;
      continue;
    }
    let isDead = true;
    for (let i = start; i < start + entries && isDead; i++) isDead = kernels[i] === 0;
    states[k] = isDead ? KERNEL_DEAD : KERNEL_FINE;
  }
  return states;
}

function finiteRows(rows: Float64Array, states: Uint8Array, entries: number): Float64Array {
  if (!states.includes(KERNEL_NOT_FINITE)) return rows;
  const kept = new Float64Array(rows.length);
  let length = 0;
  for (let k = 0; k < states.length; k++) {
    if (states[k] === KERNEL_NOT_FINITE) continue;
    kept.set(rows.subarray(k * entries, (k + 1) * entries), length);
    length += entries;
  }
  return kept.slice(0, length);
}

function entriesOf(layer: ConvolutionLayer): number {
  return layer.kernelSize[0] * layer.kernelSize[1];
}
