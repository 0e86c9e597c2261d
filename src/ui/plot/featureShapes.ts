import { markPath } from "../figures/marks.ts";
import { type FeatureStyle, type FigureTheme, outlineColour } from "../figures/theme.ts";
import type { PlotlyJson } from "./plotlyTypes.ts";

/** A feature where it stands in a plot, in the plot's own units. */
export interface PlacedFeature {
  readonly style: FeatureStyle;
  readonly first: number;
  readonly second: number;
}

/** Radius of a mark, px. */
const MARK_RADIUS = 7;
/** Width of the halo around it, px. */
const HALO = 3.5;

/** Free room that a mark takes around its middle, px. */
export const MARK_CLEARANCE = MARK_RADIUS * 1.36 + HALO;

/**
 * A mark's outline around (0, 0) as Plotly wants it: upper-case commands, y upwards.
 * Null for round marks, whose arcs Plotly's paths do not know.
 */
function plotlyPath(style: FeatureStyle): string | null {
  if (style.shape === "circle" || style.shape === "dot") return null;
  return markPath(style.shape, 0, 0, MARK_RADIUS)
    .toUpperCase()
    .replace(/(-?[\d.]+) (-?[\d.]+)/g, (_, x: string, y: string) => `${x},${-Number(y)}`);
}

function outlineShape({ style, first, second }: PlacedFeature): PlotlyJson {
  const path = plotlyPath(style);
  const outline =
    path === null
      ? { type: "circle", x0: -MARK_RADIUS, x1: MARK_RADIUS, y0: -MARK_RADIUS, y1: MARK_RADIUS }
      : { type: "path", path };
  const place = { xsizemode: "pixel", ysizemode: "pixel", xanchor: first, yanchor: second };
  return { ...outline, ...place, layer: "above" };
}

/**
 * The clinical kernels' marks as shapes of a fixed size in px. Shapes lie above every
 * trace: as a trace of their own, marks would vanish below WebGL points. All halos come
 * first, so that none covers the mark of a neighbour.
 */
export function featureShapes(
  features: readonly PlacedFeature[],
  theme: FigureTheme,
): readonly PlotlyJson[] {
  const halos = features.map((feature) => ({
    ...outlineShape(feature),
    fillcolor: theme.halo,
    line: { color: theme.halo, width: 2 * HALO },
  }));
  const marks = features.map((feature) => ({
    ...outlineShape(feature),
    fillcolor: feature.style.colour,
    line: { color: outlineColour(feature.style.colour, theme, 4.5), width: 1.2 },
  }));
  return [...halos, ...marks];
}
