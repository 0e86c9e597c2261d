import { type LayerValues, type PcaBasis, SCORES_PER_KERNEL } from "../analysis/analysis.ts";
import type { Settings } from "../analysis/settings.ts";
import { throwIfCancelled } from "../errors.ts";
import type { Feature } from "../features/clinicalKernels.ts";
import type { ConvolutionLayer } from "../network/network.ts";
import { nextTurn } from "../nextTurn.ts";
import { embedFeatures } from "./embedFeature.ts";
import { KernelRows } from "./kernelRows.ts";
import { fitCentres } from "./kMeans.ts";
import { LayerMeasurement } from "./layerMeasurement.ts";
import { normaliseKernels } from "./normalisation.ts";
import { ColumnMeans, type PrincipalAxes, project, Scatter } from "./pca.ts";

export interface ModelValues {
  readonly pca: readonly PcaBasis[];
  /** One per layer. */
  readonly layers: readonly LayerValues[];
}

type ValueSettings = Pick<Settings, "basis" | "normalisation" | "clusters">;

/** Work between two turns of the event loop, ms: a cancel is heard within a blink. */
const TURN_MS = 30;

/**
 * Method 1 (README, rules V1 to V3): principal axes, clusters and nearest features of every
 * layer's kernels, in turns of some 30 ms, between which the event loop goes round.
 *
 * @param onProgress is told, about once per turn, how many of all layers are done.
 * @throws ConvAtlasError `cancelled`.
 */
export async function modelValuesInTurns(
  layers: readonly ConvolutionLayer[],
  features: readonly Feature[],
  settings: ValueSettings,
  onProgress: (doneLayers: number, totalLayers: number) => void,
  signal: AbortSignal,
): Promise<ModelValues> {
  const steps = valueSteps(layers, features, settings);
  let turnEndedAt = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - turnEndedAt < TURN_MS) continue;
    onProgress(step.value, layers.length);
    await nextTurn();
    throwIfCancelled(signal);
    turnEndedAt = performance.now();
  }
}

/** Method 1 in steps of a few milliseconds; each yields how many layers are done. */
function* valueSteps(
  layers: readonly ConvolutionLayer[],
  features: readonly Feature[],
  { basis, normalisation, clusters }: ValueSettings,
): Generator<number, ModelValues> {
  const pca: PcaBasis[] = [];
  const values: LayerValues[] = new Array(layers.length);
  let done = 0;
  for (const group of basisGroups(layers, basis)) {
    const { kernelSize } = layers[group[0]];
    const rows = group.map((index) => {
      const layer = layers[index];
      return new KernelRows(layer.kernels, entriesOf(layer), normalisation);
    });
    const axesSteps = principalAxesSteps(rows, entriesOf(layers[group[0]]));
    let axes = axesSteps.next();
    for (; !axes.done; axes = axesSteps.next()) yield done;
    const embedded = embedFeatures(features, kernelSize);
    const featureRows = normaliseKernels(embedded, rows[0].entries, normalisation);
    for (const [at, index] of group.entries()) {
      const centres = yield* withProgress(fitCentres(rows[at], clusters), done);
      const measurement = new LayerMeasurement(rows[at], axes.value, featureRows, centres);
      for (let block = 0; block < rows[at].blockCount; block++) {
        measurement.measureBlock(block);
        yield done;
      }
      values[index] = measurement.values(pca.length);
      done++;
    }
    pca.push({
      kernelSize,
      layer: basis === "layer" ? group[0] : null,
      ...axes.value,
      featureScores:
        featureRows.length > 0 ? project(featureRows, axes.value, SCORES_PER_KERNEL) : null,
    });
  }
  return { pca, layers: values };
}

/** Yields the same number at every step of a generator that yields nothing. */
function* withProgress<Result>(
  steps: Generator<void, Result>,
  done: number,
): Generator<number, Result> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    yield done;
  }
}

/** Principal axes of all rows of some layers, one block per step. */
function* principalAxesSteps(
  layers: readonly KernelRows[],
  entries: number,
): Generator<void, PrincipalAxes> {
  const means = new ColumnMeans(entries);
  const addToMeans = (block: Float64Array, _first: number, count: number) =>
    means.add(block, count);
  for (const rows of layers) {
    for (let block = 0; block < rows.blockCount; block++) {
      rows.visitBlock(block, addToMeans);
      yield;
    }
  }
  const scatter = new Scatter(means.mean());
  const addToScatter = (block: Float64Array, _first: number, count: number) =>
    scatter.add(block, count);
  for (const rows of layers) {
    for (let block = 0; block < rows.blockCount; block++) {
      rows.visitBlock(block, addToScatter);
      yield;
    }
  }
  return scatter.axes();
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

function entriesOf(layer: ConvolutionLayer): number {
  return layer.kernelSize[0] * layer.kernelSize[1];
}
