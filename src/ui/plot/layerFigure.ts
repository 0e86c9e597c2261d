import { type Analysis, SCORES_PER_KERNEL } from "../../core/analysis/analysis.ts";
import type { ColourBy } from "../figures/kernelGrouping.ts";
import { type Box, type PlacedLabel, placeLabels } from "../figures/labelPlacement.ts";
import type { ScoreLimits } from "../figures/scoreLimits.ts";
import { countText, FONT_FAMILY, percentText, textWidth } from "../figures/text.ts";
import { DOT_OPACITY, type FigureTheme, featureStyles } from "../figures/theme.ts";
import { type DrawnKernels, drawnKernels } from "./drawnKernels.ts";
import { featureShapes, MARK_CLEARANCE, type PlacedFeature } from "./featureShapes.ts";
import { kernelClasses } from "./layerClasses.ts";
import { insideOf, isWithin, PLOT_MARGIN, type PlotSize, pixelOf } from "./plotFrame.ts";
import type { PlotlyFigure, PlotlyJson } from "./plotlyTypes.ts";

const LABEL_SIZE = 13;

export interface LayerFigureOptions {
  readonly colourBy: ColourBy;
  readonly theme: FigureTheme;
  readonly size: PlotSize;
  readonly limits: ScoreLimits;
  /** `legend`: px at the right for Plotly's own legend (for exports), 0 for none. */
  readonly legend: number;
  /** False on touch screens, where a drag is meant for the page. */
  readonly canDrag: boolean;
}

export interface LayerFigure extends PlotlyFigure {
  readonly drawn: DrawnKernels;
}

function kernelTraces({ classes }: DrawnKernels, scores: Float32Array): readonly PlotlyJson[] {
  return classes.map((one) => ({
    type: "scatter",
    mode: "markers",
    name: `${one.name}: ${countText(one.kernels.length, "kernel")}`,
    x: Float32Array.from(one.drawn, (kernel) => scores[kernel * SCORES_PER_KERNEL]),
    y: Float32Array.from(one.drawn, (kernel) => scores[kernel * SCORES_PER_KERNEL + 1]),
    customdata: Array.from(one.drawn),
    hoverinfo: "none",
    marker: { color: one.colour, symbol: one.symbol, size: one.size, opacity: DOT_OPACITY },
  }));
}

function placedFeatures(analysis: Analysis, index: number): readonly PlacedFeature[] {
  const scores = analysis.pca[analysis.layers[index].values.basis]?.featureScores;
  if (!scores) return [];
  return featureStyles(analysis.features).map((style, feature) => ({
    style,
    first: scores[feature * SCORES_PER_KERNEL],
    second: scores[feature * SCORES_PER_KERNEL + 1],
  }));
}

interface NamedFeature extends PlacedFeature {
  /** Where its mark stands, px. */
  readonly x: number;
  readonly y: number;
  /** Null where there is no room for its name. */
  readonly name: PlacedLabel | null;
}

/** The marks in sight, with names beside them: none over another, none outside the frame. */
function namedFeatures(
  features: readonly PlacedFeature[],
  { size, limits }: Pick<LayerFigureOptions, "size" | "limits">,
): readonly NamedFeature[] {
  const seen = features.filter(({ first, second }) => isWithin(first, second, limits));
  const requests = seen.map(({ style, first, second }) => ({
    ...pixelOf(first, second, limits, size),
    width: textWidth(style.label, LABEL_SIZE, true) + 6,
    height: LABEL_SIZE + 6,
    clearance: MARK_CLEARANCE,
  }));
  const frame = { x: PLOT_MARGIN.left, y: PLOT_MARGIN.top, ...insideOf(size) };
  const names = placeLabels(requests, frame);
  return seen.map((feature, at) => {
    const { x, y } = requests[at];
    return { ...feature, x, y, name: names[at] };
  });
}

/** What the named marks of a layer's plot cover, px: nothing should lie over it. */
export function namedBoxes(
  analysis: Analysis,
  index: number,
  view: Pick<LayerFigureOptions, "size" | "limits">,
): readonly Box[] {
  return namedFeatures(placedFeatures(analysis, index), view).flatMap(({ x, y, name }) => {
    const side = 2 * MARK_CLEARANCE;
    const mark = { x: x - MARK_CLEARANCE, y: y - MARK_CLEARANCE, width: side, height: side };
    return name === null ? [mark] : [mark, name.box];
  });
}

