import {
  type AnalysedLayer,
  type Analysis,
  SCORES_PER_KERNEL,
} from "../../core/analysis/analysis.ts";
import type { ColourBy } from "../figures/scatter.ts";
import {
  clusterStyle,
  type FigureTheme,
  featureStyles,
  INDETERMINATE_STYLE,
  type MarkShape,
  outlineColour,
  plotlySymbol,
} from "../figures/theme.ts";

/** Kernels of one layer that share a mark. */
export interface KernelClass {
  readonly name: string;
  readonly colour: string;
  readonly shape: MarkShape;
  /** True: only the outline is drawn. */
  readonly open: boolean;
  /** Plotly's name of the mark. */
  readonly symbol: string;
  /** Diameter in px. */
  readonly size: number;
  /** Their indexes, ascending. */
  readonly kernels: Int32Array;
}

const DOT_SIZE = 7;
/** Shapes need more room than discs to be told apart. */
const SHAPE_SIZE = 8;

/** The group of each kernel; null before it is known. */
function groupsOf(layer: AnalysedLayer, colourBy: ColourBy): Int8Array | null {
  switch (colourBy) {
    case "cluster":
      return layer.values.clusters;
    case "nearest":
      return layer.values.nearest;
    case "label":
      return layer.action?.labels ?? null;
  }
}

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

function classLook(
  analysis: Analysis,
  colourBy: ColourBy,
  group: number,
  theme: FigureTheme,
): Omit<KernelClass, "kernels"> {
  if (colourBy === "cluster") {
    if (group < 0) {
      const shape = "dot";
      return {
        name: "No cluster",
        colour: theme.muted,
        shape,
        open: false,
        symbol: "circle",
        size: 5,
      };
    }
    const style = clusterStyle(theme, group);
    return {
      name: `Cluster ${group + 1}`,
      colour: style.colour,
      shape: style.shape,
      open: style.open,
      symbol: style.plotlySymbol,
      size: DOT_SIZE,
    };
  }
  const style = featureStyles(analysis.features)[group];
  if (style === undefined) {
    const name = colourBy === "label" ? "Indeterminate (like none)" : "Not comparable";
    const colour = outlineColour(INDETERMINATE_STYLE.colour, theme);
    return { name, colour, shape: "dot", open: false, symbol: "circle", size: 5 };
  }
  return {
    name: style.label,
    colour: outlineColour(style.colour, theme),
    shape: style.shape,
    open: false,
    symbol: plotlySymbol(style.shape),
    size: SHAPE_SIZE,
  };
}

/**
 * The kernels of a layer that have a place in the plot, by their mark. Large classes
 * first: they are drawn first, so that they do not cover small ones.
 */
export function kernelClasses(
  analysis: Analysis,
  layer: AnalysedLayer,
  colourBy: ColourBy,
  theme: FigureTheme,
): readonly KernelClass[] {
  return [...membersOf(layer, groupsOf(layer, colourBy)).entries()]
    .filter(([, kernels]) => kernels.length > 0)
    .sort((a, b) => b[1].length - a[1].length || a[0] - b[0])
    .map(([slot, kernels]) => ({ ...classLook(analysis, colourBy, slot - 1, theme), kernels }));
}
