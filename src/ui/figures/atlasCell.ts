import {
  type AnalysedLayer,
  type Analysis,
  SCORES_PER_KERNEL,
} from "../../core/analysis/analysis.ts";
import type { KernelGroup } from "../../core/selection/kernelGroup.ts";
import { groupMembers, memberCount } from "../../core/selection/membership.ts";
import { CELL_HEADER, CELL_NOTE } from "./atlasLayout.ts";
import type { FigureCell } from "./figure.ts";
import type { ColourBy } from "./kernelGrouping.ts";
import { kernelWordings } from "./kernelWordings.ts";
import type { Box } from "./labelPlacement.ts";
import { layerButton } from "./layerButton.ts";
import { layerSentence } from "./layerSentence.ts";
import { markNodes } from "./marks.ts";
import {
  type DrawnDots,
  layerDots,
  MOST_DOTS_PER_PLOT,
  type ScoreScale,
  scoreScale,
} from "./scatter.ts";
import type { ScoreLimits } from "./scoreLimits.ts";
import { type SvgNode, svg } from "./svg.ts";
import { fittingText, groupedNumber, percentText, textNode, truncatedMiddle } from "./text.ts";
import { type FigureTheme, featureStyles } from "./theme.ts";

export interface CellLook {
  readonly theme: FigureTheme;
  readonly colourBy: ColourBy;
  readonly limits: readonly ScoreLimits[];
  readonly aspect: number;
  /** Index of the PCA basis whose axes the key shows. */
  readonly mainBasis: number;
  readonly selected: boolean;
  /** Gets a ring. */
  readonly kernel: number | null;
  /** Its kernels keep their colour, the rest is grey. */
  readonly group: KernelGroup | null;
}

export function plotBox(cell: Box, aspect: number): Box {
  const height = Math.round(cell.width * aspect);
  return { x: cell.x, y: cell.y + CELL_HEADER, width: cell.width, height };
}

/** Frame and, where zero lies inside, the lines through the middle of the PCA. */
export function plotFrame(
  plot: Box,
  limits: ScoreLimits,
  theme: FigureTheme,
  selected: boolean,
): readonly SvgNode[] {
  const scale = scoreScale(limits, plot);
  const [x, y] = [scale.x(0), scale.y(0)];
  const across = `M${plot.x} ${y}h${plot.width}M${x} ${plot.y}v${plot.height}`;
  return [
    svg("rect", {
      class: "figure-cell-frame",
      ...plot,
      fill: theme.plot,
      stroke: selected ? theme.accent : theme.line,
      "stroke-width": selected ? 2.5 : 1,
    }),
    svg("path", { d: across, fill: "none", stroke: theme.faint, "stroke-width": 1 }),
  ];
}

/** The clinical kernels' marks in one plot; none where they do not fit the kernel size. */
export function featureMarks(
  analysis: Analysis,
  basis: number,
  limits: ScoreLimits,
  plot: Box,
  radius: number,
  theme: FigureTheme,
): readonly SvgNode[] {
  const scores = analysis.pca[basis].featureScores;
  if (scores === null) return [];
  const scale = scoreScale(limits, plot);
  const marks = featureStyles(analysis.features).map((style, index) => ({
    style,
    x: scale.x(scores[index * SCORES_PER_KERNEL]),
    y: scale.y(scores[index * SCORES_PER_KERNEL + 1]),
  }));
  return markNodes(marks, radius, theme);
}

/** True if any cell of the figure needs a line below its plot. */
export function needsNote(analysis: Analysis, limits: readonly ScoreLimits[]): boolean {
  return (
    analysis.settings.basis === "layer" ||
    analysis.pca.length > 1 ||
    analysis.layers.some((layer) => {
      if (layer.kernelCount > MOST_DOTS_PER_PLOT) return true;
      const { scores, basis } = layer.values;
      const { left, right, bottom, top } = limits[basis];
      for (let at = 0; at < scores.length; at += SCORES_PER_KERNEL) {
        const [first, second] = [scores[at], scores[at + 1]];
        const inside = first >= left && first <= right && second >= bottom && second <= top;
        if (!inside) return true;
      }
      return false;
    })
  );
}

/** True where a layer's axes are not those of the key plot. */
function hasOwnAxes(analysis: Analysis, layer: AnalysedLayer, mainBasis: number): boolean {
  return analysis.settings.basis === "layer" || layer.values.basis !== mainBasis;
}

