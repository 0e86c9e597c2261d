import { type Picture, type SvgNode, svg, svgRoot } from "../../figures/svg.ts";
import { FONT_FAMILY, textNode, wrappedText } from "../../figures/text.ts";
import type { FigureTheme } from "../../figures/theme.ts";

/** Narrower ones have no room for their words. */
export const SMALLEST_FIGURE = 280;

export const LABEL_SIZE = 12;
const NOTE_SIZE = 11;
const NOTE_LINE = 15;

/** Where values are drawn, px: from `left` to `right`. */
export interface Axis {
  readonly left: number;
  readonly right: number;
  /** px of a value; brought inside the axis. */
  readonly at: (value: number) => number;
}

export interface Tick {
  readonly value: number;
  readonly text: string;
}

/** Vertical lines and numbers of a horizontal axis; marked as a scale, which is no result. */
export function axisNodes(
  axis: Axis,
  ticks: readonly Tick[],
  top: number,
  bottom: number,
  theme: FigureTheme,
): readonly SvgNode[] {
  return [
    svg(
      "g",
      { "data-scale": "" },
      ...ticks.flatMap(({ value, text }) => {
        const x = axis.at(value);
        return [
          svg("path", { d: `M${x} ${top}V${bottom + 4}`, stroke: theme.faint }),
          textNode(text, x, bottom + 17, NOTE_SIZE, theme.muted, { "text-anchor": "middle" }),
        ];
      }),
      svg("path", { d: `M${axis.left} ${bottom}H${axis.right}`, stroke: theme.line }),
    ),
  ];
}

export interface Notes {
  readonly nodes: readonly SvgNode[];
  /** Below the last line, px. */
  readonly bottom: number;
}

/** Sentences below or above a plot. */
export function noteNodes(
  sentences: readonly string[],
  y: number,
  width: number,
  theme: FigureTheme,
): Notes {
  const lines = sentences.flatMap((sentence) => wrappedText(sentence, width - 8, NOTE_SIZE));
  const nodes = lines.map((line, at) =>
    textNode(line, 4, y + NOTE_SIZE + at * NOTE_LINE, NOTE_SIZE, theme.ink),
  );
  return { nodes, bottom: y + lines.length * NOTE_LINE };
}

/** A finished figure on its paper; `label` is what it says to those who do not see it. */
export function figureOf(
  nodes: readonly SvgNode[],
  width: number,
  height: number,
  label: string,
  theme: FigureTheme,
): Picture {
  const whole = Math.ceil(height);
  const attributes = { role: "img", "aria-label": label, "font-family": FONT_FAMILY };
  const paper = svg("rect", { x: 0, y: 0, width, height: whole, fill: theme.paper });
  return { node: svgRoot(width, whole, attributes, paper, ...nodes), width, height: whole };
}

/** An axis from one value to another. */
export function linearAxis(left: number, right: number, low: number, high: number): Axis {
  const share = (value: number) => Math.min(1, Math.max(0, (value - low) / (high - low || 1)));
  return { left, right, at: (value) => left + share(value) * (right - left) };
}

/** An axis on which equal ratios are equally long; all values above 0. */
export function logAxis(left: number, right: number, low: number, high: number): Axis {
  const linear = linearAxis(left, right, Math.log(low), Math.log(high));
  return { left, right, at: (value) => linear.at(value > 0 ? Math.log(value) : -Infinity) };
}
