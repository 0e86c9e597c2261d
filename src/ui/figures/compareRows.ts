import type { Comparison } from "../../core/comparison/comparison.ts";
import { ROLE_HEADINGS } from "./roleHeadings.ts";
import type { SvgNode } from "./svg.ts";
import { fittingText, textNode } from "./text.ts";
import type { FigureTheme } from "./theme.ts";

export const COMPARE_SMALLEST_WIDTH = 320;
export const COMPARE_LARGEST_WIDTH = 1600;

const HEADING = 30;

export interface CompareOptions {
  /** In CSS pixels. */
  readonly width: number;
  readonly theme: FigureTheme;
  /** Index in `Comparison.pairs`. */
  readonly selected?: number;
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
