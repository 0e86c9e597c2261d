import { type KernelColumn, type KernelColumnId, weightEntry } from "./kernelColumns.ts";
import type { RowScope } from "./kernelRows.ts";

/** Columns that are shown or left out together. */
export type ColumnSwitch = Exclude<KernelColumnId, `w${number}`> | "weights";

function switchOf(id: KernelColumnId): ColumnSwitch {
  return weightEntry(id) === null ? (id as ColumnSwitch) : "weights";
}

/** What a person switched on or off; everything else is as the width allows. */
export type ColumnChoice = Readonly<Partial<Record<ColumnSwitch, boolean>>>;

/** Below this width, px, only what tells kernels apart and what they act like is shown at first. */
const NARROW = 640;

const SHOWN_NARROW: readonly ColumnSwitch[] = ["kernel", "in", "out", "label", "distance"];

/** Whether a column is shown. In a table of one layer its name is only repeated where there is room. */
export function isShown(
  id: KernelColumnId,
  choice: ColumnChoice,
  width: number,
  scope: RowScope,
): boolean {
  const one = switchOf(id);
  const chosen = choice[one];
  if (chosen !== undefined) return chosen;
  if (one === "weights") return false;
  if (width >= NARROW) return true;
  return SHOWN_NARROW.includes(one) || (one === "layer" && scope !== "layer");
}

/** The switches of all columns, in their order. */
export function columnSwitches(
  columns: readonly KernelColumn[],
): readonly { readonly id: ColumnSwitch; readonly first: KernelColumn; readonly title: string }[] {
  const found = new Map<ColumnSwitch, KernelColumn>();
  for (const column of columns) {
    const id = switchOf(column.id);
    if (!found.has(id)) found.set(id, column);
  }
  return [...found].map(([id, first]) => ({
    id,
    first,
    title: id === "weights" ? "Weights" : first.title,
  }));
}
