import { type Comparison, EXACT_TOLERANCE } from "../action/comparison.ts";
import type { ActionEngine } from "../action/engine.ts";
import { labelsFromCoarse, labelsFromDistances } from "../action/labels.ts";
import { firstDistances, type LabelRequest, settledDistances } from "../action/settledDistances.ts";
import type { AnalysisRequest } from "./analyse.ts";
import type { AnalysedLayer, ExactAction, LayerAction, LayerLabels } from "./analysis.ts";
import { inOrder, LAYERS_AHEAD } from "./inOrder.ts";
import type { AnalysisEvent } from "./progress.ts";

/** What of a layer decides its labels. */
export type LabelledLayer = Pick<AnalysedLayer, "kernels" | "kernelCount"> & {
  readonly place: Pick<AnalysedLayer["place"], "grid">;
  readonly description: Pick<AnalysedLayer["description"], "kernelSize">;
};

export type LabelSettings = Pick<AnalysisRequest, "features"> & {
  readonly settings: Pick<AnalysisRequest["settings"], "compare" | "threshold">;
};

function labelRequest(layer: LabelledLayer, { features, settings }: LabelSettings): LabelRequest {
  return {
    kernels: layer.kernels,
    kernelSize: layer.description.kernelSize,
    grid: layer.place.grid,
    features,
    compare: settings.compare,
    threshold: settings.threshold,
  };
}

/** Comparisons whose tables are worth making early: a U-Net has some five grids. */
const PREPARED_AT_MOST = 6;

/** What kernels of the layers are compared with for exact distances, each once. */
export function exactComparisons(
  request: LabelSettings,
  layers: readonly LabelledLayer[],
): readonly Comparison[] {
  const found = new Map<string, Comparison>();
  for (const layer of layers) {
    const { kernels: _kernels, threshold: _threshold, ...asked } = labelRequest(layer, request);
    const key = JSON.stringify([asked.kernelSize, asked.grid]);
    if (!found.has(key)) found.set(key, { ...asked, tolerance: EXACT_TOLERANCE });
  }
  return [...found.values()].slice(0, PREPARED_AT_MOST);
}

function kernelTotal(layers: readonly LabelledLayer[]): number {
  return layers.reduce((sum, layer) => sum + layer.kernelCount, 0);
}

/**
 * Distances on a coarse grid, layer by layer: a first impression.
 *
 * @throws ConvAtlasError `cancelled`.
 */
export async function firstOfLayers(
  engine: ActionEngine,
  request: LabelSettings,
  layers: readonly LabelledLayer[],
  signal: AbortSignal,
): Promise<readonly Float32Array[]> {
  const ofLayers: Float32Array[] = [];
  await inOrder(
    layers.length,
    LAYERS_AHEAD,
    (index) => firstDistances(engine, labelRequest(layers[index], request), signal),
    (_, distances) => ofLayers.push(distances),
  );
  return ofLayers;
}

/** Reports provisional labels of all layers, in the order of the network. */
export function reportFirst(
  first: readonly Float32Array[],
  { features, settings }: LabelSettings,
  layers: readonly LabelledLayer[],
  report: (event: AnalysisEvent) => void,
): void {
  const total = kernelTotal(layers);
  for (const [layer, distances] of first.entries()) {
    const { threshold } = settings;
    const action = labelsFromCoarse(distances, features.length, threshold, "provisional");
    report({ kind: "labels", layer, action, done: 0, total });
  }
}

/**
 * Final labels, layer by layer in the order of the network.
 *
 * @param first what `firstOfLayers` gave, to be refined in place until all labels have
 * settled; null where all distances are wanted.
 * @throws ConvAtlasError `cancelled`.
 */
export async function labelLayers(
  engine: ActionEngine,
  request: LabelSettings,
  layers: readonly LabelledLayer[],
  first: readonly Float32Array[] | null,
  report: (event: AnalysisEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const total = kernelTotal(layers);
  const doneOf = new Array<number>(layers.length).fill(0);
  const done = () => doneOf.reduce((sum, kernels) => sum + kernels, 0);
  await inOrder(
    layers.length,
    LAYERS_AHEAD,
    (index): Promise<LayerAction> => {
      const onProgress = (kernels: number) => {
        doneOf[index] = kernels;
        report({ kind: "labelling", done: done(), total });
      };
      const layer = layers[index];
      return first === null
        ? exactAction(engine, request, layer, onProgress, signal)
        : settledLabels(engine, request, layer, first[index], onProgress, signal);
    },
    (layer, action) => report({ kind: "labels", layer, action, done: done(), total }),
  );
}

async function settledLabels(
  engine: ActionEngine,
  request: LabelSettings,
  layer: LabelledLayer,
  first: Float32Array,
  onProgress: (kernels: number) => void,
  signal: AbortSignal,
): Promise<LayerLabels> {
  const asked = labelRequest(layer, request);
  const distances = await settledDistances(engine, asked, first, onProgress, signal);
  return labelsFromCoarse(distances, request.features.length, asked.threshold, "settled");
}

/**
 * Method 2 for a layer with all distances of its own grid.
 *
 * @throws ConvAtlasError `cancelled`.
 */
export async function exactAction(
  engine: ActionEngine,
  request: LabelSettings,
  layer: LabelledLayer,
  onProgress: (kernels: number) => void,
  signal: AbortSignal,
): Promise<ExactAction> {
  const { threshold, ...asked } = labelRequest(layer, request);
  const distances = await engine.distances(
    { ...asked, tolerance: EXACT_TOLERANCE },
    onProgress,
    signal,
  );
  return labelsFromDistances(distances, request.features.length, threshold);
}