function nameAnnotations(features: readonly NamedFeature[], theme: FigureTheme): PlotlyJson[] {
  return features.flatMap(({ style, first, second, x, y, name }) => {
    if (name === null) return [];
    const across = name.box.x + name.box.width / 2 - x;
    const down = name.box.y + name.box.height / 2 - y;
    return [
      {
        x: first,
        y: second,
        text: `<b>${style.label}</b>`,
        font: { size: LABEL_SIZE, color: theme.ink },
        bgcolor: theme.halo,
        opacity: 0.9,
        borderpad: 1,
        xanchor: "center",
        yanchor: "middle",
        ...(name.moved
          ? {
              showarrow: true,
              standoff: MARK_CLEARANCE,
              arrowhead: 0,
              arrowwidth: 1,
              arrowcolor: theme.muted,
              ax: across,
              ay: down,
            }
          : // Plotly measures every arrow, which costs time, even one that is not seen.
            { showarrow: false, xshift: across, yshift: -down }),
        captureevents: false,
      },
    ];
  });
}

function axis(title: string, range: readonly [number, number], theme: FigureTheme): PlotlyJson {
  return {
    title: { text: title, standoff: 8 },
    range,
    autorange: false,
    zeroline: true,
    zerolinecolor: theme.line,
    zerolinewidth: 1,
    gridcolor: theme.faint,
    linecolor: theme.line,
    tickcolor: theme.line,
    mirror: true,
    showline: true,
    ticks: "outside",
    nticks: 7,
  };
}

/** Below this length, in px, an axis has room for a short title only. */
const SHORT_AXIS = 360;

/** Name of a principal axis with its share of the variance. */
export function axisTitle(
  analysis: Analysis,
  index: number,
  component: 0 | 1,
  length: number,
): string {
  const basis = analysis.pca[analysis.layers[index].values.basis];
  const share = basis?.explainedVarianceRatio[component];
  const name = `PC${component + 1}`;
  if (share === undefined) return name;
  if (length < SHORT_AXIS) return `${name} (${percentText(share)} of variance)`;
  const whose = basis?.layer === null ? "of the variance in the model" : "of the layer's variance";
  return `${name} (${percentText(share)} ${whose})`;
}

/** The large scatter plot of one layer as a Plotly figure. */
export function layerFigure(
  analysis: Analysis,
  index: number,
  options: LayerFigureOptions,
): LayerFigure {
  const { theme, limits, legend, canDrag } = options;
  const layer = analysis.layers[index];
  const classes = kernelClasses(analysis, layer, options.colourBy, theme);
  const drawn = drawnKernels(classes, layer.values.scores, limits);
  const features = namedFeatures(placedFeatures(analysis, index), options);
  const inside = insideOf(options.size);
  return {
    drawn,
    data: kernelTraces(drawn, layer.values.scores),
    layout: {
      margin: {
        l: PLOT_MARGIN.left,
        r: PLOT_MARGIN.right + legend,
        t: PLOT_MARGIN.top,
        b: PLOT_MARGIN.bottom,
      },
      autosize: false,
      paper_bgcolor: theme.paper,
      plot_bgcolor: theme.plot,
      font: { family: FONT_FAMILY, size: 12, color: theme.ink },
      xaxis: axis(axisTitle(analysis, index, 0, inside.width), [limits.left, limits.right], theme),
      yaxis: {
        ...axis(axisTitle(analysis, index, 1, inside.height), [limits.bottom, limits.top], theme),
        scaleanchor: "x",
        scaleratio: 1,
      },
      shapes: featureShapes(features, theme),
      annotations: nameAnnotations(features, theme),
      showlegend: legend > 0,
      legend: { x: 1.01, xanchor: "left", y: 1, itemsizing: "constant", traceorder: "normal" },
      hovermode: "closest",
      hoverdistance: 12,
      dragmode: canDrag ? "zoom" : false,
      modebar: {
        orientation: "h",
        bgcolor: "rgba(0,0,0,0)",
        color: theme.muted,
        activecolor: theme.ink,
      },
    },
  };
}
