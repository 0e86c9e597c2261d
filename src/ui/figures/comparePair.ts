import {
  type AnalysedLayer,
  type Analysis,
  SCORES_PER_KERNEL,
} from "../../core/analysis/analysis.ts";
import type { Comparison, JointBasis } from "../../core/comparison/comparison.ts";
import { jointScores } from "../../core/comparison/jointBasis.ts";
import { lastOf } from "../../core/lastOf.ts";
import { plotFrame } from "./atlasCell.ts";
import { COMPARE_MARGIN, compareWidth } from "./compareRows.ts";
import { divergenceText } from "./compareWords.ts";
import type { ColourBy } from "./kernelGrouping.ts";
import {
  type Box,
  type LabelRequest,
  leaderOf,
  type PlacedLabel,
  placeLabels,
} from "./labelPlacement.ts";
import { markNodes } from "./marks.ts";
import { layerDots, scoreScale } from "./scatter.ts";
import type { ScoreLimits } from "./scoreLimits.ts";
import { scoreTicks } from "./scoreTicks.ts";
import { type Picture, type SvgNode, shortNumber, svg, svgRoot } from "./svg.ts";
import {
  countText,
  FONT_FAMILY,
  fittingText,
  groupedNumber,
  percentText,
  textNode,
  textWidth,
  truncatedMiddle,
} from "./text.ts";
import { type FeatureStyle, type FigureTheme, featureStyles } from "./theme.ts";

export interface ComparePairOptions {
  readonly width: number;
  readonly theme: FigureTheme;
  readonly colourBy: ColourBy;
}

/** Two models that are compared; as in `ComparedModels`, without the page's state. */
export interface PairOfModels {
  readonly a: Analysis;
  readonly b: Analysis;
  readonly comparison: Comparison;
}

const AXIS_LEFT = 34;
const AXIS_BOTTOM = 36;
const HEAD = 40;
const GAP = 20;
/** Below it the two plots stand below one another. */
const NARROW = 560;
const WIDEST_PLOT = 420;
/** Room around the outermost kernel or mark, as a share of the axis. */
const ROOM = 0.06;
/** Height of a plot / its width: both axes have one unit, within these. */
const LOWEST_ASPECT = 0.62;
const HIGHEST_ASPECT = 1;

/** Joint scores that were computed, by the kernels' values: both themes and every width ask again. */
const known = new WeakMap<
  AnalysedLayer,
  { readonly basis: JointBasis; readonly scores: Float32Array }
>();

/** The layer with its place on the joint axes instead of its own model's. */
function onJointAxes(layer: AnalysedLayer, basis: JointBasis): AnalysedLayer {
  const before = known.get(layer);
  const scores = before?.basis === basis ? before.scores : jointScores(layer, basis);
  known.set(layer, { basis, scores });
  return { ...layer, values: { ...layer.values, scores } };
}

function limitsOf(
  layers: readonly AnalysedLayer[],
  features: Float32Array | null,
): { readonly limits: ScoreLimits; readonly aspect: number } {
  const range = (axis: number): readonly [number, number] => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const scores of [...layers.map(({ values }) => values.scores), features ?? []]) {
      for (let at = axis; at < scores.length; at += SCORES_PER_KERNEL) {
        // NaN, of kernels that are not finite, is neither.
        if (scores[at] < low) low = scores[at];
        if (scores[at] > high) high = scores[at];
      }
    }
    if (low > high) return [-1, 1];
    const room = (high - low) * ROOM || 1;
    return [low - room, high + room];
  };
  const [left, right] = range(0);
  const [bottom, top] = range(1);
  const wanted = (top - bottom) / (right - left);
  const aspect = Math.min(HIGHEST_ASPECT, Math.max(LOWEST_ASPECT, wanted));
  const width = Math.max(right - left, (top - bottom) / aspect);
  const [x, y] = [(left + right) / 2, (bottom + top) / 2];
  const [halfWidth, halfHeight] = [width / 2, (width * aspect) / 2];
  const limits = {
    left: x - halfWidth,
    right: x + halfWidth,
    bottom: y - halfHeight,
    top: y + halfHeight,
  };
  return { limits, aspect };
}

