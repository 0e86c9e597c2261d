import type { LayerOperator } from "../../core/operator/layerOperator.ts";
import { spreadCentres } from "./labelPlacement.ts";
import {
  amplificationText,
  atLeastText,
  atMostText,
  boundaryText,
  exactnessText,
} from "./operatorWords.ts";
import { type Picture, type SvgNode, shortNumber, svg, svgRoot } from "./svg.ts";
import { FONT_FAMILY, fittingText, textNode, textWidth, wrappedText } from "./text.ts";
import type { FigureTheme } from "./theme.ts";
import { roundTicks, tickText } from "./ticks.ts";

export interface OperatorFigureOptions {
  readonly operator: LayerOperator;
  /** In CSS pixels; at least 260. */
  readonly width: number;
  readonly theme: FigureTheme;
  /** Height of the plot without title and axes. */
  readonly plotHeight?: number;
  readonly title?: string;
}

const SMALLEST_WIDTH = 260;
const LABEL_SIZE = 12;
const LABEL_SPACING = 16;
const LEADER = 22;
/** Ticks up to here need no more room than this. */
const LEFT_AT_LEAST = 40;
/** Ticks of an axis at least. */
const FEWEST_TICKS = 4;

interface Plot {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Amplification at the top of the plot. */
  readonly highest: number;
}

/** A level across the plot that is named at its end. */
interface Level {
  readonly value: number;
  readonly wordings: readonly string[];
  readonly dash: string | undefined;
  readonly colour: string;
}

function heightAt({ top, bottom, highest }: Plot, value: number): number {
  return bottom - (Math.min(Math.max(value, 0), highest) / highest) * (bottom - top);
}

/** The bound, the largest value or what it is known to be, and what leaves lengths as they are. */
function levelsOf(operator: LayerOperator, theme: FigureTheme): readonly Level[] {
  const { norm, normWithZeroPadding, spectrum } = operator;
  const most = atMostText(normWithZeroPadding);
  const isWhole = operator.exactness.kind === "every-frequency";
  const levels: Level[] = [
    {
      value: normWithZeroPadding,
      wordings: [`bound ${most}`, `\u2264 ${most}`],
      dash: "6 3",
      colour: theme.accent,
    },
  ];
  if (spectrum === null) {
    const least = atLeastText(norm.atLeast);
    levels.push({
      value: norm.atLeast,
      wordings: [`at least ${least}`, `\u2265 ${least}`],
      dash: "2 3",
      colour: theme.accent,
    });
  } else {
    const largest = amplificationText(spectrum.curve[0]);
    levels.push({
      value: spectrum.curve[0],
      wordings: [`${isWhole ? "largest" : "shown"} ${largest}`, largest],
      dash: "1 3",
      colour: theme.ink,
    });
  }
  levels.push({
    value: 1,
    wordings: ["unchanged", "1"],
    dash: undefined,
    colour: theme.line,
  });
  return levels;
}

function curvePath(curve: Float64Array, plot: Plot): string {
  if (curve.length < 2) return "";
  const points = Array.from(curve, (value, index) => {
    const x = plot.left + (index / (curve.length - 1)) * (plot.right - plot.left);
    return `${shortNumber(x, 1)} ${shortNumber(heightAt(plot, value), 1)}`;
  });
  return `M${points.join("L")}`;
}

function axes(plot: Plot, theme: FigureTheme): readonly SvgNode[] {
  const nodes: SvgNode[] = [];
  const across = plot.right - plot.left;
  for (const tick of roundTicks(0, plot.highest, FEWEST_TICKS)) {
    const y = heightAt(plot, tick);
    nodes.push(
      svg("path", { d: `M${plot.left} ${shortNumber(y)}H${plot.right}`, stroke: theme.faint }),
      textNode(tickText(tick), plot.left - 7, y + 4, 11, theme.muted, { "text-anchor": "end" }),
    );
  }
  for (const share of across > 240 ? [0, 0.25, 0.5, 0.75, 1] : [0, 0.5, 1]) {
    const x = plot.left + share * across;
    nodes.push(
      svg("path", { d: `M${shortNumber(x)} ${plot.bottom}v4`, stroke: theme.line }),
      textNode(`${100 * share} %`, x, plot.bottom + 16, 11, theme.muted, {
        "text-anchor": "middle",
      }),
    );
  }
  nodes.push(
    svg("path", {
      d: `M${plot.left} ${plot.top}V${plot.bottom}H${plot.right}`,
      fill: "none",
      stroke: theme.line,
    }),
  );
  return nodes;
}

