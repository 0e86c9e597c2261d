import type { Analysis } from "../../core/analysis/analysis.ts";
import type { KernelGroup } from "../../core/selection/kernelGroup.ts";
import { groupMembers } from "../../core/selection/membership.ts";
import { greyedColour } from "../figures/greying.ts";
import type { ColourBy } from "../figures/kernelGrouping.ts";
import { type Box, type PlacedLabel, placeLabels } from "../figures/labelPlacement.ts";
import type { ScoreLimits } from "../figures/scoreLimits.ts";
import { countText, FONT_FAMILY, groupedNumber, percentText, textWidth } from "../figures/text.ts";
import { DOT_OPACITY, type FigureTheme, featureStyles } from "../figures/theme.ts";
import { type DrawnClass, type DrawnKernels, drawnKernels, seenWithin } from "./drawnKernels.ts";
import { featureShapes, MARK_CLEARANCE, type PlacedFeature } from "./featureShapes.ts";
import { kernelClasses } from "./layerClasses.ts";
import { outlineInPlot } from "./outline.ts";
import { insideOf, isWithin, PLOT_MARGIN, type PlotSize, pixelOf } from "./plotFrame.ts";
import type { PlotlyFigure, PlotlyJson } from "./plotlyTypes.ts";
import { along, axesPlane, FIRST_AXES, type PlaneAxes, type ScorePlane } from "./scorePlane.ts";

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
  /** What a person chose a drag to do stays while this is the same. */
  readonly dragRevision?: number;
  /** Principal components across and up; PC1 and PC2 unless said. */
  readonly axes?: PlaneAxes;
  /** Its kernels keep their colour, the rest turns grey. */
  readonly group?: KernelGroup | null;
}

export interface LayerFigure extends PlotlyFigure {
  readonly drawn: DrawnKernels;
  /** What the marks and their names cover, px: nothing should lie over it. */
  readonly namedBoxes: readonly Box[];
}

function className({ name, kernels, selected }: DrawnClass): string {
  if (selected === null) return `${name}: ${countText(kernels.length, "kernel")}`;
  return `${name}: ${groupedNumber(selected)} of ${groupedNumber(kernels.length)} selected`;
}

/** Diameter of a greyed point, px. */
const GREYED_SIZE = 4;

function kernelTraces(
  { classes, others }: DrawnKernels,
  scores: Float32Array,
  { across, up }: ScorePlane,
  theme: FigureTheme,
): readonly PlotlyJson[] {
  const trace = (name: string, kernels: Int32Array, marker: PlotlyJson): PlotlyJson => ({
    type: "scatter",
    mode: "markers",
    name,
    x: Float32Array.from(kernels, (kernel) => along(scores, kernel, across)),
    y: Float32Array.from(kernels, (kernel) => along(scores, kernel, up)),
    customdata: Array.from(kernels),
    hoverinfo: "none",
    marker: { ...marker, opacity: DOT_OPACITY },
  });
  const grey = { color: greyedColour(theme), symbol: "circle", size: GREYED_SIZE };
  return [
    ...(others.length === 0 ? [] : [trace("Not selected", others, grey)]),
    ...classes
      .filter(({ selected }) => selected !== 0)
      .map((one) => {
        const { colour: color, symbol, size } = one;
        return trace(className(one), one.drawn, { color, symbol, size });
      }),
  ];
}

/** The outline of the selected region, where this plot shows its axes. */
function outlineShapes(outline: readonly number[] | null, theme: FigureTheme): PlotlyJson[] {
  if (outline === null) return [];
  const corners: string[] = [];
  for (let at = 0; at < outline.length; at += 2) corners.push(`${outline[at]},${outline[at + 1]}`);
  const line = { color: theme.accent, width: 1.5, dash: "dash" };
  return [{ type: "path", path: `M${corners.join("L")}Z`, line, layer: "above" }];
}

function placedFeatures(
  analysis: Analysis,
  index: number,
  { across, up }: ScorePlane,
): readonly PlacedFeature[] {
  const scores = analysis.pca[analysis.layers[index].values.basis]?.featureScores;
  if (!scores) return [];
  return featureStyles(analysis.features).map((style, feature) => ({
    style,
    first: along(scores, feature, across),
    second: along(scores, feature, up),
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

function namedBoxes(features: readonly NamedFeature[]): readonly Box[] {
  return features.flatMap(({ x, y, name }) => {
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
  component: number,
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
  const { theme, limits, legend, canDrag, axes = FIRST_AXES, group = null } = options;
  const layer = analysis.layers[index];
  const { scores } = layer.values;
  const plane = axesPlane(axes);
  const classes = kernelClasses(analysis, layer, options.colourBy, theme);
  const members = group === null ? null : groupMembers(analysis, index, group);
  const drawn = drawnKernels(classes, { isSeen: seenWithin(scores, limits, plane), members });
  const features = namedFeatures(placedFeatures(analysis, index, plane), options);
  const outline = outlineInPlot(group, layer.description.name, axes);
  const inside = insideOf(options.size);
  const title = (component: number, length: number) =>
    axisTitle(analysis, index, component, length);
  return {
    drawn,
    namedBoxes: namedBoxes(features),
    data: kernelTraces(drawn, scores, plane, theme),
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
      xaxis: axis(title(axes[0], inside.width), [limits.left, limits.right], theme),
      yaxis: {
        ...axis(title(axes[1], inside.height), [limits.bottom, limits.top], theme),
        scaleanchor: "x",
        scaleratio: 1,
      },
      shapes: [...featureShapes(features, theme), ...outlineShapes(outline, theme)],
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
        // Plotly takes 0 for none.
        uirevision: 1 + (options.dragRevision ?? 0),
      },
    },
  };
}