function axes(
  plot: Box,
  limits: ScoreLimits,
  [first, second = 0]: Float64Array,
  theme: FigureTheme,
): readonly SvgNode[] {
  const bottom = plot.y + plot.height;
  const room = { left: Number.NEGATIVE_INFINITY, right: plot.x + plot.width + COMPARE_MARGIN };
  const across = [
    `PC1 (${percentText(first)} of variance) \u2192; \u2191 PC2 (${percentText(second)})`,
    `PC1 (${percentText(first)}) \u2192; \u2191 PC2 (${percentText(second)})`,
  ];
  const text = fittingText(across, plot.width, 11);
  return [
    ...scoreTicks(plot, limits, room, theme),
    textNode(text, plot.x + plot.width, bottom + 32, 11, theme.ink, { "text-anchor": "end" }),
  ];
}

/** The clinical kernels and their names, in a plot whose upper left corner is the origin. */
interface PlacedMarks {
  readonly marks: readonly {
    readonly style: FeatureStyle;
    readonly x: number;
    readonly y: number;
  }[];
  readonly requests: readonly LabelRequest[];
  readonly names: readonly (PlacedLabel | null)[];
}

/** Places them once for both plots, which are alike: to find places takes longer than to draw. */
function placedMarks(
  { features }: Analysis,
  scores: Float32Array | null,
  limits: ScoreLimits,
  { width, height }: Box,
): PlacedMarks {
  if (scores === null) return { marks: [], requests: [], names: [] };
  const scale = scoreScale(limits, { x: 0, y: 0, width, height });
  const marks = featureStyles(features).map((style, index) => ({
    style,
    x: scale.x(scores[index * SCORES_PER_KERNEL]),
    y: scale.y(scores[index * SCORES_PER_KERNEL + 1]),
  }));
  const requests = marks.map(({ style, x, y }) => ({
    x,
    y,
    width: textWidth(style.label, 11, true),
    height: 13,
    clearance: 9,
  }));
  const inside = { x: 3, y: 3, width: width - 6, height: height - 6 };
  return { marks, requests, names: placeLabels(requests, inside) };
}

function markedNodes(
  { marks, requests, names }: PlacedMarks,
  { x, y }: Box,
  theme: FigureTheme,
): readonly SvgNode[] {
  const lines = names.flatMap((name, index) => {
    if (name?.moved !== true) return [];
    const { fromX, fromY, toX, toY } = leaderOf(requests[index], name.box);
    const [from, to] = [
      [fromX, fromY],
      [toX, toY],
    ].map((point) => `${shortNumber(x + point[0])} ${shortNumber(y + point[1])}`);
    return [svg("path", { d: `M${from}L${to}`, stroke: theme.ink, "stroke-width": 1 })];
  });
  const texts = names.flatMap((name, index) => {
    if (name === null) return [];
    const { box } = name;
    return [
      textNode(marks[index].style.label, x + box.x, y + box.y + 10, 11, theme.ink, {
        "font-weight": 600,
        stroke: theme.plot,
        "stroke-width": 3.5,
        "stroke-linejoin": "round",
        "paint-order": "stroke",
      }),
    ];
  });
  const moved = marks.map((mark) => ({ ...mark, x: x + mark.x, y: y + mark.y }));
  return [...lines, ...markNodes(moved, 6, theme), ...texts];
}

interface Side {
  readonly letter: "A" | "B";
  readonly analysis: Analysis;
  readonly layer: AnalysedLayer;
  readonly plot: Box;
}