/** What a plot does not show, in full and in fewer words. */
function noteWordings(
  analysis: Analysis,
  layer: AnalysedLayer,
  dots: Omit<DrawnDots, "nodes">,
  mainBasis: number,
): readonly string[] {
  const parts: { readonly full: string; readonly short: string }[] = [];
  if (dots.shown < dots.placed) {
    const text = `showing ${groupedNumber(dots.shown)} of ${groupedNumber(dots.placed)}`;
    parts.push({ full: text, short: text });
  }
  if (dots.notFinite > 0) {
    const short = `${groupedNumber(dots.notFinite)} not finite`;
    parts.push({ full: `${short}, not drawn`, short });
  }
  if (dots.beyond > 0) {
    const short = `${groupedNumber(dots.beyond)} beyond`;
    parts.push({ full: `${short} the frame`, short });
  }
  const full = parts.map((part) => part.full).join("; ");
  const short = parts.map((part) => part.short).join("; ");
  const least = [full, short, short.replace("showing ", "")];
  if (!hasOwnAxes(analysis, layer, mainBasis)) return least;
  const [first, second] = analysis.pca[layer.values.basis].explainedVarianceRatio;
  const axes = `own axes: PC1 ${percentText(first)}, PC2 ${percentText(second ?? 0)}`;
  return full === "" ? [axes, "own axes"] : [`${full}; ${axes}`, `${short}; own axes`, ...least];
}

/** The last drawing of each layer: most cells stay the same when one is selected. */
const drawn = new WeakMap<AnalysedLayer, { readonly key: string; readonly node: SvgNode }>();

/** One layer: name, description, plot, and a note on what is not shown. */
export function cellNode(
  analysis: Analysis,
  cell: FigureCell,
  look: CellLook,
  hasNotes: boolean,
): SvgNode {
  const layer = analysis.layers[cell.layer];
  const { theme, limits, ...rest } = look;
  const { features, settings } = analysis;
  const ids = features.map(({ id }) => id);
  const key = JSON.stringify([cell, rest, theme.name, limits, hasNotes, ids, settings.basis]);
  const before = drawn.get(layer);
  if (before?.key === key) return before.node;
  const node = newCellNode(analysis, cell, look, hasNotes);
  drawn.set(layer, { key, node });
  return node;
}

/** Marks of a plot in which nothing is selected step back. */
const FADED = 0.35;

/** A ring around the selected kernel, where it has a place. */
function kernelRing(
  { values }: AnalysedLayer,
  kernel: number,
  scale: ScoreScale,
  theme: FigureTheme,
): readonly SvgNode[] {
  const first = values.scores[kernel * SCORES_PER_KERNEL];
  const second = values.scores[kernel * SCORES_PER_KERNEL + 1];
  if (!Number.isFinite(first) || !Number.isFinite(second)) return [];
  const circle = { cx: scale.x(first), cy: scale.y(second), r: 6, fill: "none" };
  return [
    svg("circle", { ...circle, stroke: theme.halo, "stroke-width": 4 }),
    svg("circle", { ...circle, class: "figure-ring", stroke: theme.accent, "stroke-width": 2 }),
  ];
}

function newCellNode(
  analysis: Analysis,
  cell: FigureCell,
  look: CellLook,
  hasNotes: boolean,
): SvgNode {
  const layer = analysis.layers[cell.layer];
  const { theme, colourBy, group, kernel } = look;
  const plot = plotBox(cell, look.aspect);
  const limits = look.limits[layer.values.basis];
  const scale = scoreScale(limits, plot);
  const members = group === null ? null : groupMembers(analysis, cell.layer, group);
  const isFaded = group !== null && memberCount(analysis, cell.layer, group) === 0;
  const dots = layerDots(analysis, layer, scale, { colourBy, theme, members });
  const radius = cell.width >= 240 ? 6.5 : 5.2;
  const shown = featureMarks(analysis, layer.values.basis, limits, plot, radius, theme);
  const marks = isFaded ? [svg("g", { opacity: FADED }, ...shown)] : shown;
  const ring = kernel === null ? [] : kernelRing(layer, kernel, scale, theme);
  const wordings = kernelWordings(analysis, cell.layer, group);
  const wordingsOfNote = noteWordings(analysis, layer, dots, look.mainBasis);
  // What is not drawn depends on the frame and is no result; axes of its own are.
  const noted =
    dots.shown === dots.placed && dots.beyond === 0 && dots.notFinite === 0
      ? { "data-result": `pca.${layer.values.basis}` }
      : { "data-scale": "" };
  const note = hasNotes ? fittingText(wordingsOfNote, cell.width, 11) : "";
  const drawing = [
    textNode(
      truncatedMiddle(layer.description.name, cell.width, 13, true, 0),
      cell.x,
      cell.y + 13,
      13,
      isFaded ? theme.muted : theme.ink,
      { "font-weight": 600 },
    ),
    textNode(fittingText(wordings, cell.width, 11), cell.x, cell.y + 29, 11, theme.muted),
    ...plotFrame(plot, limits, theme, look.selected),
    ...(dots.isSpeck ? [...marks, ...dots.nodes] : [...dots.nodes, ...marks]),
    ...ring,
    note === ""
      ? null
      : textNode(note, cell.x, plot.y + plot.height + CELL_NOTE - 4, 11, theme.muted, noted),
  ];
  const sentence = layerSentence(analysis, cell.layer);
  return layerButton(cell.layer, cell, sentence, drawing, [], `layers.${cell.layer}`);
}
