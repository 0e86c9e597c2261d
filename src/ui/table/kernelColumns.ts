import { TIE_MARGIN } from "../../core/action/labels.ts";
import {
  type AnalysedLayer,
  type Analysis,
  KERNEL_FINE,
  SCORES_PER_KERNEL,
} from "../../core/analysis/analysis.ts";
import type { Feature } from "../../core/features/clinicalKernels.ts";
import { kernelNorm } from "../../core/values/kernelNorms.ts";
import { channelPair } from "../inspector/kernelFacts.ts";
import type { KeyReader } from "./sortRows.ts";

/** Columns of weights are named w0, w1, ... as in the exported tables. */
export type WeightColumnId = `w${number}`;

export type KernelColumnId =
  | "group"
  | "layer"
  | "in"
  | "out"
  | "kernel"
  | WeightColumnId
  | "label"
  | "distance"
  | "margin"
  | "nearest"
  | "valueDistance"
  | "cluster"
  | "norm"
  | "pc1"
  | "pc2"
  | "pc3";

export interface KernelColumn {
  readonly id: KernelColumnId;
  readonly title: string;
  /** In plain words, with what it is sorted by where that is not what is seen. */
  readonly meaning: string;
  /** px. */
  readonly width: number;
  readonly isNumber: boolean;
  /** True if it changes while labels and distances come in. */
  readonly needsAction: boolean;
}

function column(
  id: KernelColumnId,
  title: string,
  width: number,
  meaning: string,
  change: Partial<KernelColumn> = {},
): KernelColumn {
  return { id, title, meaning, width, isNumber: true, needsAction: false, ...change };
}

const WORDS = { isNumber: false };
const ACTION = { needsAction: true };

const BEFORE_WEIGHTS: readonly KernelColumn[] = [
  column("group", "Selected", 88, "Whether the kernel is in the selected group", WORDS),
  column("layer", "Layer", 168, "The layer of the kernel, in the network's order", WORDS),
  column("in", "In", 46, "Input channel that the kernel reads"),
  column("out", "Out", 46, "Output channel that the kernel adds to"),
  column(
    "kernel",
    "Kernel",
    60,
    "Picture of its numbers: orange below zero, purple above; sorted by their sum",
  ),
];

const AFTER_WEIGHTS: readonly KernelColumn[] = [
  column("label", "Acts like", 144, "The filter whose effect on an image is nearest", {
    ...WORDS,
    ...ACTION,
  }),
  column("distance", "Distance", 86, "How far its spectrum is from that filter's", ACTION),
  column(
    "margin",
    "Margin",
    104,
    "How much nearer that filter is than the second one; below 1 % it is a tie",
    ACTION,
  ),
  column("nearest", "Nearest by values", 168, "The filter whose numbers are nearest", WORDS),
  column("valueDistance", "Value distance", 80, "Euclidean distance to that filter's numbers"),
  column("cluster", "Cluster", 72, "Group of similar kernels in the layer; 1 is the largest"),
  column("norm", "Norm", 72, "How large its numbers are: the root of the sum of their squares"),
  column("pc1", "PC1", 80, "Place along the first principal axis"),
  column("pc2", "PC2", 80, "Place along the second principal axis"),
  column("pc3", "PC3", 80, "Place along the third principal axis"),
];

/** Numbers of the largest of these kernels. */
export function mostWeights(layers: readonly AnalysedLayer[]): number {
  return layers.reduce(
    (most, { description }) =>
      Math.max(most, description.kernelSize[0] * description.kernelSize[1]),
    0,
  );
}

/** All columns of a table of kernels with at most `weights` numbers each. */
export function kernelColumns(weights: number): readonly KernelColumn[] {
  const ofWeights = Array.from({ length: weights }, (_, entry) =>
    column(
      `w${entry}`,
      `w${entry}`,
      80,
      `Number ${entry + 1} of the kernel, row by row from the upper left`,
    ),
  );
  return [...BEFORE_WEIGHTS, ...ofWeights, ...AFTER_WEIGHTS];
}

