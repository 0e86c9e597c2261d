import type { Replacement } from "../../core/substitution/replacement.ts";
import { mixedColour } from "./colour.ts";
import { hatchPath } from "./hatch.ts";
import { markPath } from "./marks.ts";
import { type SvgNode, svg } from "./svg.ts";
import type { FigureTheme, MarkShape, ThemeName } from "./theme.ts";

export type ReplacementKind = Replacement["kind"];

interface Look {
  readonly shape: MarkShape;
  readonly radius: number;
  readonly isOpen: boolean;
  readonly colour: Readonly<Record<ThemeName, string>>;
}

/** Apart by shape, size and filling; colours are none of the features'. 3:1 on their paper. */
const LOOKS: Readonly<Record<Exclude<ReplacementKind, "random" | "random-fit" | "zero">, Look>> = {
  "best-fit": {
    shape: "diamond",
    radius: 5.4,
    isOpen: false,
    colour: { light: "#1F5FBF", dark: "#7FB0FF" },
  },
  label: {
    shape: "square",
    radius: 5.4,
    isOpen: true,
    colour: { light: "#8A4B00", dark: "#FFC27A" },
  },
  "low-rank": {
    shape: "triangle",
    radius: 5,
    isOpen: true,
    colour: { light: "#6A2C91", dark: "#CFA6F2" },
  },
  rounded: {
    shape: "diagonal-cross",
    radius: 4.2,
    isOpen: false,
    colour: { light: "#00634B", dark: "#62D6B4" },
  },
};

/** Half the height of a band of random draws. */
const BAND_HALF = 4.5;

/** Middle value; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return (sorted[Math.ceil(half) - 1] + sorted[Math.floor(half)]) / 2;
}

/** Results of one replacement on one line: `at` gives the place of a value. */
export function replacementMark(
  kind: ReplacementKind,
  values: readonly number[],
  at: (value: number) => number,
  y: number,
  theme: FigureTheme,
): readonly SvgNode[] {
  if (values.length === 0) return [];
  switch (kind) {
    case "random":
    case "random-fit":
      return bandMark(kind, values, at, y, theme);
    case "zero": {
      const d = `M${at(values[0])} ${y - 7}v14`;
      return [svg("path", { "data-replacement": kind, d, stroke: theme.ink, "stroke-width": 2.5 })];
    }
    case "best-fit":
    case "label":
    case "low-rank":
    case "rounded":
      return [plainMark(kind, at(values[0]), y, theme)];
  }
}

function plainMark(kind: keyof typeof LOOKS, x: number, y: number, theme: FigureTheme): SvgNode {
  const { shape, radius, isOpen, colour } = LOOKS[kind];
  return svg("path", {
    "data-replacement": kind,
    d: markPath(shape, x, y, radius),
    fill: isOpen ? "none" : colour[theme.name],
    stroke: isOpen ? colour[theme.name] : theme.halo,
    "stroke-width": isOpen ? 2 : 1,
    "stroke-linejoin": "round",
  });
}

/** The range of the draws as a band, hatched for fitted filters; their median as a mark in it. */
function bandMark(
  kind: "random" | "random-fit",
  values: readonly number[],
  at: (value: number) => number,
  y: number,
  theme: FigureTheme,
): readonly SvgNode[] {
  const [low, high] = [at(Math.min(...values)), at(Math.max(...values))];
  const box = { x: low - 1, y: y - BAND_HALF, width: high - low + 2, height: 2 * BAND_HALF };
  const isFitted = kind === "random-fit";
  return [
    svg("rect", {
      "data-replacement": kind,
      ...box,
      fill: isFitted ? theme.paper : mixedColour(theme.paper, theme.line, 0.4),
      stroke: theme.line,
      "stroke-width": 1,
    }),
    ...(isFitted
      ? [svg("path", { d: hatchPath(box), stroke: theme.line, "stroke-width": 1 })]
      : []),
    svg("path", {
      "data-replacement": `${kind}-median`,
      d: markPath(isFitted ? "diamond" : "circle", at(median(values)), y, isFitted ? 4.4 : 3.6),
      fill: theme.paper,
      stroke: theme.muted,
      "stroke-width": 2,
    }),
  ];
}