function levelNodes(
  levels: readonly Level[],
  plot: Plot,
  room: number,
  theme: FigureTheme,
): readonly SvgNode[] {
  const heights = levels.map(({ value }) => heightAt(plot, value));
  const centres = spreadCentres(heights, LABEL_SPACING, plot.top, plot.bottom - 2);
  return levels.flatMap(({ wordings, dash, colour }, index) => {
    const y = shortNumber(heights[index]);
    const x = plot.right + LEADER;
    const text = fittingText(wordings, room - LEADER - 8, LABEL_SIZE);
    return [
      svg("path", {
        "data-level": wordings[0],
        d: `M${plot.left} ${y}H${plot.right}`,
        stroke: colour,
        "stroke-width": 1.5,
        "stroke-dasharray": dash,
      }),
      svg("path", {
        d: `M${plot.right + 2} ${y}L${x - 5} ${shortNumber(centres[index])}`,
        stroke: colour,
        "stroke-width": 1,
      }),
      textNode(text, x, centres[index] + 4, LABEL_SIZE, theme.ink),
    ];
  });
}

/**
 * Singular values of a layer's operator, sorted, on an absolute axis (how many times longer an
 * output can be than its input), with the certified bound; without values, the two bounds.
 */
export function operatorFigure(options: OperatorFigureOptions): Picture {
  const { operator, theme, plotHeight = 200 } = options;
  const width = Math.max(SMALLEST_WIDTH, options.width);
  const { spectrum, normWithZeroPadding } = operator;
  const levels = levelsOf(operator, theme);
  const longest = Math.max(...levels.map(({ wordings }) => textWidth(wordings[0], LABEL_SIZE)));
  const room = Math.min(longest + LEADER + 12, width * 0.42);
  const nodes: SvgNode[] = [];
  let y = 8;
  const lines = (text: string, size: number, step: number, bold = false) => {
    for (const line of wrappedText(text, width - 16, size, bold)) {
      const weight = bold ? { "font-weight": 600 } : {};
      nodes.push(textNode(line, 8, y + size, size, theme.ink, weight));
      y += step;
    }
  };
  if (options.title !== undefined) lines(options.title, 13, 18, true);
  lines("\u2191 amplification: length of the output over that of the input", 11, 15);
  const top = y + 8;
  const highest = Math.max(normWithZeroPadding, 1) * 1.05;
  const tickWidths = roundTicks(0, highest, FEWEST_TICKS).map((tick) =>
    textWidth(tickText(tick), 11),
  );
  const left = Math.max(LEFT_AT_LEAST, Math.max(...tickWidths) + 11);
  const plot: Plot = { left, top, right: width - room, bottom: top + plotHeight, highest };
  nodes.push(...axes(plot, theme), ...levelNodes(levels, plot, room, theme));
  if (spectrum !== null) {
    nodes.push(
      svg("path", {
        "data-series": "singular values",
        d: curvePath(spectrum.curve, plot),
        fill: "none",
        stroke: theme.ink,
        "stroke-width": 2.5,
        "stroke-linejoin": "round",
      }),
    );
  }
  y = plot.bottom + 22;
  lines("patterns over all channels, from most to least amplified \u2192", 11, 15);
  lines(boundaryText(operator), 11, 15);
  lines(exactnessText(operator.exactness, spectrum?.count ?? 0), 11, 15);
  const height = Math.ceil(y + 6);
  const levelWords = levels.map(({ wordings }) => wordings[0]).join("; ");
  const said = [
    `Amplification of patterns by the layer, sorted: ${levelWords}.`,
    boundaryText(operator),
    exactnessText(operator.exactness, spectrum?.count ?? 0),
  ];
  const attributes = {
    role: "img",
    "aria-label": said.join(" "),
    "font-family": FONT_FAMILY,
  };
  const paper = svg("rect", { x: 0, y: 0, width, height, fill: theme.paper });
  return { node: svgRoot(width, height, attributes, paper, ...nodes), width, height };
}
