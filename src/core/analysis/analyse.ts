import type { ChanceBaseline } from "../action/chanceBaseline.ts";
import type { ActionEngine } from "../action/engine.ts";
import type { EngineChoice, EngineRoom, SpectralWork } from "../action/engineRoom.ts";
import type { Feature } from "../features/clinicalKernels.ts";
import { correctNetwork } from "../network/corrections.ts";
import { kernelCount, type Network } from "../network/network.ts";
import { resolveStructure } from "../network/resolveStructure.ts";
import type { Size2d } from "../network/size2d.ts";
import type { Structure } from "../network/structure.ts";
import { FITTED_KERNELS_AT_MOST } from "../values/kMeans.ts";
import { modelValuesInTurns } from "../values/layerValues.ts";
import {
  type AnalysedLayer,
  type Analysis,
  KERNEL_DEAD,
  KERNEL_NOT_FINITE,
  type ModelDescription,
  type Timings,
} from "./analysis.ts";
import { checkSettings } from "./checkSettings.ts";
import { inOrder, LAYERS_AHEAD } from "./inOrder.ts";
import {
  exactComparisons,
  firstOfLayers,
  type LabelledLayer,
  type LabelSettings,
  labelLayers,
  reportFirst,
} from "./labelLayers.ts";
import { type AnalysisEvent, applyEvent } from "./progress.ts";
import type { Settings } from "./settings.ts";

export interface AnalysisRequest {
  readonly settings: Settings;
  readonly features: readonly Feature[];
  readonly engine: EngineChoice;
  readonly exactness: Exactness;
}

/**
 * What must be of the full grid at the end: all distances, or labels only, most of which settle
 * on coarser grids (`exactAction` gives the distances of a layer later). `affordable`: all
 * distances, unless that would take seconds.
 */
export type Exactness = "distances" | "labels" | "affordable";

/** Grid values up to which all distances are affordable: 1 to 2 s on two cores. */
const AFFORDABLE_VALUES = 2e9;

/** Up to here our own engine takes less than a blink, and first labels would only delay it. */
const QUICK_VALUES = 2e8;

/** A network that has been read, and what is kept between analyses of it. */
export interface OpenedModel {
  readonly network: Network;
  readonly description: ModelDescription;
  readonly readMs: number;
  readonly engines: EngineRoom;
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
  const placed = placedLayers(model, request.settings);
  const work = spectralWork(placed.layers);
  const isAffordable = work.gridValues <= AFFORDABLE_VALUES;
  const { engine, takeRemarks } = await model.engines.choose(request.engine, work, signal);
  const report = new Reporter(onEvent);
  const plan: LabelPlan = {
    areDistancesWanted:
      request.exactness === "distances" || (request.exactness === "affordable" && isAffordable),
    isQuick: engine.name === "cpu" && work.gridValues <= QUICK_VALUES,
  };
  // While the values keep this thread busy, the others have time.
  if (plan.areDistancesWanted) engine.prepare?.(exactComparisons(request, placed.layers));
  const labelFirst = () => firstLabels(engine, request, plan, placed.layers, report, signal);

  // Values keep one thread busy. Of a small network they come first, and are shown at once; of
  // a large one that takes seconds, in which the other threads label.
  const early = isAffordable ? null : (await labelFirst()).finish();
  early?.catch(() => {}); // heard below, unless the values are cancelled first
  const valuesStartedAt = performance.now();
  report.start(await byValues(model, request, placed, onEvent, signal));
  const valuesMs = performance.now() - valuesStartedAt;
  const { firstLabelsMs, spectraMs } = await (early ?? (await labelFirst()).finish());

  await addBaselines(model, engine, request, report.analysis.layers, report.send, signal);
  for (const warning of takeRemarks()) report.send({ kind: "warning", warning });
  const totalMs = model.readMs + performance.now() - startedAt;
  report.send({
    kind: "finished",
    timings: {
      readMs: model.readMs,
      valuesMs,
      firstLabelsMs,
      spectraMs,
      totalMs,
      engine: engine.name,
    },
  });
  return report.analysis;
}

/** Milliseconds of method 2. */
type LabelTimings = Pick<Timings, "firstLabelsMs" | "spectraMs">;

interface LabelPlan {
  /** All distances of the full grid, not only its labels. */
  readonly areDistancesWanted: boolean;
  /** Final labels come as soon as a person could see first ones. */
  readonly isQuick: boolean;
}

/** Labels of a coarse grid for all layers, where they are worth it; `finish` makes them final. */
interface FirstLabels {
  finish(): Promise<LabelTimings>;
}

