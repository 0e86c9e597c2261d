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

function sortValue(pair: PairComparison, column: SortColumn): number {
  switch (column) {
    // By how far it stands out of its noise: small layers move far by chance.
    case "shift":
      return excess(pair.shift);
    case "labels":
      return excess(pair.labels);
    case "moved":
      return pair.weights.moved ?? Number.NEGATIVE_INFINITY;
    case "kernels":
      return pair.kernelsA + pair.kernelsB;
  }
}

/** Indexes of the pairs in the order of the table; ties keep the network's order. */
export function sortedPairs({ pairs }: Comparison, sort: Sort | null): readonly number[] {
  const order = [...pairs.keys()];
  if (sort === null) return order;
  const { column, descending } = sort;
  return order.sort((first, second) => {
    const difference = sortValue(pairs[first], column) - sortValue(pairs[second], column);
    return (descending ? -difference : difference) || first - second;
  });
}
