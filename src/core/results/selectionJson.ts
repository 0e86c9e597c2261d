import type { Analysis } from "../analysis/analysis.ts";
import { groupSummary } from "../selection/groupSummary.ts";
import type { KernelGroup } from "../selection/kernelGroup.ts";
import { neighbours } from "../values/neighbours.ts";
import { fitJson, fitNoiseJson, labelSharesJson } from "./clusterJson.ts";
import { absoluteInputChannel, fitRecord } from "./kernelRecord.ts";
import { rounded, roundedAll } from "./numbers.ts";

/** What is selected, as the page knows it; layers by name. */
export interface SelectedKernels {
  readonly layer: string | null;
  readonly kernel: number | null;
  readonly group: KernelGroup | null;
}

/** What the page tells of the selection: the group summed up, the kernel's place and neighbours. */
export function selectionJson(
  analysis: Analysis,
  { layer, kernel, group }: SelectedKernels,
): object {
  return {
    layer,
    ...kernelJson(analysis, layer, kernel),
    group,
    ...(group === null ? {} : groupJson(analysis, group)),
  };
}

function groupJson(analysis: Analysis, group: KernelGroup): object {
  const summary = groupSummary(analysis, group);
  const { mean, spread, relativeSpread } = summary;
  return {
    count: summary.count,
    outOf: summary.outOf,
    layerCount: summary.layers.length,
    layers: summary.layers.map((part) => ({
      layer: analysis.layers[part.layer].description.name,
      count: part.count,
      share: rounded(part.count / analysis.layers[part.layer].kernelCount),
    })),
    share: rounded(summary.count / (summary.outOf || 1)),
    // A cluster's number as people count.
    ...(group.kind === "cluster" ? { number: group.cluster + 1 } : {}),
    mean: mean === null ? null : roundedAll(mean),
    spread: spread === null ? null : rounded(spread),
    relativeSpread: relativeSpread === null ? null : rounded(relativeSpread),
    fit: fitJson(fitRecord(analysis, summary.fit)),
    fitNoise: fitNoiseJson(summary.fitNoise),
    ...labelSharesJson(analysis.features, summary.labels),
  };
}

function kernelJson(analysis: Analysis, layer: string | null, kernel: number | null): object {
  const index = analysis.layers.findIndex(({ description }) => description.name === layer);
  if (kernel === null || index < 0 || kernel >= analysis.layers[index].kernelCount) {
    return { kernel: null };
  }
  return {
    ...placeJson(analysis, index, kernel),
    neighbours: neighbours(analysis, index, kernel).map((near) => ({
      layer: analysis.layers[near.layer].description.name,
      ...placeJson(analysis, near.layer, near.kernel),
      distance: rounded(near.distance),
    })),
  };
}

/** `out` and `in` as in `layers[].kernels[]`; `input` counts over all groups of the layer. */
function placeJson(analysis: Analysis, index: number, kernel: number): object {
  const layer = analysis.layers[index];
  const inputsPerGroup = layer.description.inChannels / layer.description.groups;
  const place = { out: Math.floor(kernel / inputsPerGroup), in: kernel % inputsPerGroup };
  return { kernel, ...place, input: absoluteInputChannel(layer, place) };
}
