import { type Analysis, SCORES_PER_KERNEL } from "../../core/analysis/analysis.ts";
import { sampledIndexes } from "../../core/random/sampledIndexes.ts";
import { plotFrame } from "./atlasCell.ts";
import type { Block, BlockSpace } from "./figure.ts";
import { type ColourBy, clusterLook, lookSamples } from "./kernelGrouping.ts";
import { type Box, leaderOf, placeLabels } from "./labelPlacement.ts";
import { markLegend } from "./legend.ts";
import { markNode, markNodes } from "./marks.ts";
import { MOST_DOTS_PER_PLOT, sampleDot, scoreScale } from "./scatter.ts";
import type { ScoreLimits } from "./scoreLimits.ts";
import { scoreTicks } from "./scoreTicks.ts";
import { type SvgNode, shortNumber, svg } from "./svg.ts";
import { countText, percentText, sizeText, textNode, textWidth, wrappedText } from "./text.ts";
import {
  clusterStyle,
  DOT_OPACITY,
  type FeatureStyle,
  type FigureTheme,
  featureStyles,
} from "./theme.ts";

const FONT_SIZE = 12;
const LINE = 16;
const ICON = 26;
const SAMPLE_ICON = 14;
/** Room left of and below the plot for its axes. */
const AXIS_LEFT = 36;
const AXIS_BOTTOM = 34;
const AXIS_TOP = 18;
/** Small, so that the network itself begins high on the page. */
const PLOT_WIDTH = 236;
const NAME_HEIGHT = 14;
const GAP = 28;
/** Widths of a column of text that is easily read, px. */
const SHORTEST_LINE = 330;
const LONGEST_LINE = 640;

export interface KeyLook {
  readonly theme: FigureTheme;
  readonly colourBy: ColourBy;
  readonly limits: ScoreLimits;
  readonly aspect: number;
  /** Index of the PCA basis that the key plot shows. */
  readonly basis: number;
}

/** A seeded sample of the kernels of all layers, in one neutral tone. */
function allKernels(analysis: Analysis, plot: Box, look: KeyLook): SvgNode {
  const scale = scoreScale(look.limits, plot);
  const layers = analysis.layers.filter(({ values }) => values.basis === look.basis);
  const total = layers.reduce((sum, { kernelCount }) => sum + kernelCount, 0);
  let path = "";
  for (const { values, kernelCount } of layers) {
    const limit = Math.max(1, Math.round((MOST_DOTS_PER_PLOT * kernelCount) / total));
    for (const index of sampledIndexes(kernelCount, limit)) {
      const first = values.scores[index * SCORES_PER_KERNEL];
      const second = values.scores[index * SCORES_PER_KERNEL + 1];
      if (!Number.isFinite(first) || !Number.isFinite(second)) continue;
      path += `M${shortNumber(scale.x(first), 1)} ${shortNumber(scale.y(second), 1)}h0`;
    }
  }
  return svg("path", {
    d: path,
    fill: "none",
    stroke: clusterStyle(look.theme, 1).colour,
    "stroke-width": 2.4,
    "stroke-linecap": "round",
    opacity: DOT_OPACITY,
  });
}

function axes(analysis: Analysis, plot: Box, look: KeyLook): readonly SvgNode[] {
  const { theme, limits } = look;
  const [first, second] = analysis.pca[look.basis].explainedVarianceRatio;
  const bottom = plot.y + plot.height;
  const room = { left: plot.x - AXIS_LEFT, right: Number.POSITIVE_INFINITY };
  const horizontal = `PC1 (${percentText(first)} of variance) \u2192`;
  const vertical = `\u2191 PC2 (${percentText(second ?? 0)} of variance)`;
  const right = { "text-anchor": "end" };
  return [
    ...scoreTicks(plot, limits, room, theme),
    textNode(horizontal, plot.x + plot.width, bottom + 30, 11, theme.ink, right),
    textNode(vertical, plot.x, plot.y - 7, 11, theme.ink),
  ];
}

