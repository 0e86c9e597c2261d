import type { Comparison, PairComparison } from "../../core/comparison/comparison.ts";
import { excess } from "../figures/compareWords.ts";

/** What the table can be sorted by; `null` is the network's order. */
export type SortColumn = "shift" | "labels" | "moved" | "kernels";

export interface Sort {
  readonly column: SortColumn;
  readonly descending: boolean;
}

/** The largest change first, then the smallest first, then the network's order again. */
export function nextSort(sort: Sort | null, column: SortColumn): Sort | null {
  if (sort?.column !== column) return { column, descending: true };
  return sort.descending ? { column, descending: false } : null;
}

/**
 * How much a row counts: what changed by more than noise first, then by how far it stands out of
 * its noise, since small layers move far by chance.
 */
function sortKey(pair: PairComparison, column: SortColumn): readonly [number, number] {
  switch (column) {
    case "shift":
      return [pair.shift.exceedsNoise ? 1 : 0, excess(pair.shift)];
    case "labels":
      return [pair.labels.exceedsNoise ? 1 : 0, excess(pair.labels)];
    case "moved":
      return [0, pair.weights.moved ?? Number.NEGATIVE_INFINITY];
    case "kernels":
      return [0, pair.kernelsA + pair.kernelsB];
  }
}

/** Indexes of the pairs in the order of the table; ties keep the network's order. */
export function sortedPairs({ pairs }: Comparison, sort: Sort | null): readonly number[] {
  const order = [...pairs.keys()];
  if (sort === null) return order;
  const { column, descending } = sort;
  const keys = pairs.map((pair) => sortKey(pair, column));
  return order.sort((first, second) => {
    const [[rankA, valueA], [rankB, valueB]] = [keys[first], keys[second]];
    // Two values below all others are equal, and their difference would be no number.
    const difference = rankA - rankB || (valueA === valueB ? 0 : valueA - valueB);
    return (descending ? -difference : difference) || first - second;
  });
}
