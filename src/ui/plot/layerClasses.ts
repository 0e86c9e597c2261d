import {
  type AnalysedLayer,
  type Analysis,
  SCORES_PER_KERNEL,
} from "../../core/analysis/analysis.ts";
import type { KernelGroup } from "../../core/selection/kernelGroup.ts";
import { type ColourBy, type KernelLook, kernelGrouping } from "../figures/kernelGrouping.ts";
import { type FigureTheme, plotlySymbol } from "../figures/theme.ts";

/** Kernels of one layer that share a mark. */
export interface KernelClass extends KernelLook {
  readonly name: string;
  /** Plotly's name of the mark. */
  readonly symbol: string;
  /** Diameter in px. */
  readonly size: number;
  /** Their indexes, ascending. */
  readonly kernels: Int32Array;
  /** What selects them; null where nothing does. */
  readonly selection: KernelGroup | null;
}

const SMALL_SIZE = 5;
const DOT_SIZE = 7;
/** Shapes need more room than discs to be told apart. */
const SHAPE_SIZE = 8;

/** Groups are numbered from -1 ("none") to 127 at most: they are stored as Int8. */
const MOST_GROUPS = 129;

/** The kernels of each group that have a place, by group + 1; empty for most groups. */
function membersOf(layer: AnalysedLayer, groups: Int8Array | null): readonly Int32Array[] {
  const { scores } = layer.values;
  const sizes = new Int32Array(MOST_GROUPS);
  const slotOf = (kernel: number) =>
    Number.isFinite(scores[kernel * SCORES_PER_KERNEL])
      ? (groups === null ? -1 : groups[kernel]) + 1
      : -1;
  for (let kernel = 0; kernel < layer.kernelCount; kernel++) {
    const slot = slotOf(kernel);
    if (slot >= 0) sizes[slot]++;
  }
  const members = Array.from(sizes, (size) => new Int32Array(size));
  const filled = new Int32Array(MOST_GROUPS);
  for (let kernel = 0; kernel < layer.kernelCount; kernel++) {
    const slot = slotOf(kernel);
    if (slot >= 0) members[slot][filled[slot]++] = kernel;
  }
  return members;
}

/** Diameter in px of the dots of a group. */
function sizeOf({ shape, scale }: KernelLook, colourBy: ColourBy): number {
  if (shape === "dot") return SMALL_SIZE;
  const hasShapes = colourBy === "label" || colourBy === "nearest";
  return (hasShapes ? SHAPE_SIZE : DOT_SIZE) * scale;
}

interface Known {
  readonly key: string;
  readonly pca: Analysis["pca"];
  readonly features: Analysis["features"];
  readonly classes: readonly KernelClass[];
}

/** The last classes of each layer: plot, key and picture ask for the same ones. */
const known = new WeakMap<AnalysedLayer, Known>();

/**
 * The kernels of a layer that have a place in the plot, by their mark. Large classes
 * first: they are drawn first, so that they do not cover small ones. Steps of a scale stay
 * in their order.
 */
export function kernelClasses(
  analysis: Analysis,
  layer: AnalysedLayer,
  colourBy: ColourBy,
  theme: FigureTheme,
): readonly KernelClass[] {
  const { pca, features } = analysis;
  const key = `${colourBy} ${theme.name}`;
  const before = known.get(layer);
  const isKnown = before?.key === key && before.pca === pca && before.features === features;
  if (isKnown) return before.classes;
  const classes = newClasses(analysis, layer, colourBy, theme);
  known.set(layer, { key, pca, features, classes });
  return classes;
}

function newClasses(
  analysis: Analysis,
  layer: AnalysedLayer,
  colourBy: ColourBy,
  theme: FigureTheme,
): readonly KernelClass[] {
  const isOrdered = colourBy === "channel" || colourBy === "norm";
  const { groups, look, name, selection } = kernelGrouping(analysis, layer, colourBy, theme);
  return [...membersOf(layer, groups).entries()]
    .filter(([, kernels]) => kernels.length > 0)
    .sort((a, b) => (isOrdered ? 0 : b[1].length - a[1].length) || a[0] - b[0])
    .map(([slot, kernels]) => {
      const group = slot - 1;
      const shown = look(group);
      return {
        ...shown,
        name: name(group),
        symbol: `${plotlySymbol(shown.shape)}${shown.open ? "-open" : ""}`,
        size: sizeOf(shown, colourBy),
        kernels,
        selection: groups === null ? null : selection(group),
      };
    });
}
