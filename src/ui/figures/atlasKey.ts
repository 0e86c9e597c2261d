import { type Analysis, SCORES_PER_KERNEL } from "../../core/analysis/analysis.ts";
import { plotFrame } from "./atlasCell.ts";
import type { Block, BlockSpace } from "./figure.ts";
import { type Box, placeLabels } from "./labelPlacement.ts";
import { markLegend } from "./legend.ts";
import { markNode, markNodes } from "./marks.ts";
import { sampledIndexes } from "./sampling.ts";
import { type ColourBy, MOST_DOTS_PER_PLOT, sampleDot, scoreScale } from "./scatter.ts";
import type { ScoreLimits } from "./scoreLimits.ts";
import { type SvgNode, shortNumber, svg } from "./svg.ts";
import { countText, percentText, sizeText, textNode, textWidth, wrappedText } from "./text.ts";
import { clusterStyle, DOT_OPACITY, type FigureTheme, featureStyles } from "./theme.ts";
import { roundTicks, tickText } from "./ticks.ts";

const FONT_SIZE = 12;
const LINE = 16;
const ICON = 26;
/** Room left of and below the plot for its axes. */
const AXIS_LEFT = 36;
const AXIS_BOTTOM = 34;
const AXIS_TOP = 18;
const PLOT_WIDTH = 270;
const NAME_HEIGHT = 14;
const GAP = 28;

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
  const scale = scoreScale(limits, plot);
  const [first, second] = analysis.pca[look.basis].explainedVarianceRatio;
  const bottom = plot.y + plot.height;
  const nodes: SvgNode[] = [];
  for (const tick of roundTicks(limits.left, limits.right, 3)) {
    const [x, text] = [scale.x(tick), tickText(tick)];
    if (x - textWidth(text, 11) / 2 < plot.x - AXIS_LEFT) continue;
    nodes.push(svg("path", { d: `M${x} ${bottom}v4`, stroke: theme.line }));
    nodes.push(textNode(text, x, bottom + 15, 11, theme.muted, { "text-anchor": "middle" }));
  }
  for (const tick of roundTicks(limits.bottom, limits.top, 3)) {
    const y = scale.y(tick);
    nodes.push(svg("path", { d: `M${plot.x} ${y}h-4`, stroke: theme.line }));
    nodes.push(
      textNode(tickText(tick), plot.x - 7, y + 4, 11, theme.muted, { "text-anchor": "end" }),
    );
  }
  const horizontal = `PC1 (${percentText(first)} of variance) \u2192`;
  const vertical = `\u2191 PC2 (${percentText(second ?? 0)} of variance)`;
  const right = { "text-anchor": "end" };
  nodes.push(textNode(horizontal, plot.x + plot.width, bottom + 30, 11, theme.ink, right));
  nodes.push(textNode(vertical, plot.x, plot.y - 7, 11, theme.ink));
  return nodes;
}

/** The clinical kernels with their names, each name in free room. */
function namedMarks(analysis: Analysis, plot: Box, look: KeyLook): readonly SvgNode[] {
  const { theme } = look;
  const scores = analysis.pca[look.basis].featureScores;
  if (scores === null) return [];
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
    const { box } = label;
    const x = Math.min(box.x + box.width, Math.max(box.x, points[index].x));
    const y = Math.min(box.y + box.height, Math.max(box.y, points[index].y));
    const d = `M${shortNumber(points[index].x)} ${shortNumber(points[index].y)}L${shortNumber(x)} ${shortNumber(y)}`;
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
  return [
    ...lines,
    ...markNodes(
      styles.map((style, index) => ({ style, x: points[index].x, y: points[index].y })),
      6.5,
      theme,
    ),
    ...names.filter((name) => name !== null),
  ];
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
  const nodes = [
    ...plotFrame(plot, look.limits, look.theme, false),
    allKernels(analysis, plot, look),
    ...axes(analysis, plot, look),
    ...namedMarks(analysis, plot, look),
  ];
  return { nodes, height: AXIS_TOP + plot.height + AXIS_BOTTOM };
}

interface Explanation {
  readonly icon: (x: number, y: number) => readonly SvgNode[];
  readonly text: string;
  /** Samples with a word each, in a row below the text. */
  readonly samples?: readonly Omit<Explanation, "samples">[];
}

const CLUSTER_WORDS: readonly string[] = ["largest", "second", "third", "fourth", "fifth"];

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
  }
}