function sideNodes(
  { letter, analysis, layer, plot }: Side,
  basis: JointBasis,
  limits: ScoreLimits,
  marks: PlacedMarks,
  { theme, colourBy }: ComparePairOptions,
): readonly SvgNode[] {
  const look = { colourBy, theme, members: null };
  const dots = layerDots(analysis, layer, scoreScale(limits, plot), look);
  const title = `${letter}: ${layer.description.name}`;
  const shown =
    dots.shown < dots.placed
      ? `showing ${groupedNumber(dots.shown)} of ${countText(dots.placed, "kernel")}`
      : countText(dots.placed, "kernel");
  const left = plot.x - AXIS_LEFT;
  const room = plot.width + AXIS_LEFT;
  return [
    textNode(truncatedMiddle(title, room, 13, true), left, plot.y - 26, 13, theme.ink, {
      "font-weight": 600,
    }),
    textNode(
      fittingText([`${analysis.model.name}, ${shown}`, shown], room, 11),
      left,
      plot.y - 10,
      11,
      theme.muted,
      // How many dots are drawn is no result.
      { "data-scale": "" },
    ),
    ...plotFrame(plot, limits, theme, false),
    ...dots.nodes,
    ...markedNodes(marks, plot, theme),
    ...axes(plot, limits, basis.explainedVarianceRatio, theme),
  ];
}

/**
 * Both layers of a pair as clouds of kernels on common axes: a PCA of all kernels of their size in
 * both models, each kernel scaled to a largest weight of 1, with the clinical kernels' marks.
 *
 * @param index in `Comparison.pairs`.
 */
export function comparePairFigure(
  models: PairOfModels,
  index: number,
  options: ComparePairOptions,
): Picture {
  return lastOf(comparePairSteps(models, index, options));
}

/** The same, one plot per step. */
export function* comparePairSteps(
  { a, b, comparison }: PairOfModels,
  index: number,
  options: ComparePairOptions,
): Generator<void, Picture> {
  const { theme } = options;
  const pair = comparison.pairs[index];
  const basis = comparison.bases[pair.basis];
  const layerA = onJointAxes(a.layers[pair.pair.a], basis);
  yield;
  const layerB = onJointAxes(b.layers[pair.pair.b], basis);
  const { limits, aspect } = limitsOf([layerA, layerB], basis.featureScores);
  const width = compareWidth(options);
  const isNarrow = width < NARROW;
  const across = isNarrow ? 1 : 2;
  const room = (width - 2 * COMPARE_MARGIN - (across - 1) * GAP) / across - AXIS_LEFT;
  const plotWidth = Math.min(WIDEST_PLOT, room);
  const plotHeight = Math.round(plotWidth * aspect);
  const block = HEAD + plotHeight + AXIS_BOTTOM;
  const plots = [0, 1].map((side) => ({
    x: COMPARE_MARGIN + AXIS_LEFT + (isNarrow ? 0 : side * (plotWidth + AXIS_LEFT + GAP)),
    y: HEAD + (isNarrow ? side * (block + 8) : 0),
    width: plotWidth,
    height: plotHeight,
  }));
  yield;
  const marks = placedMarks(a, basis.featureScores, limits, plots[0]);
  yield;
  const sideA = { letter: "A", analysis: a, layer: layerA, plot: plots[0] } as const;
  const nodesA = sideNodes(sideA, basis, limits, marks, options);
  yield;
  const sideB = { letter: "B", analysis: b, layer: layerB, plot: plots[1] } as const;
  const nodesB = sideNodes(sideB, basis, limits, marks, options);
  const height = isNarrow ? 2 * block + 8 : block;
  const label = `Kernels of ${pair.nameA} in A and ${pair.nameB} in B on common axes; shift ${divergenceText(pair.shift.value)}`;
  const node = svgRoot(
    width,
    height,
    { role: "img", "aria-label": label, "font-family": FONT_FAMILY },
    svg("rect", { x: 0, y: 0, width, height, fill: theme.paper }),
    ...nodesA,
    ...nodesB,
  );
  return { node, width, height };
}