/** The clinical kernels with their names, each name in free room. */
function namedMarks(
  analysis: Analysis,
  plot: Box,
  look: KeyLook,
): { readonly nodes: readonly SvgNode[]; readonly unnamed: readonly FeatureStyle[] } {
  const { theme } = look;
  const scores = analysis.pca[look.basis].featureScores;
  if (scores === null) return { nodes: [], unnamed: [] };
  const scale = scoreScale(look.limits, plot);
  const styles = featureStyles(analysis.features);
  const points = styles.map((style, index) => ({
    x: scale.x(scores[index * SCORES_PER_KERNEL]),
    y: scale.y(scores[index * SCORES_PER_KERNEL + 1]),
    width: textWidth(style.label, FONT_SIZE, true),
    height: NAME_HEIGHT,
    clearance: 10,
  }));
  const inside = { x: plot.x + 3, y: plot.y + 3, width: plot.width - 6, height: plot.height - 6 };
  const placed = placeLabels(points, inside);
  const lines = placed.flatMap((label, index) => {
    if (label?.moved !== true) return [];
    const { fromX, fromY, toX, toY } = leaderOf(points[index], label.box);
    const d = `M${shortNumber(fromX)} ${shortNumber(fromY)}L${shortNumber(toX)} ${shortNumber(toY)}`;
    return [svg("path", { d, stroke: theme.ink, "stroke-width": 1 })];
  });
  const names = placed.map((label, index) =>
    label === null
      ? null
      : textNode(styles[index].label, label.box.x, label.box.y + 11, FONT_SIZE, theme.ink, {
          "font-weight": 600,
          stroke: theme.plot,
          "stroke-width": 3.5,
          "stroke-linejoin": "round",
          "paint-order": "stroke",
        }),
  );
  const marks = styles.map((style, index) => ({ style, x: points[index].x, y: points[index].y }));
  return {
    nodes: [...lines, ...markNodes(marks, 6.5, theme), ...names.filter((name) => name !== null)],
    unnamed: styles.filter((_, index) => placed[index] === null),
  };
}

/** The plot that names the marks and carries the axes for all others. */
function keyPlot(analysis: Analysis, space: BlockSpace, look: KeyLook): Block {
  const width = Math.min(PLOT_WIDTH, space.width - AXIS_LEFT);
  const plot = {
    x: space.x + AXIS_LEFT,
    y: space.y + AXIS_TOP,
    width,
    height: Math.round(width * look.aspect),
  };
  const named = namedMarks(analysis, plot, look);
  const nodes = [
    ...plotFrame(plot, look.limits, look.theme, false),
    allKernels(analysis, plot, look),
    ...axes(analysis, plot, look),
    ...named.nodes,
  ];
  const height = AXIS_TOP + plot.height + AXIS_BOTTOM;
  if (named.unnamed.length === 0) return { nodes, height };
  // Where many marks crowd, the names without room stand below the plot.
  const below = { ...space, y: space.y + height + 4, width: AXIS_LEFT + width };
  const legend = markLegend(named.unnamed, below, look.theme);
  return { nodes: [...nodes, ...legend.nodes], height: height + 4 + legend.height };
}

interface Explanation {
  readonly icon: (x: number, y: number) => readonly SvgNode[];
  readonly text: string;
  /** Samples with a word each, in a row below the text. */
  readonly samples?: readonly Omit<Explanation, "samples">[];
}

function lineIcon(theme: FigureTheme, dashed: boolean): Explanation["icon"] {
  return (x, y) => [
    svg("path", {
      d: `M${x} ${y}h18m-4-3l4 3-4 3`,
      fill: "none",
      stroke: theme.line,
      "stroke-width": 1.4,
      "stroke-dasharray": dashed ? "3 3" : undefined,
    }),
  ];
}

