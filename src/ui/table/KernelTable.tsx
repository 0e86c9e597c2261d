import { type JSX, useDeferredValue, useMemo, useState } from "react";
import { countText } from "../figures/text.ts";
import { usePage } from "../hooks/usePage.ts";
import { useSelectedLayer } from "../hooks/useSelectedLayer.ts";
import type { ShownAnalysis } from "../hooks/useShownAnalysis.ts";
import { ColumnPicker } from "./ColumnPicker.tsx";
import { type ColumnChoice, isShown } from "./columnChoice.ts";
import type { GridSort } from "./gridSort.ts";
import { KernelRows } from "./KernelRows.tsx";
import {
  type KernelColumn,
  type KernelColumnId,
  kernelColumns,
  mostWeights,
} from "./kernelColumns.ts";
import { type RowScope, rowSource } from "./kernelRows.ts";
import { parsedRowFilter } from "./rowFilter.ts";
import { saveKernelRows } from "./saveRows.ts";
import { TableChoices } from "./TableChoices.tsx";
import { useExactLayers } from "./useExactLayers.ts";
import { rowsNeedExact, useKernelRows } from "./useKernelRows.ts";

interface Props {
  readonly shown: ShownAnalysis;
  readonly width: number;
}

/** One row per kernel: the twin of every plot of kernels. */
export function KernelTable({ shown, width }: Props): JSX.Element {
  const { analysis, isComplete } = shown;
  const selected = useSelectedLayer(analysis);
  const group = usePage((state) => state.selection.group);
  const [chosenScope, setScope] = useState<RowScope>(selected === null ? "model" : "layer");
  const scope = chosenScope === "group" && group === null ? "layer" : chosenScope;
  const [filterText, setFilterText] = useState("");
  const deferredText = useDeferredValue(filterText);
  const filter = useMemo(() => parsedRowFilter(deferredText), [deferredText]);
  const [sort, setSort] = useState<GridSort<KernelColumnId> | null>(null);
  const [columnChoice, setColumnChoice] = useState<ColumnChoice>({});
  const layer = selected?.index ?? 0;
  const made = useKernelRows(analysis, { scope, layer, group, filter, sort });
  const sourceLayers = rowSource(analysis, { scope, layer, group }).layers;
  const needsAll = rowsNeedExact({ filter, sort });
  const open = useExactLayers(analysis, needsAll ? sourceLayers : []);
  const weights = mostWeights(sourceLayers.map((index) => analysis.layers[index]));
  const all = useMemo(() => kernelColumns(weights), [weights]);
  const columns = all.filter(({ id }) => isShown(id, columnChoice, width, scope));
  return (
    <>
      <TableChoices
        scope={scope}
        onScope={setScope}
        layerName={analysis.layers[layer]?.description.name ?? ""}
        hasGroup={group !== null}
        filter={filterText}
        onFilter={setFilterText}
      >
        <ColumnPicker
          columns={all}
          choice={columnChoice}
          width={width}
          scope={scope}
          onChange={(one, isOn) => setColumnChoice({ ...columnChoice, [one]: isOn })}
        />
      </TableChoices>
      {made !== null && (
        <KernelRows
          // Other rows are looked at from the top.
          key={`${scope} ${scope === "layer" ? layer : ""}`}
          // Kernels are numbered alike as long as values and settings are.
          analysis={made.analysis.pca === analysis.pca ? analysis : made.analysis}
          made={made}
          columns={columns}
          sort={sort}
          onSort={setSort}
          group={group}
          selected={selected}
        />
      )}
      <div className="table-foot">
        <p className="small muted" aria-live="polite">
          {made === null
            ? "The rows are being made."
            : `${countText(made.rows.length, "row")}${sortWords(all, sort)}.${waitWords(open)}`}
        </p>
        <button
          type="button"
          className="button"
          disabled={made === null || made.rows.length === 0 || !isComplete}
          onClick={() => made !== null && void saveKernelRows(made)}
        >
          Save these rows as CSV
        </button>
      </div>
    </>
  );
}

function sortWords(
  columns: readonly KernelColumn[],
  sort: GridSort<KernelColumnId> | null,
): string {
  if (sort === null) return ", in the network's order";
  const title = columns.find(({ id }) => id === sort.column)?.title ?? sort.column;
  return `, sorted by ${title}, ${sort.descending ? "falling" : "rising"}`;
}

function waitWords(layers: number): string {
  if (layers === 0) return "";
  return ` Distances of ${countText(layers, "layer")} still come in.`;
}