async function firstLabels(
  engine: ActionEngine,
  request: LabelSettings,
  { areDistancesWanted, isQuick }: LabelPlan,
  layers: readonly LabelledLayer[],
  report: Reporter,
  signal: AbortSignal,
): Promise<FirstLabels> {
  const startedAt = performance.now();
  const since = () => performance.now() - startedAt;
  const first =
    areDistancesWanted && isQuick ? null : await firstOfLayers(engine, request, layers, signal);
  const firstMs = since();
  if (first !== null) reportFirst(first, request, layers, report.send);
  return {
    async finish() {
      const refined = areDistancesWanted ? null : first;
      await labelLayers(engine, request, layers, refined, report.send, signal);
      return { firstLabelsMs: first === null ? since() : firstMs, spectraMs: since() };
    },
  };
}

/** Passes events on, and holds labels back that are there before the values they belong to. */
class Reporter {
  readonly #onEvent: (event: AnalysisEvent) => void;
  #analysis: Analysis | null = null;
  #held: AnalysisEvent[] = [];

  constructor(onEvent: (event: AnalysisEvent) => void) {
    this.#onEvent = onEvent;
  }

  /** The analysis so far; after `start`. */
  get analysis(): Analysis {
    if (this.#analysis === null) throw new Error("nothing has been reported");
    return this.#analysis;
  }

  start(analysis: Analysis): void {
    this.#analysis = analysis;
    this.#onEvent({ kind: "values", analysis });
    for (const event of this.#held.splice(0)) this.send(event);
  }

  readonly send = (event: AnalysisEvent): void => {
    if (this.#analysis === null) {
      // Progress of what cannot be seen yet would only compete with that of the values.
      if (event.kind === "labels") this.#held.push(event);
      return;
    }
    this.#analysis = applyEvent(this.#analysis, event) ?? this.#analysis;
    this.#onEvent(event);
  };
}

/** How much method 2 has to compute on full grids. */
export function spectralWork(
  layers: readonly (Pick<AnalysedLayer, "kernelCount"> & {
    readonly place: { readonly grid: Size2d };
  })[],
): SpectralWork {
  const byGrid = new Map<string, SpectralWork>();
  let gridValues = 0;
  for (const { kernelCount: kernels, place } of layers) {
    const [height, width] = place.grid;
    const key = `${height}x${width}`;
    const before = byGrid.get(key)?.gridValues ?? 0;
    byGrid.set(key, { gridValues: before + kernels * height * width, mainGrid: place.grid });
    gridValues += kernels * height * width;
  }
  const [main] = [...byGrid.values()].sort((a, b) => b.gridValues - a.gridValues);
  return { gridValues, mainGrid: main?.mainGrid ?? [1, 1] };
}

/** The network as corrected, and where its layers stand. */
interface PlacedNetwork {
  readonly network: Network;
  readonly structure: Structure;
  readonly layers: readonly LabelledLayer[];
}

function placedLayers(model: OpenedModel, settings: Settings): PlacedNetwork {
  const network = correctNetwork(model.network, settings.corrections);
  const structure = resolveStructure(network, settings);
  const layers = network.layers.map((layer, index) => ({
    kernels: layer.kernels,
    kernelCount: kernelCount(layer),
    place: structure.places[index],
    description: layer,
  }));
  return { network, structure, layers };
}

/** Method 1. */
async function byValues(
  model: OpenedModel,
  request: AnalysisRequest,
  { network, structure }: PlacedNetwork,
  onEvent: (event: AnalysisEvent) => void,
  signal: AbortSignal,
): Promise<Analysis> {
  const values = await modelValuesInTurns(
    network.layers,
    request.features,
    request.settings,
    (done, total) => onEvent({ kind: "valuing", done, total }),
    signal,
  );
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
    findings: null,
  };
}

async function addBaselines(
  model: OpenedModel,
  engine: ActionEngine,
  request: AnalysisRequest,
  layers: readonly AnalysedLayer[],
  report: (event: AnalysisEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const { features, settings } = request;
  await inOrder(
    layers.length,
    LAYERS_AHEAD,
    (index) => {
      const { kernels, description, place } = layers[index];
      const asked = { kernels, kernelSize: description.kernelSize, grid: place.grid };
      return model.baseline.ofLayer(engine, asked, features, settings, signal);
    },
    (layer, baseline) =>
      report({ kind: "baseline", layer, baseline, done: layer + 1, total: layers.length }),
  );
}

function countOf(states: Uint8Array, wanted: number): number {
  let count = 0;
  for (const state of states) if (state === wanted) count++;
  return count;
}

/** What was counted, left out or sampled: nothing of that kind happens silently. */
function kernelWarnings(layers: readonly AnalysedLayer[]): string[] {
  const warnings: string[] = [];
  for (const { description, values, kernelCount: count } of layers) {
    const dead = countOf(values.states, KERNEL_DEAD);
    const notFinite = countOf(values.states, KERNEL_NOT_FINITE);
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
