import { GAUSSIAN_BASELINE_KERNELS } from "../../core/action/noiseKernels.ts";
import { type AnalysedLayer, type Analysis, INDETERMINATE } from "../../core/analysis/analysis.ts";
import { isSameGroup, type KernelGroup } from "../../core/selection/kernelGroup.ts";
import { groupMembers } from "../../core/selection/membership.ts";
import { assignmentKey, type Baseline } from "./assignmentKey.ts";
import type { Figure, FigureCell } from "./figure.ts";
import { kernelWordings } from "./kernelWordings.ts";
import { labelButton } from "./labelButton.ts";
import type { Box } from "./labelPlacement.ts";
import { layerButton } from "./layerButton.ts";
import { layerSentence } from "./layerSentence.ts";
import { type Lift, notableLifts, ratioText } from "./lift.ts";
import { ROLE_HEADINGS } from "./roleHeadings.ts";
import { CHANCE_HEIGHT, chanceBar, emptyBar, segments, shareBar } from "./shareBar.ts";
import { type SvgNode, svg, svgRoot } from "./svg.ts";
import {
  countText,
  FONT_FAMILY,
  fittingText,
  percentText,
  textNode,
  textWidth,
  truncatedMiddle,
  wrappedText,
} from "./text.ts";
import { type FeatureStyle, type FigureTheme, labelStyles } from "./theme.ts";

export const ASSIGNMENT_SMALLEST_WIDTH = 320;
export const ASSIGNMENT_LARGEST_WIDTH = 2400;

export interface AssignmentOptions {
  /** In CSS pixels. */
  readonly width: number;
  readonly theme: FigureTheme;
  readonly baseline?: Baseline;
  readonly selectedLayer?: number;
  /** Its kernels keep their colour, the rest turns grey. */
  readonly group?: KernelGroup;
  readonly title?: string;
}

const MARGIN = 12;
const BAR_HEIGHT = 20;
const ROW = 46;
/** On narrow pages name and numbers stand above and below the bar. */
const NARROW = 720;
const NARROW_ROW = 106;
const NAME_WIDTH = 190;
const LIFT_WIDTH = 250;
const LEAST_BAR = 300;

interface Frame {
  readonly width: number;
  readonly narrow: boolean;
  readonly name: number;
  readonly bar: { readonly x: number; readonly width: number };
  readonly lift: { readonly x: number; readonly width: number };
}

function frameOf(width: number): Frame {
  const inner = width - 2 * MARGIN;
  if (width < NARROW) {
    const line = { x: MARGIN, width: inner };
    return { width, narrow: true, name: inner, bar: line, lift: line };
  }
  const spare = Math.max(0, inner - NAME_WIDTH - LIFT_WIDTH - LEAST_BAR);
  const name = NAME_WIDTH + Math.min(70, spare * 0.15);
  const lift = LIFT_WIDTH + Math.min(210, spare * 0.3);
  const x = MARGIN + name + 12;
  const barWidth = inner - name - lift - 28;
  return {
    width,
    narrow: false,
    name,
    bar: { x, width: barWidth },
    lift: { x: x + barWidth + 16, width: lift },
  };
}

/** "Edge detection 20 % (\u00D72.9)", "Identity 1.1 % (chance 0)". */
export function liftText({ label }: FeatureStyle, lift: Lift): string {
  const times = lift.ratio === null ? "chance 0" : ratioText(lift.ratio);
  return `${label} ${percentText(lift.share)} (${times})`;
}

/** As many lifts as fit in two lines, the clearest first; the last line says how many more. */
function liftLines(texts: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const [at, text] of texts.entries()) {
    const longer = line === "" ? text : `${line}, ${text}`;
    const rest = texts.length - at - 1;
    const more = rest > 0 && lines.length === 1 ? ` +${rest} more` : "";
    if (textWidth(longer + more, 11) <= width) {
      line = longer;
      continue;
    }
    if (lines.length === 1) return [...lines, `${line} +${rest + 1} more`.trim()];
    lines.push(line === "" ? truncatedMiddle(text, width, 11) : `${line},`);
    line = text;
  }
  return line === "" ? lines : [...lines, line];
}

