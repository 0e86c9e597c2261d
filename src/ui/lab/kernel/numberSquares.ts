import { contrast } from "../../figures/colour.ts";
import { weightText } from "../../figures/glyph.ts";
import { type Picture, svg, svgRoot } from "../../figures/svg.ts";
import { FONT_FAMILY, SMALLEST_FONT_SIZE, textNode, textWidth } from "../../figures/text.ts";
import { mapColour } from "./mapColours.ts";
import type { MapScale } from "./mapScale.ts";

export interface SquaresOptions {
  /** rows * columns numbers, row-major. */
  readonly values: ArrayLike<number>;
  readonly rows: number;
  readonly columns: number;
  readonly scale: MapScale;
  /** Length of the longer side, px. */
  readonly size: number;
  readonly numbers: boolean;
  /** Around the whole, and between it and the page. */
  readonly line: string;
  /** For those who cannot see it; without, it is part of a picture that says it. */
  readonly label?: string;
  /** A part to be framed: first row, first column, rows, columns. */
  readonly framed?: readonly [number, number, number, number];
}

/** Free room beside a number, px. */
const ROOM = 6;

/** Pixels as squares in the colours of their map, with their numbers where they fit. */
export function numberSquares(options: SquaresOptions): Picture {
  const { values, rows, columns, scale, numbers, framed } = options;
  const side = options.size / Math.max(rows, columns, 1);
  const [width, height] = [side * columns, side * rows];
  const texts = Array.from({ length: rows * columns }, (_, at) => weightText(values[at]));
  const widest = Math.max(1, ...texts.map((text) => textWidth(text, 1)));
  const fontSize = Math.max(SMALLEST_FONT_SIZE, Math.min(14, (side - ROOM) / widest));
  const nodes = texts.flatMap((text, at) => {
    const [x, y] = [(at % columns) * side, Math.floor(at / columns) * side];
    const fill = mapColour(values[at], scale);
    // A hair wider than the square: no seams where squares meet.
    const square = svg("rect", { x, y, width: side + 0.2, height: side + 0.2, fill });
    if (!numbers || textWidth(text, fontSize) > side - 2) return [square];
    const ink = contrast(fill, "#FFFFFF") >= 4.5 ? "#FFFFFF" : "#000000";
    const middle = { "text-anchor": "middle" };
    return [
      square,
      textNode(text, x + side / 2, y + side / 2 + fontSize * 0.36, fontSize, ink, middle),
    ];
  });
  const frame = { fill: "none", stroke: options.line };
  nodes.push(svg("rect", { x: 0.5, y: 0.5, width: width - 1, height: height - 1, ...frame }));
  if (framed !== undefined) {
    const [top, left, down, across] = framed.map((squares) => squares * side);
    const box = { x: left, y: top, width: across, height: down, fill: "none" };
    nodes.push(
      svg("rect", { ...box, stroke: "#FFFFFF", "stroke-width": 4 }),
      svg("rect", { ...box, stroke: "#111417", "stroke-width": 2 }),
    );
  }
  const words =
    options.label === undefined
      ? { "aria-hidden": "true" }
      : { role: "img", "aria-label": options.label };
  const attributes = { ...words, "font-family": FONT_FAMILY };
  return { node: svgRoot(width, height, attributes, ...nodes), width, height };
}
