import { type LabelShares, labelSharesSteps } from "../action/labelShares.ts";
import type { AnalysedLayer, Analysis } from "../analysis/analysis.ts";
import { lastOf } from "../lastOf.ts";
import { type BestFit, bestFit, type FitNoise, fitNoise } from "../values/bestFit.ts";
import { groupMeansSteps } from "../values/groupMeans.ts";
import type { KernelGroup } from "./kernelGroup.ts";
import { groupMembers, memberCount } from "./membership.ts";

/** What can be said of a selected group of kernels. Values are after the chosen normalisation. */
export interface GroupSummary {
  readonly count: number;
  /** Kernels of all layers that the group could hold. */
  readonly outOf: number;
  /** Layers with kernels in the group (indexes), in order, and how many. */
  readonly layers: readonly { readonly layer: number; readonly count: number }[];
  /** Mean kernel; null for an empty group, and for kernels of several sizes. */
  readonly mean: Float64Array | null;
  /** Root mean square distance to the mean; null where there is no mean. */
  readonly spread: number | null;
  /** The same by that of all kernels of these layers; null where there is none. */
  readonly relativeSpread: number | null;
  /** Of the mean kernel. */
  readonly fit: BestFit | null;
  /** What a fit explains of random kernels of this size; null where there is no mean. */
  readonly fitNoise: FitNoise | null;
  /** Null until labels and chance shares of these layers are known. */
  readonly labels: LabelShares | null;
}

/** The last group that was summed up: the page and the export ask for the same one. */
const known = new WeakMap<Analysis, { readonly key: string; readonly summary: GroupSummary }>();

/** Sums up a group, in steps of some thousand kernels. */
export function* groupSummarySteps(
  analysis: Analysis,
  group: KernelGroup,
): Generator<void, GroupSummary> {
  const key = JSON.stringify(group);
  const before = known.get(analysis);
  if (before?.key === key) return before.summary;
  const { layers } = analysis;
  const counts: number[] = [];
  for (let layer = 0; layer < layers.length; layer++) {
    counts.push(memberCount(analysis, layer, group));
    yield;
  }
  const held = counts.flatMap((count, layer) => (count > 0 ? [{ layer, count }] : []));
  const parts = held.map(({ layer }) => ({
    layer: layers[layer],
    groups: groupMembers(analysis, layer, group),
    group: 1,
  }));
  const summary = {
    count: counts.reduce((sum, count) => sum + count, 0),
    outOf: sizeOf(layers.filter((layer) => isOpenTo(layer, group))),
    layers: held,
    ...(yield* meanOf(analysis, parts)),
    labels: yield* labelSharesSteps(parts, analysis.features.length),
  };
  known.set(analysis, { key, summary });
  return summary;
}

/** The same in one go. */
export function groupSummary(analysis: Analysis, group: KernelGroup): GroupSummary {
  return lastOf(groupSummarySteps(analysis, group));
}

function isOpenTo(layer: AnalysedLayer, group: KernelGroup): boolean {
  return group.layer === null || group.layer === layer.description.name;
}

function sizeOf(layers: readonly AnalysedLayer[]): number {
  return layers.reduce((sum, { kernelCount }) => sum + kernelCount, 0);
}

type MeanOfGroup = Pick<GroupSummary, "mean" | "spread" | "relativeSpread" | "fit" | "fitNoise">;

const NO_MEAN: MeanOfGroup = {
  mean: null,
  spread: null,
  relativeSpread: null,
  fit: null,
  fitNoise: null,
};

function* meanOf(
  { settings, features }: Analysis,
  parts: readonly { readonly layer: AnalysedLayer; readonly groups: Uint8Array }[],
): Generator<void, MeanOfGroup> {
  if (parts.length === 0) return NO_MEAN;
  const { kernelSize } = parts[0].layer.description;
  const [height, width] = kernelSize;
  const isOneSize = parts.every(({ layer }) => {
    const [otherHeight, otherWidth] = layer.description.kernelSize;
    return otherHeight === height && otherWidth === width;
  });
  if (!isOneSize) return NO_MEAN;
  const sources = parts.map(({ layer, groups }) => ({
    kernels: layer.kernels,
    states: layer.values.states,
    groups,
  }));
  // 0: the others, 1: the group's.
  const found = yield* groupMeansSteps(sources, 2, height * width, settings.normalisation);
  if (found.counts[1] === 0) return NO_MEAN;
  return {
    mean: found.means[1],
    spread: found.spreads[1],
    relativeSpread: found.wholeSpread > 0 ? found.spreads[1] / found.wholeSpread : null,
    fit: bestFit(found.means[1], kernelSize, features),
    fitNoise: fitNoise(features, kernelSize),
  };
}
