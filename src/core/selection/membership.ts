import {
  type AnalysedLayer,
  type Analysis,
  INDETERMINATE,
  SCORES_PER_KERNEL,
} from "../analysis/analysis.ts";
import type { Feature } from "../features/clinicalKernels.ts";
import { absoluteInputChannel } from "../results/kernelRecord.ts";
import { type ChannelSide, INDETERMINATE_ID, type KernelGroup } from "./kernelGroup.ts";
import { OutlineRows } from "./outlineRows.ts";

/** An index that no kernel has: nothing is in a group of what does not exist. */
const NO_SUCH = -2;

interface Known {
  readonly key: string;
  readonly members: Uint8Array;
  readonly count: number;
}

/** The last group asked for, by layer: several pictures ask for the same one. */
const known = new WeakMap<AnalysedLayer, Known>();

/**
 * Which kernels of a layer are in a group.
 *
 * @returns 1 or 0 per kernel; shared between callers, not to be written to.
 */
export function groupMembers(
  analysis: Analysis,
  layerIndex: number,
  group: KernelGroup,
): Uint8Array {
  return membership(analysis, layerIndex, group).members;
}

/** Number of kernels of a layer that are in a group. */
export function memberCount(analysis: Analysis, layerIndex: number, group: KernelGroup): number {
  return membership(analysis, layerIndex, group).count;
}

/** Number of kernels of all layers that are in a group. */
export function groupSize(analysis: Analysis, group: KernelGroup): number {
  let size = 0;
  for (let layer = 0; layer < analysis.layers.length; layer++) {
    size += memberCount(analysis, layer, group);
  }
  return size;
}

function membership(analysis: Analysis, layerIndex: number, group: KernelGroup): Known {
  const layer = analysis.layers[layerIndex];
  const key = JSON.stringify(group);
  const before = known.get(layer);
  if (before?.key === key) return before;
  const members = new Uint8Array(layer.kernelCount);
  if (group.layer === null || group.layer === layer.description.name) {
    mark(members, layer, analysis.features, group);
  }
  let count = 0;
  for (const member of members) count += member;
  const found = { key, members, count };
  known.set(layer, found);
  return found;
}

function mark(
  members: Uint8Array,
  layer: AnalysedLayer,
  features: readonly Feature[],
  group: KernelGroup,
): void {
  const { values, action } = layer;
  switch (group.kind) {
    case "cluster":
      markEqual(members, values.clusters, group.cluster);
      return;
    case "label":
      if (action !== null) markEqual(members, action.labels, labelIndex(features, group.label));
      return;
    case "nearest":
      markEqual(members, values.nearest, featureIndex(features, group.feature));
      return;
    case "channel":
      markChannel(members, layer, group.side, group.channel);
      return;
    case "region":
      markInside(members, values.scores, group.axes, group.polygon);
      return;
    case "kernels":
      for (const kernel of group.kernels) if (kernel < members.length) members[kernel] = 1;
      return;
  }
}

function featureIndex(features: readonly Feature[], id: string): number {
  const index = features.findIndex((feature) => feature.id === id);
  return index < 0 ? NO_SUCH : index;
}

function labelIndex(features: readonly Feature[], id: string): number {
  return id === INDETERMINATE_ID ? INDETERMINATE : featureIndex(features, id);
}

function markEqual(members: Uint8Array, groups: Int8Array, wanted: number): void {
  for (let kernel = 0; kernel < members.length; kernel++) {
    if (groups[kernel] === wanted) members[kernel] = 1;
  }
}

function markChannel(
  members: Uint8Array,
  layer: AnalysedLayer,
  side: ChannelSide,
  channel: number,
): void {
  const { inChannels, groups } = layer.description;
  const perOutput = inChannels / groups;
  for (let kernel = 0; kernel < members.length; kernel++) {
    const out = Math.floor(kernel / perOutput);
    const own = side === "out" ? out : absoluteInputChannel(layer, { out, in: kernel % perOutput });
    if (own === channel) members[kernel] = 1;
  }
}

/** Kernels without a place (NaN) are never inside: every comparison with NaN fails. */
function markInside(
  members: Uint8Array,
  scores: Float32Array,
  [across, up]: readonly [number, number],
  polygon: readonly number[],
): void {
  const outline = new OutlineRows(polygon);
  for (let kernel = 0; kernel < members.length; kernel++) {
    const x = scores[kernel * SCORES_PER_KERNEL + across];
    const y = scores[kernel * SCORES_PER_KERNEL + up];
    if (outline.contains(x, y)) members[kernel] = 1;
  }
}
