import { type JSX, useCallback, useMemo, useState } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import type { KernelPlace } from "../../core/results/csv.ts";
import type { KernelGroup } from "../../core/selection/kernelGroup.ts";
import { groupMembers } from "../../core/selection/membership.ts";
import type { SelectedLayer } from "../hooks/useSelectedLayer.ts";
import { useWindowHeight } from "../hooks/useWindowHeight.ts";
import { togglePicked } from "../plot/plotKeys.ts";
import { selectKernel } from "../state/actions.ts";
import { type GridSort, nextSort } from "./gridSort.ts";
import { kernelCell } from "./kernelCells.tsx";
import type { KernelColumn, KernelColumnId } from "./kernelColumns.ts";
import { kernelPlace } from "./kernelRows.ts";
import { type GridCell, SortedGrid } from "./SortedGrid.tsx";
import { tableHeight } from "./tableHeight.ts";
import { useExactLayers } from "./useExactLayers.ts";
import type { MadeRows } from "./useKernelRows.ts";

const ROW_HEIGHT = 36;

interface Props {
  readonly analysis: Analysis;
  readonly made: MadeRows;
  readonly columns: readonly KernelColumn[];
  readonly sort: GridSort<KernelColumnId> | null;
  readonly onSort: (sort: GridSort<KernelColumnId> | null) => void;
  readonly group: KernelGroup | null;
  readonly selected: SelectedLayer | null;
}

/** Layers of the rows in sight. */
function layersInSight({ rows, numbers }: MadeRows, first: number, count: number): number[] {
  const found = new Set<number>();
  for (let row = first; row < Math.min(first + count, rows.length); row++) {
    found.add(kernelPlace(numbers, rows[row]).layer);
  }
  return [...found];
}

/** Where a cell's number stands in the export, if not in its kernel's record. */
function cellResult(
  analysis: Analysis,
  { layer, kernel }: KernelPlace,
  column: KernelColumnId,
): string | null {
  if (column === "layer") return `layers.${layer}`;
  const cluster = analysis.layers[layer].values.clusters[kernel];
  return column === "cluster" && cluster >= 0 ? `layers.${layer}.clusters.${cluster}` : null;
}

/** The rows themselves, as far as they are in sight. */
export function KernelRows({
  analysis,
  made,
  columns,
  sort,
  onSort,
  ...props
}: Props): JSX.Element {
  const { group, selected } = props;
  const windowHeight = useWindowHeight();
  const [cursor, setCursor] = useState<number | null>(null);
  const [sight, setSight] = useState({ first: 0, count: 0 });
  const onSight = useCallback((first: number, count: number) => setSight({ first, count }), []);
  const inSight = useMemo(() => layersInSight(made, sight.first, sight.count), [made, sight]);
  useExactLayers(analysis, inSight);

  const membersOf = useMemo(() => {
    const known = new Map<number, Uint8Array | null>();
    return (layer: number) => {
      const before = known.get(layer);
      if (before !== undefined) return before;
      const members = group === null ? null : groupMembers(analysis, layer, group);
      known.set(layer, members);
      return members;
    };
  }, [analysis, group]);

  const factsOf = (row: number) => {
    const place = kernelPlace(made.numbers, made.rows[row]);
    return {
      analysis,
      place,
      isInGroup: membersOf(place.layer)?.[place.kernel] === 1,
      isCurrent: selected?.index === place.layer && selected.kernel === place.kernel,
    };
  };
  const choose = (row: number, column: KernelColumnId | null, adds: boolean) => {
    const { layer, kernel } = kernelPlace(made.numbers, made.rows[row]);
    const { name } = analysis.layers[layer].description;
    if (adds || column === "group") togglePicked(name, kernel);
    else selectKernel(name, kernel);
  };
  if (made.rows.length === 0) {
    return <p className="no-rows">No kernel fits. Change the filter, or show all kernels.</p>;
  }
  return (
    <SortedGrid
      label="Kernels"
      columns={columns}
      rows={made.rows.length}
      rowHeight={ROW_HEIGHT}
      mostHeight={tableHeight(windowHeight)}
      sort={sort}
      onSort={(column) => {
        onSort(nextSort(sort, column));
        setCursor(null);
      }}
      cursor={cursor}
      onCursor={setCursor}
      onSight={onSight}
      row={(row) => {
        const { place, isInGroup, isCurrent } = factsOf(row);
        const result = `layers.${place.layer}.kernels.${place.kernel}`;
        return { result, isSelected: isInGroup || isCurrent, isCurrent };
      }}
      cell={(row, column): GridCell => {
        const facts = factsOf(row);
        const result = cellResult(analysis, facts.place, column);
        return { content: kernelCell(facts, column), ...(result === null ? {} : { result }) };
      }}
      onChoose={choose}
    />
  );
}
