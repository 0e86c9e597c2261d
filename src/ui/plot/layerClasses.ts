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
  readonly kernels: readonly number[];
}

const DOT_SIZE = 7;
/** Shapes need more room than discs to be told apart. */
const SHAPE_SIZE = 8;

function groupOf(layer: AnalysedLayer, colourBy: ColourBy): ((kernel: number) => number) | null {
  switch (colourBy) {
    case "cluster":
      return (kernel) => layer.values.clusters[kernel];
    case "nearest":
      return (kernel) => layer.values.nearest[kernel];
    case "label": {
      const labels = layer.action?.labels;
      return labels === undefined ? null : (kernel) => labels[kernel];
    }
  }
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
  const group = groupOf(layer, colourBy);
  const members = new Map<number, number[]>();
  for (let kernel = 0; kernel < layer.kernelCount; kernel++) {
    if (!Number.isFinite(layer.values.scores[kernel * SCORES_PER_KERNEL])) continue;
    const own = group === null ? -1 : group(kernel);
    const known = members.get(own);
    if (known === undefined) members.set(own, [kernel]);
    else known.push(kernel);
  }
  return [...members]
    .sort((a, b) => b[1].length - a[1].length || a[0] - b[0])
    .map(([own, kernels]) => ({ ...classLook(analysis, colourBy, own, theme), kernels }));
}