/** Number of noise kernels behind a baseline: shuffling a small layer gives few. */
function baselineKernels(layer: AnalysedLayer, baseline: Baseline): number {
  const most = GAUSSIAN_BASELINE_KERNELS;
  return baseline === "gaussian" ? most : Math.min(most, layer.kernelCount);
}

function liftNodes(
  layer: AnalysedLayer,
  frame: Frame,
  y: number,
  styles: readonly FeatureStyle[],
  options: AssignmentOptions,
): readonly SvgNode[] {
  const { theme, baseline = "gaussian" } = options;
  const { x, width } = frame.lift;
  const say = (text: string): readonly SvgNode[] => [
    textNode(fittingText([text], width, 11), x, y + 12, 11, theme.muted),
  ];
  if (layer.action === null) return say("Labels are being computed");
  if (layer.baseline === null) return say("Chance is being computed");
  const kernels = baselineKernels(layer, baseline);
  const lifts = notableLifts(layer.action.counts, layer.baseline[baseline], kernels);
  if (lifts.length === 0) return say("As by chance");
  const texts = lifts.map((lift) => liftText(styles[lift.index], lift));
  return liftLines(texts, width).map((line, at) =>
    textNode(line, x, y + 12 + 15 * at, 11, theme.ink),
  );
}

function learnedBar(bar: Box): Box {
  return { ...bar, y: bar.y + CHANCE_HEIGHT + 2, height: BAR_HEIGHT };
}

function barNodes(
  analysis: Analysis,
  index: number,
  bar: Box,
  styles: readonly FeatureStyle[],
  { theme, baseline = "gaussian", group }: AssignmentOptions,
): readonly SvgNode[] {
  const chance = { ...bar, height: CHANCE_HEIGHT };
  const { action, kernelCount, ...layer } = analysis.layers[index];
  const parts = group === undefined ? null : selectedParts(analysis, index, group);
  return [
    ...(layer.baseline === null
      ? [emptyBar(chance, theme)]
      : chanceBar(layer.baseline[baseline], chance, styles, theme)),
    ...(action === null || kernelCount === 0
      ? [emptyBar(learnedBar(bar), theme)]
      : shareBar(
          action.counts.map((count) => count / kernelCount),
          learnedBar(bar),
          styles,
          theme,
          parts,
        )),
  ];
}

/** Share of the kernels of each label that are in a group, 0 to 1. */
function selectedParts(
  analysis: Analysis,
  index: number,
  group: KernelGroup,
): readonly number[] | null {
  const { action } = analysis.layers[index];
  if (action === null) return null;
  const members = groupMembers(analysis, index, group);
  const counts = new Array<number>(action.counts.length).fill(0);
  const { labels } = action;
  for (let kernel = 0; kernel < labels.length; kernel++) {
    if (members[kernel] === 0) continue;
    counts[labels[kernel] === INDETERMINATE ? counts.length - 1 : labels[kernel]]++;
  }
  return counts.map((count, label) => count / (action.counts[label] || 1));
}

/** A button over every segment of a bar, as high as both bars so that it is easily hit. */
function segmentButtons(
  layer: AnalysedLayer,
  bar: Box,
  styles: readonly FeatureStyle[],
  group: KernelGroup | null,
): readonly SvgNode[] {
  const { action, kernelCount } = layer;
  if (action === null || kernelCount === 0) return [];
  const { name } = layer.description;
  const height = CHANCE_HEIGHT + 2 + BAR_HEIGHT;
  return segments(action.counts, bar.x, bar.width)
    .filter(({ width }) => width > 0)
    .map(({ index, x, width }) => {
      const { id, label } = styles[index];
      const kernels = countText(action.counts[index], "kernel");
      return labelButton({
        ...{ x, y: bar.y, width, height },
        label: id,
        sentence: `${label}: ${kernels} of ${name}`,
        isPressed: isSameGroup(group, { kind: "label", layer: name, label: id }),
        isTabStop: false,
      });
    });
}

