import { layersLabelShares } from "../action/labelShares.ts";
import { sharesFromCounts } from "../action/labels.ts";
import { GAUSSIAN_BASELINE_KERNELS } from "../action/noiseKernels.ts";
import {
  type AnalysedLayer,
  type Analysis,
  KERNEL_DEAD,
  KERNEL_NOT_FINITE,
} from "../analysis/analysis.ts";
import type { Settings } from "../analysis/settings.ts";
import type { Comparison } from "../comparison/comparison.ts";
import { hasCorrections } from "../network/corrections.ts";
import type { LayerOperator } from "../operator/layerOperator.ts";
import { memberCount } from "../selection/membership.ts";
import type { ClusterNumbers } from "../values/clusterNumbers.ts";
import { clusterSummarySteps } from "../values/clusterSummaries.ts";
import { normEdges } from "../values/kernelNorms.ts";
import { classesJson } from "./classesJson.ts";
import { clustersJson, fitJson, labelSharesJson } from "./clusterJson.ts";
import { clusterNumbersJson } from "./clusterNumbersJson.ts";
import { comparisonJson } from "./comparisonJson.ts";
import { findingsJson, layerFindingsJson } from "./findingsJson.ts";
import { type KernelAtWorkResult, kernelAtWorkJson } from "./kernelAtWorkJson.ts";
import { type KernelRecord, kernelRecord } from "./kernelRecord.ts";
import { type LabRunResult, labRunJson } from "./labRunJson.ts";
import { rounded, roundedAll, sharesByFeature } from "./numbers.ts";
import { operatorJson } from "./operatorJson.ts";
import { type SelectedKernels, selectionJson } from "./selectionJson.ts";
import { type SubstitutionRecord, substitutionJson } from "./substitutionJson.ts";

export const RESULTS_SCHEMA = "convatlas/results@1";

export interface ResultsOptions {
  /** Leaves out the kernels: counts and shares only, for large models. */
  readonly summary: boolean;
  /** What is selected on the page, to be told in numbers. */
  readonly selection?: SelectedKernels;
  /** With another model, where there is one. */
  readonly comparison?: Comparison;
  /** Of whole layers, by index in `Analysis.layers`: those that were asked for. */
  readonly operators?: ReadonlyMap<number, LayerOperator>;
  /** Silhouettes by number of clusters, by index in `Analysis.layers`: those that were asked for. */
  readonly clusterNumbers?: ReadonlyMap<number, ClusterNumbers>;
  /** The last substitution test, where one was run. */
  readonly substitution?: SubstitutionRecord;
  /** The last run on an image, where there was one. */
  readonly labRun?: LabRunResult;
  /** The kernel that was last looked at at work on an image, where there was one. */
  readonly kernelAtWork?: KernelAtWorkResult;
}

/** Kernels per chunk of text: a few hundred kilobytes. */
const KERNELS_PER_CHUNK = 512;

/**
 * The results as JSON text, in pieces to be joined: the text of a model with a million
 * kernels is longer than a JavaScript string can be.
 */
export function* resultsJson(analysis: Analysis, options: ResultsOptions): Generator<string> {
  const head = {
    schema: RESULTS_SCHEMA,
    model: analysis.model,
    settings: settingsJson(analysis.settings),
    features: analysis.features,
    pca: analysis.pca.map((basis) => ({
      kernelSize: basis.kernelSize,
      ...(basis.layer === null ? {} : { layer: analysis.layers[basis.layer].description.name }),
      mean: [...basis.mean],
      components: basis.components.map((component) => [...component]),
      explainedVarianceRatio: [...basis.explainedVarianceRatio],
    })),
  };
  yield `${JSON.stringify(head).slice(0, -1)},"layers":[`;
  for (const [index, layer] of analysis.layers.entries()) {
    if (index > 0) yield ",";
    yield* layerJson(analysis, layer, options);
  }
  const { selection, comparison } = options;
  const tail = {
    totals: totalsJson(analysis),
    findings: findingsJson(analysis),
    ...(selection === undefined ? {} : { selection: selectionJson(analysis, selection) }),
    ...(comparison === undefined ? {} : { comparison: comparisonJson(comparison) }),
    ...labJson(options),
    skipped: analysis.skipped,
    warnings: analysis.warnings,
    timings: analysis.timings,
  };
  yield `],${JSON.stringify(tail).slice(1)}\n`;
}

/** What the image lab gave; no part at all where it was not used. */
function labJson({ substitution, labRun, kernelAtWork }: ResultsOptions): object {
  const parts = {
    ...(labRun === undefined ? {} : { run: labRunJson(labRun) }),
    ...(kernelAtWork === undefined ? {} : { kernel: kernelAtWorkJson(kernelAtWork) }),
    ...(substitution === undefined ? {} : { substitution: substitutionJson(substitution) }),
  };
  return Object.keys(parts).length === 0 ? {} : { lab: parts };
}