function colourText(colourBy: ColourBy): string {
  switch (colourBy) {
    case "cluster":
      return "Tones of grey: groups of similar kernels within one layer (k-means clusters):";
    case "label":
      return "Colour of a dot: the clinical filter that acts most like it (its label); grey dots are indeterminate, like none of them.";
    case "nearest":
      return "Colour of a dot: the clinical filter whose weights are nearest.";
    case "channel":
      return "Shade and size of a dot: which output channel of its layer the kernel writes, in the layer's own order:";
    case "norm":
      return "Shade and size of a dot: how large the kernel's weights are (Euclidean norm), on one scale for the network:";
  }
}

function explanations(analysis: Analysis, look: KeyLook): readonly Explanation[] {
  const { theme, colourBy } = look;
  const [height, width] = analysis.pca[look.basis].kernelSize;
  const size = sizeText([height, width]);
  const shared = analysis.settings.basis === "model";
  // Kernels of another size have axes of their own.
  const isMixed = analysis.settings.basis === "model" && analysis.pca.length > 1;
  const everyPlot = isMixed ? `every plot of ${size} kernels` : "every plot";
  const whole = isMixed ? `all ${size} kernels of the network` : "the kernels of the whole network";
  const marked = analysis.pca[look.basis].featureScores !== null;
  const samples = lookSamples(analysis, colourBy, theme).map(({ look: shown, text }) => ({
    icon: (x: number, y: number) => sampleDot(shown, x + 4, y, theme),
    text,
  }));
  const styles = featureStyles(analysis.features);
  const found: Explanation[] = [
    {
      icon: (x, y) => sampleDot(clusterLook(theme, 0), x + 9, y, theme),
      text: `A small dot is one kernel: a filter of ${size} weights that the network learned.`,
    },
    {
      icon: () => [],
      text: `Dots near one another are kernels with similar weights. The axes are the two directions in which ${shared ? whole : "the kernels of each layer"} differ most (principal components, PC1 and PC2)${shared ? `, the same in ${everyPlot}` : "; they change from plot to plot"}.`,
    },
    {
      icon: (x, y) =>
        samples.length > 0
          ? []
          : styles
              .slice(0, 3)
              .flatMap(({ colour, shape }, at) =>
                sampleDot({ colour, shape, open: false, scale: 1 }, x + 2 + 8 * at, y, theme),
              ),
      text: colourText(colourBy),
      samples,
    },
  ];
  if (marked) {
    found.splice(1, 0, {
      icon: (x, y) => [markNode(styles[0], x + 9, y, 5, theme)],
      text: `A large mark is a filter that clinicians know${shared ? `, at the same place in ${everyPlot}` : ""}.`,
    });
  }
  if (analysis.layers.length > 1) {
    found.push({ icon: lineIcon(theme, false), text: "The way of the image through the network." });
  }
  if (analysis.skips.length > 0) {
    const text = "Skip connection: hands a map past the deeper layers.";
    found.push({ icon: lineIcon(theme, true), text });
  }
  return found;
}

interface Sample extends Omit<Explanation, "samples"> {
  /** From the row's first sample, px across and in lines. */
  readonly x: number;
  readonly line: number;
}

interface Row extends Explanation {
  readonly lines: readonly string[];
  readonly placed: readonly Sample[];
  readonly height: number;
}

/** Samples side by side, in as many lines as they need. */
function placedSamples({ samples = [] }: Explanation, width: number): readonly Sample[] {
  let x = 0;
  let line = 0;
  return samples.map((sample) => {
    const own = SAMPLE_ICON + (sample.text === "" ? 0 : textWidth(sample.text, FONT_SIZE) + 14);
    if (x > 0 && x + own > width) {
      x = 0;
      line += 1;
    }
    const placed = { ...sample, x, line };
    x += own;
    return placed;
  });
}

function explanationRow(explanation: Explanation, width: number): Row {
  const lines = wrappedText(explanation.text, width - ICON, FONT_SIZE);
  const placed = placedSamples(explanation, width - ICON);
  const sampleLines = placed.length === 0 ? 0 : placed[placed.length - 1].line + 1;
  return { ...explanation, lines, placed, height: (lines.length + sampleLines) * LINE + 5 };
}