function explanations(analysis: Analysis, look: KeyLook): readonly Explanation[] {
  const { theme, colourBy } = look;
  const [height, width] = analysis.pca[look.basis].kernelSize;
  const size = sizeText([height, width]);
  const shared = analysis.settings.basis === "model";
  const marked = analysis.pca[look.basis].featureScores !== null;
  const dot =
    (cluster: number, dx: number): Explanation["icon"] =>
    (x, y) =>
      sampleDot(clusterStyle(theme, cluster), x + dx, y, theme);
  const clusterSamples = CLUSTER_WORDS.slice(0, analysis.settings.clusters).map((word, at) => ({
    icon: dot(at, 4),
    text: word,
  }));
  const styles = featureStyles(analysis.features);
  const found: Explanation[] = [
    {
      icon: dot(0, 9),
      text: `A small dot is one kernel: a filter of ${size} weights that the network learned.`,
    },
    {
      icon: () => [],
      text: `Dots near one another are kernels with similar weights. The axes are the two directions in which ${shared ? "the kernels of the whole network" : "the kernels of each layer"} differ most (principal components, PC1 and PC2)${shared ? ", the same in every plot" : "; they change from plot to plot"}.`,
    },
    {
      icon: (x, y) =>
        colourBy === "cluster"
          ? []
          : styles
              .slice(0, 3)
              .flatMap(({ colour, shape }, at) =>
                sampleDot({ colour, shape, open: false }, x + 2 + 8 * at, y, theme),
              ),
      text: colourText(colourBy),
      samples: colourBy === "cluster" ? clusterSamples : [],
    },
  ];
  if (marked) {
    found.splice(1, 0, {
      icon: (x, y) => [markNode(styles[0], x + 9, y, 5, theme)],
      text: `A large mark is a filter that clinicians know${shared ? ", at the same place in every plot" : ""}.`,
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

function explanationBlock(analysis: Analysis, space: BlockSpace, look: KeyLook): Block {
  const { theme } = look;
  const total = analysis.layers.reduce((sum, layer) => sum + layer.kernelCount, 0);
  const heading = `How to read this picture of ${countText(total, "kernel")} in ${countText(analysis.layers.length, "layer")}`;
  const nodes: SvgNode[] = [];
  let y = space.y;
  for (const line of wrappedText(heading, space.width, 13, true)) {
    nodes.push(textNode(line, space.x, y + 13, 13, theme.ink, { "font-weight": 600 }));
    y += 18;
  }
  y += 4;
  for (const { icon, text, samples = [] } of explanations(analysis, look)) {
    nodes.push(...icon(space.x, y + 8));
    for (const line of wrappedText(text, space.width - ICON, FONT_SIZE)) {
      nodes.push(textNode(line, space.x + ICON, y + 12, FONT_SIZE, theme.ink));
      y += LINE;
    }
    let x = space.x + ICON;
    for (const sample of samples) {
      const width = 14 + textWidth(sample.text, FONT_SIZE) + 14;
      if (x + width > space.x + space.width) break;
      nodes.push(...sample.icon(x, y + 8));
      nodes.push(textNode(sample.text, x + 14, y + 12, FONT_SIZE, theme.ink));
      x += width;
    }
    y += samples.length > 0 ? LINE + 5 : 5;
  }
  return { nodes, height: y - space.y };
}

/** The key: what marks, dots, tones, axes and lines mean; beside or above one another. */
export function atlasKey(analysis: Analysis, space: BlockSpace, look: KeyLook): Block {
  const { featureScores } = analysis.pca[look.basis];
  const shared = analysis.settings.basis === "model" && featureScores !== null;
  if (!shared) {
    const text = explanationBlock(analysis, { ...space, width: Math.min(space.width, 900) }, look);
    if (analysis.pca.every((basis) => basis.featureScores === null)) return text;
    const below = { ...space, y: space.y + text.height + 4 };
    const legend = markLegend(featureStyles(analysis.features), below, look.theme);
    return { nodes: [...text.nodes, ...legend.nodes], height: text.height + 4 + legend.height };
  }
  const plot = keyPlot(analysis, space, look);
  const beside = space.width >= 2 * PLOT_WIDTH;
  const offset = AXIS_LEFT + PLOT_WIDTH + GAP;
  const room = beside
    ? { x: space.x + offset, y: space.y, width: Math.min(640, space.width - offset) }
    : { ...space, y: space.y + plot.height + 8 };
  const text = explanationBlock(analysis, room, look);
  const height = beside ? Math.max(plot.height, text.height) : plot.height + 8 + text.height;
  return { nodes: [...plot.nodes, ...text.nodes], height };
}
