import type { Comparison } from "../../core/comparison/comparison.ts";
import type { Figure, FigureCell } from "./figure.ts";
import { ROLE_HEADINGS } from "./roleHeadings.ts";
import { type SvgNode, svg } from "./svg.ts";
import { fittingText, textNode, truncatedMiddle } from "./text.ts";
import type { FigureTheme } from "./theme.ts";

export const COMPARE_SMALLEST_WIDTH = 320;
export const COMPARE_LARGEST_WIDTH = 1600;

/** Around the figures, px. */
export const COMPARE_MARGIN = 12;

const HEADING = 30;

export interface CompareOptions {
  /** In CSS pixels. */
  readonly width: number;
  readonly theme: FigureTheme;
}

/**
 * The same figure with a frame around one row. All other nodes are those of before, so that the
 * page draws nothing but the frame anew.
 *
 * @param selected index in `Comparison.pairs`; the figure itself where it has no such row.
 */
export function withSelectedRow(figure: Figure, selected: number, theme: FigureTheme): Figure {
  const cell = figure.cells.find(({ layer }) => layer === selected);
  if (cell === undefined) return figure;
  const { x, y, width, height } = cell;
  const frame = svg("rect", {
    ...{ x, y, width, height },
    fill: "none",
    stroke: theme.accent,
    "stroke-width": 2,
    "pointer-events": "none",
  });
  return { ...figure, node: { ...figure.node, children: [...figure.node.children, frame] } };
}

/** Paper and name of one row, below which the figure draws the rest of it. */
export function rowHead(
  cell: FigureCell,
  name: string,
  nameWidth: number,
  theme: FigureTheme,
): readonly SvgNode[] {
  const { x, y, width, height } = cell;
  return [
    svg("rect", { class: "figure-cell-frame", ...{ x, y, width, height }, fill: theme.paper }),
    textNode(truncatedMiddle(name, nameWidth, 12, true, 0), COMPARE_MARGIN, y + 15, 12, theme.ink, {
      "font-weight": 600,
    }),
  ];
}

export function compareWidth({ width }: CompareOptions): number {
  return Math.min(COMPARE_LARGEST_WIDTH, Math.max(COMPARE_SMALLEST_WIDTH, width));
}

export interface PlacedRow {
  /** Index in `Comparison.pairs`. */
  readonly pair: number;
  readonly y: number;
}

/** Rows of layers below the headings of their half of the network. */
export interface RowsBlock {
  readonly rows: readonly PlacedRow[];
  readonly headings: readonly SvgNode[];
  /** Where the last row ends. */
  readonly bottom: number;
}

export function placedRows(
  { pairs }: Comparison,
  { x, y, width }: { readonly x: number; readonly y: number; readonly width: number },
  height: number,
  theme: FigureTheme,
): RowsBlock {
  const rows: PlacedRow[] = [];
  const headings: SvgNode[] = [];
  let at = y;
  for (const [pair, { role }] of pairs.entries()) {
    if (pair === 0 || pairs[pair - 1].role !== role) {
      const heading = fittingText(ROLE_HEADINGS[role], width, 13, true);
      headings.push(textNode(heading, x, at + 21, 13, theme.ink, { "font-weight": 600 }));
      at += HEADING;
    }
    rows.push({ pair, y: at });
    at += height + 2;
  }
  return { rows, headings, bottom: at };
}
