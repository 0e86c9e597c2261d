import type { Size2d } from "../../core/network/size2d.ts";
import { contrast, mixedColour } from "./colour.ts";
import { type Picture, svg, svgRoot } from "./svg.ts";
import { FONT_FAMILY, SMALLEST_FONT_SIZE, textNode, textWidth } from "./text.ts";
import type { FigureTheme, ThemeName } from "./theme.ts";

export interface GlyphOptions {
  /** height * width entries, row-major. */
  readonly weights: ArrayLike<number>;
  readonly kernelSize: Size2d;
  /** |weight| that gets the full colour; print it beside the glyphs that share it. */
  readonly scale: number;
  /** Length of the longer side in CSS pixels. */
  readonly size: number;
  readonly theme: FigureTheme;
  /** Writes each weight into its square where it fits. */
  readonly numbers?: boolean;
}

/**
 * Diverging map, orange - zero - purple: safe for the common colour deficiencies
 * (PuOr of ColorBrewer, Brewer 2003). Zero is the paper's own end of the grey scale.
 */
const COLOURS: Readonly<Record<ThemeName, { readonly [sign in "minus" | "plus"]: string[] }>> = {
  light: { minus: ["#FFFFFF", "#FDB863", "#B35806"], plus: ["#FFFFFF", "#B2ABD2", "#542788"] },
  dark: { minus: ["#000000", "#A65209", "#FDB863"], plus: ["#000000", "#6A4FA8", "#C9C1EC"] },
};

/** What stands for NaN and infinity: no colour of the map. */
const NOT_FINITE = "#7A7A7A";

/** Colour of a weight; beyond the scale as at its end. */
export function weightColour(weight: number, scale: number, theme: FigureTheme): string {
  if (!Number.isFinite(weight)) return NOT_FINITE;
  const share = scale > 0 ? Math.min(1, Math.abs(weight) / scale) : 0;
  const [zero, middle, end] = COLOURS[theme.name][weight < 0 ? "minus" : "plus"];
  return share <= 0.5
    ? mixedColour(zero, middle, share * 2)
    : mixedColour(middle, end, share * 2 - 1);
}

/** A weight in at most three digits, with a true minus sign. */
export function weightText(weight: number): string {
  if (Number.isNaN(weight)) return "NaN";
  if (!Number.isFinite(weight)) return weight < 0 ? "\u2212\u221E" : "\u221E";
  const rounded = Number(weight.toPrecision(2));
  const size = Math.abs(rounded);
  const text =
    size !== 0 && (size < 0.0001 || size >= 10000) ? size.toExponential(0) : String(size);
  return rounded < 0 ? `\u2212${text}` : text;
}

/** Free room beside a number in its square, px: without it, numbers of neighbours read as one. */
const NUMBER_ROOM = 10;

/** With less the number is left out. */
const LEAST_ROOM = 4;

/** A number that would have less room even in small type is written with one digit. */
const SMALL_TYPE_ROOM = 8;

/** A weight as it is written in its square. */
function squareText(weight: number, side: number): string {
  const text = weightText(weight);
  const width = textWidth(text, SMALLEST_FONT_SIZE);
  if (!Number.isFinite(weight) || width <= side - SMALL_TYPE_ROOM) return text;
  const rounded = weightText(Number(weight.toPrecision(1)));
  if (textWidth(rounded, SMALLEST_FONT_SIZE) <= side - SMALL_TYPE_ROOM) return rounded;
  const short = weight.toExponential(0).replace(/^-/, "\u2212");
  return textWidth(short, SMALLEST_FONT_SIZE) < width ? short : text;
}

/** One size for all numbers of a kernel: the largest of 11 to 14 px at which the widest fits. */
function fittingFontSize(texts: readonly string[], side: number): number {
  const widest = Math.max(...texts.map((text) => textWidth(text, 1)));
  // Where only small type fits, it may come closer to the edge than be left out.
  return Math.max(SMALLEST_FONT_SIZE, Math.min(14, side * 0.3, (side - NUMBER_ROOM) / widest));
}

/** A kernel as squares: orange below zero, purple above, zero white (dark theme: black). */
export function kernelGlyph(options: GlyphOptions): Picture {
  const { weights, kernelSize, scale, theme, numbers = false } = options;
  const [rows, columns] = kernelSize;
  const side = options.size / Math.max(rows, columns, 1);
  const [width, height] = [side * columns, side * rows];
  const texts = Array.from({ length: rows * columns }, (_, index) => weightText(weights[index]));
  const written = Array.from(texts, (_, index) => squareText(weights[index], side));
  const fontSize = fittingFontSize(written, side);
  const nodes = Array.from({ length: rows * columns }, (_, index) => {
    const [x, y] = [(index % columns) * side, Math.floor(index / columns) * side];
    const weight = weights[index];
    const fill = weightColour(weight, scale, theme);
    // A hair wider than the square: no seams where squares meet.
    const square = svg("rect", { x, y, width: side + 0.2, height: side + 0.2, fill });
    const text = written[index];
    if (!numbers || textWidth(text, fontSize) > side - LEAST_ROOM) return [square];
    const ink = contrast(fill, "#FFFFFF") >= 4.5 ? "#FFFFFF" : "#000000";
    const middle = { "text-anchor": "middle" };
    return [
      square,
      textNode(text, x + side / 2, y + side / 2 + fontSize * 0.36, fontSize, ink, middle),
    ];
  }).flat();
  const said = Array.from({ length: rows }, (_, row) =>
    texts.slice(row * columns, (row + 1) * columns),
  );
  const label = `Kernel, ${rows} by ${columns}: ${said.map((row) => row.join(" ")).join("; ")}`;
  const frame = svg("rect", {
    x: 0.5,
    y: 0.5,
    width: width - 1,
    height: height - 1,
    fill: "none",
    stroke: theme.line,
  });
  const attributes = { role: "img", "aria-label": label, "font-family": FONT_FAMILY };
  return { node: svgRoot(width, height, attributes, ...nodes, frame), width, height };
}
