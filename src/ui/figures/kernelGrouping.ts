import type { AnalysedLayer, Analysis } from "../../core/analysis/analysis.ts";
import { INDETERMINATE_ID, type KernelGroup } from "../../core/selection/kernelGroup.ts";
import { channelClasses, channelRanges } from "../../core/values/channelClasses.ts";
import { normEdges, normSteps } from "../../core/values/kernelNorms.ts";
import { SEQUENCE_STEPS, sequenceStep } from "./sequence.ts";
import {
  clusterStyle,
  type FigureTheme,
  featureStyles,
  INDETERMINATE_STYLE,
  type MarkShape,
  outlineColour,
} from "./theme.ts";

/** What decides the colour and shape of a kernel's dot. */
export type ColourBy = "cluster" | "label" | "nearest" | "channel" | "norm";

/** One sentence for captions. */
export const COLOUR_WORDS: Readonly<Record<ColourBy, string>> = {
  cluster: "Marks of the kernels show k-means clusters of each layer.",
  label: "Marks of the kernels show the filter they act like.",
  nearest: "Marks of the kernels show the filter whose numbers are nearest.",
  channel: "Shade and size of the marks show the kernel's output channel, first to last.",
  norm: "Shade and size of the marks show how large the kernel's weights are (Euclidean norm).",
};

/** How the dots of one group of kernels look. */
export interface KernelLook {
  readonly colour: string;
  readonly shape: MarkShape;
  /** True: only the outline is drawn. */
  readonly open: boolean;
  /** Diameter relative to a usual dot. */
  readonly scale: number;
}

/** A layer's kernels in groups that share a mark. */
export interface KernelGrouping {
  /** Group of each kernel, -1 for none; null before it is known. */
  readonly groups: Int8Array | null;
  readonly look: (group: number) => KernelLook;
  readonly name: (group: number) => string;
  /** The same kernels as something that can be selected; null where no such selection is. */
  readonly selection: (group: number) => KernelGroup | null;
}

/** How the kernels of a layer are grouped and drawn. `layer` is one of the analysis. */
export function kernelGrouping(
  analysis: Analysis,
  layer: AnalysedLayer,
  colourBy: ColourBy,
  theme: FigureTheme,
): KernelGrouping {
  switch (colourBy) {
    case "cluster":
      return clusterGrouping(layer, theme);
    case "label":
    case "nearest":
      return featureGrouping(analysis, layer, colourBy, theme);
    case "channel":
      return channelGrouping(layer, theme);
    case "norm":
      return normGrouping(analysis, layer, theme);
  }
}

function clusterGrouping(layer: AnalysedLayer, theme: FigureTheme): KernelGrouping {
  const { name } = layer.description;
  return {
    groups: layer.values.clusters,
    look: (group) => clusterLook(theme, group),
    name: (group) => (group < 0 ? "No cluster" : `Cluster ${group + 1}`),
    selection: (group) => (group < 0 ? null : { kind: "cluster", layer: name, cluster: group }),
  };
}

/** Look of a cluster's dots; -1: of kernels in none. */
export function clusterLook(theme: FigureTheme, cluster: number): KernelLook {
  if (cluster < 0) return { colour: theme.muted, shape: "dot", open: false, scale: 1 };
  const { colour, shape, open } = clusterStyle(theme, cluster);
  return { colour, shape, open, scale: 1 };
}

function featureGrouping(
  analysis: Analysis,
  layer: AnalysedLayer,
  colourBy: "label" | "nearest",
  theme: FigureTheme,
): KernelGrouping {
  const styles = featureStyles(analysis.features);
  const { name } = layer.description;
  const isLabel = colourBy === "label";
  const none = isLabel ? "Indeterminate (like none)" : "Not comparable";
  return {
    groups: isLabel ? (layer.action?.labels ?? null) : layer.values.nearest,
    look: (group) => {
      const { colour, shape } = styles[group] ?? INDETERMINATE_STYLE;
      return { colour: outlineColour(colour, theme), shape, open: false, scale: 1 };
    },
    name: (group) => styles[group]?.label ?? none,
    selection: (group) => {
      const feature = styles[group]?.id;
      if (isLabel) return { kind: "label", layer: name, label: feature ?? INDETERMINATE_ID };
      return feature === undefined ? null : { kind: "nearest", layer: name, feature };
    },
  };
}

/** Look of one step of an ordered quantity; -1: of kernels without one. */
function stepLook(theme: FigureTheme, step: number, steps: number): KernelLook {
  if (step < 0) return { colour: theme.muted, shape: "dot", open: false, scale: 1 };
  return { ...sequenceStep(theme, step, steps), shape: "circle", open: false };
}

/** Equal ranges of the layer's output channels. */
function channelGrouping(layer: AnalysedLayer, theme: FigureTheme): KernelGrouping {
  const { name } = layer.description;
  const ranges = channelRanges(layer);
  return {
    groups: channelClasses(layer),
    look: (step) => stepLook(theme, step, ranges.length),
    name: (step) => {
      const { from, to } = ranges[step];
      return from === to ? `Output ${from}` : `Output ${from} to ${to}`;
    },
    selection: (step) => {
      const { from, to } = ranges[step];
      return from === to ? { kind: "channel", layer: name, side: "out", channel: from } : null;
    },
  };
}

/** Sixths of the kernels of the whole model, so that layers compare. */
function normGrouping(
  analysis: Analysis,
  layer: AnalysedLayer,
  theme: FigureTheme,
): KernelGrouping {
  const edges = normEdges(analysis);
  return {
    groups: normSteps(layer, edges),
    look: (step) => stepLook(theme, step, edges.length + 1),
    name: (step) => (step < 0 ? "Not finite" : `Norm ${normRange(edges, step)}`),
    selection: () => null,
  };
}

/** "up to 0.1", "0.1 to 0.22", "above 0.5": what one step of a norm's scale holds. */
function normRange(edges: readonly number[], step: number): string {
  if (edges.length === 0) return "of any size";
  if (step === 0) return `below ${edges[0]}`;
  if (step === edges.length) return `from ${edges[step - 1]}`;
  return `${edges[step - 1]} to ${edges[step]}`;
}

/** A sample of a look with a word or two, for keys. */
export interface LookSample {
  readonly look: KernelLook;
  readonly text: string;
}

const CLUSTER_WORDS: readonly string[] = ["largest", "second", "third", "fourth", "fifth"];

/** What the looks mean in every layer alike; for "label" and "nearest" the marks say it. */
export function lookSamples(
  analysis: Analysis,
  colourBy: ColourBy,
  theme: FigureTheme,
): readonly LookSample[] {
  switch (colourBy) {
    case "cluster":
      return CLUSTER_WORDS.slice(0, analysis.settings.clusters).map((text, cluster) => ({
        look: clusterLook(theme, cluster),
        text,
      }));
    case "label":
    case "nearest":
      return [];
    case "channel":
      return Array.from({ length: SEQUENCE_STEPS }, (_, step) => ({
        look: stepLook(theme, step, SEQUENCE_STEPS),
        text: step === 0 ? "first" : step === SEQUENCE_STEPS - 1 ? "last" : "",
      }));
    case "norm": {
      const edges = normEdges(analysis);
      return Array.from({ length: edges.length + 1 }, (_, step) => ({
        look: stepLook(theme, step, edges.length + 1),
        text: normRange(edges, step),
      }));
    }
  }
}
