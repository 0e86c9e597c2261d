import { useCallback } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import type { KernelGroup } from "../../core/selection/kernelGroup.ts";
import { groupMembers } from "../../core/selection/membership.ts";
import { useInSlices } from "../hooks/useInSlices.ts";
import { useSteadyAnalysis } from "../hooks/useSteadyAnalysis.ts";
import type { GridSort } from "./gridSort.ts";
import { columnReader, type KernelColumnId } from "./kernelColumns.ts";
import {
  type KernelNumbers,
  kernelNumbers,
  numbersOfRows,
  type RowChoice,
  rowSource,
} from "./kernelRows.ts";
import { filterNeedsAction, type RowFilter, rowTest } from "./rowFilter.ts";
import { sortedRows } from "./sortRows.ts";

export interface RowsChoice extends RowChoice {
  readonly filter: RowFilter;
  readonly sort: GridSort<KernelColumnId> | null;
}

export interface MadeRows {
  /** Whose kernels are numbered. */
  readonly analysis: Analysis;
  readonly numbers: KernelNumbers;
  /** Kernel numbers in the order of the table. */
  readonly rows: Uint32Array;
}

const NEED_ACTION: readonly KernelColumnId[] = ["label", "distance", "margin"];

/** True if rows must be made anew when labels or distances come in. */
function rowsNeedAction({ filter, sort, group, scope }: RowsChoice): boolean {
  return (
    filterNeedsAction(filter) ||
    (sort !== null && NEED_ACTION.includes(sort.column)) ||
    (scope === "group" && group?.kind === "label")
  );
}

/** True if rows cannot be made without the distances of the full grid. */
export function rowsNeedExact({ filter, sort }: Pick<RowsChoice, "filter" | "sort">): boolean {
  const needs = (column: KernelColumnId) => column === "distance" || column === "margin";
  return (
    (sort !== null && needs(sort.column)) ||
    filter.numbers.some(({ column }) => needs(column)) ||
    filter.words.includes("tie")
  );
}

/** The rows of the table; worked out in steps. */
export function* kernelRows(analysis: Analysis, choice: RowsChoice): Generator<void, MadeRows> {
  const numbers = kernelNumbers(analysis);
  const { group, filter, sort } = choice;
  const membersOf = (layer: number) => groupMembersOf(analysis, layer, group);
  const rows = yield* numbersOfRows(rowSource(analysis, choice), numbers, (layer) =>
    rowTest(analysis, layer, filter, membersOf(layer)),
  );
  if (sort === null) return { analysis, numbers, rows };
  const { column, descending } = sort;
  const readerOf = (layer: number) => columnReader(analysis, layer, column, membersOf(layer));
  return { analysis, numbers, rows: yield* sortedRows(rows, numbers, readerOf, descending) };
}

function groupMembersOf(
  analysis: Analysis,
  layer: number,
  group: KernelGroup | null,
): Uint8Array | null {
  return group === null ? null : groupMembers(analysis, layer, group);
}

/** The rows of the table, made without stopping the page; null before the first ones are. */
export function useKernelRows(shown: Analysis, choice: RowsChoice): MadeRows | null {
  const { scope, layer, group, filter, sort } = choice;
  const followsGroup = scope === "group" || sort?.column === "group" || filter.words.length > 0;
  // A group that decides about no row moves none.
  const usedGroup = followsGroup ? group : null;
  const usedLayer = scope === "layer" ? layer : 0;
  const analysis = useSteadyAnalysis(shown, rowsNeedAction(choice));
  const make = useCallback(
    () => kernelRows(analysis, { scope, layer: usedLayer, group: usedGroup, filter, sort }),
    [analysis, scope, usedLayer, usedGroup, filter, sort],
  );
  return useInSlices(make);
}
