/** A column and a direction; null: the network's own order. */
export interface GridSort<Id extends string> {
  readonly column: Id;
  readonly descending: boolean;
}

/** What a press on a column's head does: up, then down, then the network's order again. */
export function nextSort<Id extends string>(
  before: GridSort<Id> | null,
  column: Id,
): GridSort<Id> | null {
  if (before?.column !== column) return { column, descending: false };
  return before.descending ? null : { column, descending: true };
}