export function weightEntry(id: KernelColumnId): number | null {
  const found = /^w(\d+)$/.exec(id);
  return found === null ? null : Number(found[1]);
}

/** True where two filters are equally near. */
export function isTie(margin: number): boolean {
  return margin < TIE_MARGIN;
}

function byName(features: readonly Feature[]): readonly number[] {
  const order = features
    .map((_, index) => index)
    .sort((a, b) => features[a].label.localeCompare(features[b].label, "en"));
  return features.map((_, index) => order.indexOf(index));
}

/** Place of a feature in the alphabet; those without one after all others. */
function featureReader(features: readonly Feature[], indexes: Int8Array): KeyReader {
  const ranks = byName(features);
  return (kernel) => ranks[indexes[kernel]] ?? features.length;
}

/** Distance to the nearest feature; NaN while it is not exact, or without a spectrum. */
export function nearestDistance(
  { action }: AnalysedLayer,
  features: number,
  kernel: number,
): number {
  if (action?.stage !== "exact") return Number.NaN;
  let least = Number.POSITIVE_INFINITY;
  for (let feature = 0; feature < features; feature++) {
    const distance = action.distances[kernel * features + feature];
    if (Number.isNaN(distance)) return distance;
    if (distance < least) least = distance;
  }
  return least;
}

/**
 * What kernels of a layer are sorted by and filtered with: a number per kernel, NaN where there
 * is none.
 *
 * @param members 1 for kernels in the selected group; null without one.
 */
export function columnReader(
  analysis: Analysis,
  layerIndex: number,
  id: KernelColumnId,
  members: Uint8Array | null,
): KeyReader {
  const layer = analysis.layers[layerIndex];
  const { values, action, description } = layer;
  const { features } = analysis;
  const entries = description.kernelSize[0] * description.kernelSize[1];
  const entry = weightEntry(id);
  if (entry !== null) {
    return (kernel) => (entry < entries ? layer.kernels[kernel * entries + entry] : Number.NaN);
  }
  switch (id) {
    case "group":
      return (kernel) => (members?.[kernel] === 1 ? 0 : 1);
    case "layer":
      return () => layerIndex;
    case "in":
      return (kernel) => channelPair(layer, kernel).in;
    case "out":
      return (kernel) => channelPair(layer, kernel).out;
    case "kernel":
      return (kernel) => {
        let sum = 0;
        for (let at = kernel * entries; at < (kernel + 1) * entries; at++) sum += layer.kernels[at];
        return sum;
      };
    case "label":
      if (action === null) return () => Number.NaN;
      return featureReader(features, action.labels);
    case "distance":
      return (kernel) => nearestDistance(layer, features.length, kernel);
    case "margin":
      return (kernel) => (action?.stage === "exact" ? action.margins[kernel] : Number.NaN);
    case "nearest":
      return featureReader(features, values.nearest);
    case "valueDistance":
      return (kernel) => values.nearestDistances[kernel];
    case "cluster":
      return (kernel) => (values.clusters[kernel] < 0 ? Number.NaN : values.clusters[kernel] + 1);
    case "norm":
      return (kernel) => kernelNorm(layer, kernel);
    case "pc1":
      return (kernel) => values.scores[kernel * SCORES_PER_KERNEL];
    case "pc2":
      return (kernel) => values.scores[kernel * SCORES_PER_KERNEL + 1];
    case "pc3":
      return (kernel) => values.scores[kernel * SCORES_PER_KERNEL + 2];
    default:
      // A weight, read above.
      return () => Number.NaN;
  }
}

/** True if a kernel can be compared at all. */
export function isFine({ values }: AnalysedLayer, kernel: number): boolean {
  return values.states[kernel] === KERNEL_FINE;
}
