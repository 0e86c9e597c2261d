import type { GridLayout } from "../figures/kernelGrid.ts";

/** The kernel that a key goes to from another; null for keys that are not of the grid. */
export function kernelOfKey(
  { rows, columns }: Pick<GridLayout, "rows" | "columns">,
  from: number | null,
  key: string,
): number | null {
  const steps: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    PageUp: [-10, 0],
    PageDown: [10, 0],
    Home: [0, -columns],
    End: [0, columns],
  };
  const step = steps[key];
  if (step === undefined || rows * columns === 0) return null;
  if (from === null) return 0;
  const bounded = (value: number, count: number) => Math.max(0, Math.min(count - 1, value));
  const row = bounded(Math.floor(from / columns) + step[0], rows);
  const column = bounded((from % columns) + step[1], columns);
  return row * columns + column;
}

/** How far to scroll so that a stretch is in sight: as little as can be. */
export function scrolledTo(from: number, start: number, length: number, view: number): number {
  if (start < from) return Math.max(0, start);
  return start + length > from + view ? start + length - view : from;
}