function rowNodes(row: Row, { x, y }: BlockSpace, theme: FigureTheme): readonly SvgNode[] {
  const nodes = [...row.icon(x, y + 8)];
  let below = y;
  for (const line of row.lines) {
    nodes.push(textNode(line, x + ICON, below + 12, FONT_SIZE, theme.ink));
    below += LINE;
  }
  for (const sample of row.placed) {
    const [left, top] = [x + ICON + sample.x, below + LINE * sample.line];
    nodes.push(...sample.icon(left, top + 8));
    if (sample.text === "") continue;
    nodes.push(textNode(sample.text, left + SAMPLE_ICON, top + 12, FONT_SIZE, theme.ink));
  }
  return nodes;
}

function heightOf(rows: readonly Row[]): number {
  return rows.reduce((sum, { height }) => sum + height, 0);
}

/** Rows in the order of reading, in columns of about one height. */
function inColumns(rows: readonly Row[], columns: 1 | 2): readonly (readonly Row[])[] {
  if (columns === 1) return [rows];
  const halves = rows.map((_, at) => [rows.slice(0, at + 1), rows.slice(at + 1)] as const);
  const tallest = halves.map((half) => Math.max(...half.map(heightOf)));
  return halves[tallest.indexOf(Math.min(...tallest))] ?? [rows];
}

function explanationBlock(analysis: Analysis, space: BlockSpace, look: KeyLook): Block {
  const { theme } = look;
  const total = analysis.layers.reduce((sum, layer) => sum + layer.kernelCount, 0);
  const heading = `How to read this picture of ${countText(total, "kernel")} in ${countText(analysis.layers.length, "layer")}`;
  const nodes: SvgNode[] = [];
  let top = space.y;
  for (const line of wrappedText(heading, space.width, 13, true)) {
    nodes.push(textNode(line, space.x, top + 13, 13, theme.ink, { "font-weight": 600 }));
    top += 18;
  }
  top += 4;
  const columns = space.width >= 2 * SHORTEST_LINE + GAP ? 2 : 1;
  const width = Math.min(LONGEST_LINE, (space.width - (columns - 1) * GAP) / columns);
  const rows = explanations(analysis, look).map((one) => explanationRow(one, width));
  const found = inColumns(rows, columns);
  found.forEach((column, at) => {
    let y = top;
    for (const row of column) {
      nodes.push(...rowNodes(row, { x: space.x + at * (width + GAP), y, width }, theme));
      y += row.height;
    }
  });
  return { nodes, height: top + Math.max(...found.map(heightOf)) - space.y };
}

/** The key: what marks, dots, tones, axes and lines mean; beside or above one another. */
export function atlasKey(analysis: Analysis, space: BlockSpace, look: KeyLook): Block {
  const { featureScores } = analysis.pca[look.basis];
  const shared = analysis.settings.basis === "model" && featureScores !== null;
  if (!shared) {
    const text = explanationBlock(analysis, space, look);
    if (analysis.pca.every((basis) => basis.featureScores === null)) return text;
    const below = { ...space, y: space.y + text.height + 4 };
    const legend = markLegend(featureStyles(analysis.features), below, look.theme);
    return { nodes: [...text.nodes, ...legend.nodes], height: text.height + 4 + legend.height };
  }
  const plot = keyPlot(analysis, space, look);
  const beside = space.width >= 2 * PLOT_WIDTH;
  const offset = AXIS_LEFT + PLOT_WIDTH + GAP;
  const room = beside
    ? { x: space.x + offset, y: space.y, width: space.width - offset }
    : { ...space, y: space.y + plot.height + 8 };
  const text = explanationBlock(analysis, room, look);
  const height = beside ? Math.max(plot.height, text.height) : plot.height + 8 + text.height;
  return { nodes: [...plot.nodes, ...text.nodes], height };
}