/** All kernels of the model together: shares of labels beside what chance gives, and lift. */
function totalsJson(analysis: Analysis): object {
  const { layers, features } = analysis;
  return {
    layers: layers.length,
    kernels: layers.reduce((sum, { kernelCount }) => sum + kernelCount, 0),
    ...kernelStates(layers),
    // Of random numbers, from which each layer's Gaussian baseline is made.
    baselineKernels: GAUSSIAN_BASELINE_KERNELS,
    // Where classes of kernels by norm meet, one scale for all layers.
    normEdges: normEdges(analysis),
    ...labelSharesJson(features, layersLabelShares(layers, features.length)),
  };
}

function kernelStates(layers: readonly AnalysedLayer[]): object {
  let [dead, notFinite] = [0, 0];
  for (const { values } of layers) {
    for (const state of values.states) {
      if (state === KERNEL_DEAD) dead += 1;
      else if (state === KERNEL_NOT_FINITE) notFinite += 1;
    }
  }
  return { dead, notFinite };
}

/** Corrections stand there only where a person made some. */
function settingsJson({ corrections, ...settings }: Settings): object {
  return hasCorrections(corrections) ? { ...settings, corrections } : settings;
}

function* layerJson(
  analysis: Analysis,
  layer: AnalysedLayer,
  options: ResultsOptions,
): Generator<string> {
  // Worked out in steps: whoever writes the pieces down gets a turn in between.
  const steps = clusterSummarySteps(analysis, layer);
  while (!steps.next().done) yield "";
  const index = analysis.layers.indexOf(layer);
  const summary = {
    ...layerSummary(analysis, layer),
    ...classesJson(analysis, layer),
    ...layerFindingsJson(analysis, index),
    ...askedForJson(analysis, index, options),
  };
  const text = JSON.stringify(summary);
  if (options.summary) {
    yield text;
    return;
  }
  yield `${text.slice(0, -1)},"kernels":[`;
  let chunk: string[] = [];
  for (let kernel = 0; kernel < layer.kernelCount; kernel++) {
    chunk.push(JSON.stringify(kernelJson(kernelRecord(analysis, layer, kernel))));
    if (chunk.length === KERNELS_PER_CHUNK || kernel === layer.kernelCount - 1) {
      yield chunk.join(",") + (kernel === layer.kernelCount - 1 ? "" : ",");
      chunk = [];
    }
  }
  yield "]}";
}

/** What a layer has only because a person selected kernels of it or asked for more. */
function askedForJson(analysis: Analysis, index: number, options: ResultsOptions): object {
  const group = options.selection?.group ?? null;
  const operator = options.operators?.get(index);
  const numbers = options.clusterNumbers?.get(index);
  return {
    ...(group === null ? {} : { selected: memberCount(analysis, index, group) }),
    ...(operator === undefined ? {} : { operator: operatorJson(operator) }),
    ...(numbers === undefined ? {} : { clusterNumbers: clusterNumbersJson(numbers) }),
  };
}

function layerSummary(analysis: Analysis, layer: AnalysedLayer): object {
  const { features } = analysis;
  const { operator, ...description } = layer.description;
  return {
    name: description.name,
    op: operator,
    role: layer.place.role,
    kernelSize: description.kernelSize,
    inChannels: description.inChannels,
    outChannels: description.outChannels,
    groups: description.groups,
    stride: description.stride,
    dilation: description.dilation,
    grid: layer.place.grid,
    gridSource: layer.place.gridSource,
    kernelCount: layer.kernelCount,
    baseline:
      layer.baseline === null
        ? null
        : {
            gaussian: sharesByFeature(features, layer.baseline.gaussian),
            shuffled: sharesByFeature(features, layer.baseline.shuffled),
          },
    counts: layer.action === null ? null : sharesByFeature(features, layer.action.counts),
    shares:
      layer.action === null
        ? null
        : sharesByFeature(features, sharesFromCounts(layer.action.counts)),
    ...clustersJson(analysis, layer),
  };
}

function kernelJson(record: KernelRecord): object {
  return {
    out: record.out,
    in: record.in,
    weights: roundedAll(record.weights),
    norm: rounded(record.norm),
    pca: roundedAll(record.pca),
    cluster: record.cluster,
    nearestByValue: record.nearestByValue,
    valueDistance: rounded(record.valueDistance),
    fit: fitJson(record.fit),
    label: record.label,
    distance: rounded(record.distance),
    distances: roundedAll(record.distances),
    margin: rounded(record.margin),
    dead: record.isDead,
    ...(record.state === KERNEL_NOT_FINITE ? { notFinite: true } : {}),
  };
}
