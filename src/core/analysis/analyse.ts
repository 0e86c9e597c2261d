import type { ChanceBaseline } from "../action/chanceBaseline.ts";
import type { ActionEngine } from "../action/engine.ts";
import { labelsFromDistances } from "../action/labels.ts";
import { throwIfCancelled } from "../errors.ts";
import type { Feature } from "../features/clinicalKernels.ts";
import { correctNetwork } from "../network/corrections.ts";
import { kernelCount, type Network } from "../network/network.ts";
import { resolveStructure } from "../network/resolveStructure.ts";
import { FITTED_KERNELS_AT_MOST } from "../values/kMeans.ts";
import { modelValues } from "../values/layerValues.ts";
import {
  type AnalysedLayer,
  type Analysis,
  KERNEL_DEAD,
  KERNEL_NOT_FINITE,
  type ModelDescription,
} from "./analysis.ts";
import { checkSettings } from "./checkSettings.ts";
import { type AnalysisEvent, applyEvent } from "./progress.ts";
import type { Settings } from "./settings.ts";

export interface AnalysisRequest {
  readonly settings: Settings;
  readonly features: readonly Feature[];
}

/** A network that has been read, and what is kept between analyses of it. */
export interface OpenedModel {
  readonly network: Network;
  readonly description: ModelDescription;
  readonly readMs: number;
  readonly engine: ActionEngine;
  readonly baseline: ChanceBaseline;
}

/**
 * The main job: from kernels to values, labels and the chance baseline, reported
 * step by step, so that plots can be drawn before the spectra are done.
 *
 * @throws ConvAtlasError `bad-setting` or `cancelled`.
 */
export async function analyse(
  model: OpenedModel,
  request: AnalysisRequest,
  onEvent: (event: AnalysisEvent) => void,
  signal: AbortSignal,
): Promise<Analysis> {
  checkSettings(request.settings, request.features);
  const startedAt = performance.now();
  let analysis = byValues(model, request);
  const valuesMs = performance.now() - startedAt;
  const report = (event: AnalysisEvent) => {
    analysis = applyEvent(analysis, event) ?? analysis;
    onEvent(event);
  };
  report({ kind: "values", analysis });

  const spectraStartedAt = performance.now();
  await labelLayers(model, request, analysis.layers, report, signal);
  const spectraMs = performance.now() - spectraStartedAt;

  await addBaselines(model, request, analysis.layers, report, signal);
  report({
    kind: "finished",
    timings: {
      readMs: model.readMs,
      valuesMs,
      // One pass settles each kernel for good: the first labels are the last.
      firstLabelsMs: spectraMs,
      spectraMs,
      totalMs: model.readMs + performance.now() - startedAt,
      engine: model.engine.name,
    },
  });
  return analysis;
}

/** Method 1 and the places of the layers. */
function byValues(model: OpenedModel, request: AnalysisRequest): Analysis {
  const network = correctNetwork(model.network, request.settings.corrections);
  const structure = resolveStructure(network, request.settings);
  const values = modelValues(network.layers, request.features, request.settings);
  const layers = network.layers.map((layer, index): AnalysedLayer => {
    const { kernels, graphNode: _graphNode, ...description } = layer;
    return {
      description,
      place: structure.places[index],
      kernelCount: kernelCount(layer),
      kernels,
      values: values.layers[index],
      action: null,
      baseline: null,
    };
  });
  return {
    model: model.description,
    settings: request.settings,
    features: request.features,
    pca: values.pca,
    layers,
    skips: structure.skips,
    inputSize: structure.inputSize,
    inputSizeIsOpen: structure.inputSizeIsOpen,
    roleGuess: structure.roleGuess,
    levels: structure.levels,
    questions: network.questions,
    skipped: network.skipped,
    warnings: [...network.warnings, ...structure.warnings, ...kernelWarnings(layers)],
    timings: null,
  };
}

/** Method 2, layer by layer in the order of the network. */
async function labelLayers(
  model: OpenedModel,
  request: AnalysisRequest,
  layers: readonly AnalysedLayer[],
  report: (event: AnalysisEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const total = layers.reduce((sum, layer) => sum + layer.kernelCount, 0);
  let done = 0;
  for (const [index, layer] of layers.entries()) {
    throwIfCancelled(signal);
    const distances = await model.engine.distances(
      {
        kernels: layer.kernels,
        kernelSize: layer.description.kernelSize,
        grid: layer.place.grid,
        features: request.features,
        compare: request.settings.compare,
      },
      (kernels) => report({ kind: "labelling", done: done + kernels, total }),
      signal,
    );
    done += layer.kernelCount;
    const { threshold } = request.settings;
    const action = labelsFromDistances(distances, request.features.length, threshold);
    report({ kind: "labels", layer: index, action, done, total });
  }
}

async function addBaselines(
  model: OpenedModel,
  request: AnalysisRequest,
  layers: readonly AnalysedLayer[],
  report: (event: AnalysisEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  for (const [index, layer] of layers.entries()) {
    throwIfCancelled(signal);
    const baseline = await model.baseline.ofLayer(
      {
        kernels: layer.kernels,
        kernelSize: layer.description.kernelSize,
        grid: layer.place.grid,
      },
      request.features,
      request.settings,
      signal,
    );
    report({ kind: "baseline", layer: index, baseline, done: index + 1, total: layers.length });
  }
}

/** What was counted, left out or sampled: nothing of that kind happens silently. */
function kernelWarnings(layers: readonly AnalysedLayer[]): string[] {
  const warnings: string[] = [];
  for (const { description, values, kernelCount: count } of layers) {
    const dead = values.states.filter((state) => state === KERNEL_DEAD).length;
    const notFinite = values.states.filter((state) => state === KERNEL_NOT_FINITE).length;
    if (dead > 0) {
      warnings.push(`${description.name}: ${dead} of ${count} kernels are all zero.`);
    }
    if (notFinite > 0) {
      warnings.push(
        `${description.name}: ${notFinite} of ${count} kernels hold NaN or infinite numbers and are left out of the PCA and the clusters.`,
      );
    }
    if (count > FITTED_KERNELS_AT_MOST) {
      warnings.push(
        `${description.name}: clusters were fitted to ${FITTED_KERNELS_AT_MOST} evenly spaced kernels of ${count}, and all were then assigned.`,
      );
    }
  }
  return warnings;
}
