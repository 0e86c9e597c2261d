/** Rows over which the stencil is seen to slide; all of them would take minutes. */
const ROWS_SHOWN = 14;

/** Time of one row, ms: slow enough to follow, quick enough to stay. */
const ROW_MS = 650;

export interface Sliding {
  readonly row: number;
  readonly column: number;
  readonly isOver: boolean;
}

/**
 * Where the stencil is after some time: row by row from left to right, as one reads, in leaps
 * of rows that end at the last one.
 */
export function slidingAt(
  milliseconds: number,
  { height, width }: { readonly height: number; readonly width: number },
): Sliding {
  const rows = Math.max(1, Math.min(ROWS_SHOWN, height));
  const at = Math.max(0, milliseconds) / ROW_MS;
  if (at >= rows) return { row: height - 1, column: width - 1, isOver: true };
  const line = Math.floor(at);
  const row = rows === 1 ? 0 : Math.round((line / (rows - 1)) * (height - 1));
  return { row, column: Math.min(width - 1, Math.floor((at - line) * width)), isOver: false };
}