function rowNode(
  analysis: Analysis,
  cell: FigureCell,
  frame: Frame,
  styles: readonly FeatureStyle[],
  options: AssignmentOptions,
): SvgNode {
  const { theme, group = null } = options;
  const layer = analysis.layers[cell.layer];
  const wordings = kernelWordings(analysis, cell.layer, group);
  const name = truncatedMiddle(layer.description.name, frame.name, 12, true, 0);
  const description = fittingText(wordings, frame.name, 11);
  const barY = cell.y + (frame.narrow ? 34 : 6);
  const liftY = frame.narrow ? barY + CHANCE_HEIGHT + BAR_HEIGHT + 3 : cell.y + 6;
  const selected = cell.layer === options.selectedLayer;
  const bar = { ...frame.bar, y: barY, height: 0 };
  const drawing = [
    svg("rect", {
      class: "figure-cell-frame",
      x: cell.x,
      y: cell.y,
      width: cell.width,
      height: cell.height,
      fill: theme.paper,
      stroke: selected ? theme.accent : undefined,
      "stroke-width": selected ? 2 : undefined,
    }),
    textNode(name, MARGIN, cell.y + 15, 12, theme.ink, { "font-weight": 600 }),
    textNode(description, MARGIN, cell.y + 29, 11, theme.muted),
    ...barNodes(analysis, cell.layer, bar, styles, options),
    ...liftNodes(layer, frame, liftY, styles, options),
  ];
  const sentence = layerSentence(analysis, cell.layer);
  const parts = segmentButtons(layer, bar, styles, group);
  return layerButton(cell.layer, cell, sentence, drawing, parts, `layers.${cell.layer}`);
}

/**
 * One row per layer: what chance gives (hatched), what the network has, and the
 * differences worth naming. Rows keep their place while labels are computed.
 */
export function assignmentFigure(analysis: Analysis, options: AssignmentOptions): Figure {
  const { theme } = options;
  const width = Math.min(
    ASSIGNMENT_LARGEST_WIDTH,
    Math.max(ASSIGNMENT_SMALLEST_WIDTH, options.width),
  );
  const inner = width - 2 * MARGIN;
  const frame = frameOf(width);
  const styles = labelStyles(analysis.features);
  const nodes: SvgNode[] = [];
  let y = MARGIN;
  for (const line of wrappedText(options.title ?? "", inner, 17, true)) {
    nodes.push(textNode(line, MARGIN, y + 16, 17, theme.ink, { "font-weight": 650 }));
    y += 23;
  }
  const baseline = options.baseline ?? "gaussian";
  const key = assignmentKey(
    analysis,
    { x: MARGIN, y, width: inner },
    baseline,
    theme,
    options.group ?? null,
  );
  nodes.push(...key.nodes);
  y += key.height + 8;
  const cells: FigureCell[] = [];
  analysis.layers.forEach((layer, index) => {
    const { role } = layer.place;
    if (index === 0 || analysis.layers[index - 1].place.role !== role) {
      const heading = fittingText(ROLE_HEADINGS[role], inner, 13, true);
      nodes.push(textNode(heading, MARGIN, y + 22, 13, theme.ink, { "font-weight": 600 }));
      y += 32;
    }
    const height = frame.narrow ? NARROW_ROW : ROW;
    cells.push({ layer: index, x: 4, y, width: width - 8, height });
    y += height + 2;
  });
  const height = Math.ceil(y + MARGIN);
  const label = `Labels of ${analysis.model.name}: one bar per layer, below a hatched bar of what chance gives`;
  const node = svgRoot(
    width,
    height,
    { role: "group", "aria-label": label, "font-family": FONT_FAMILY },
    svg("rect", { x: 0, y: 0, width, height, fill: theme.paper }),
    ...nodes,
    ...cells.map((cell) => rowNode(analysis, cell, frame, styles, options)),
  );
  return { node, width, height, cells };
}
