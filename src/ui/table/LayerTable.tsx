import { type JSX, type ReactNode, useMemo, useState } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import { ratioText } from "../figures/lift.ts";
import { countText, groupedNumber, sizeText } from "../figures/text.ts";
import { usePage } from "../hooks/usePage.ts";
import { useWindowHeight } from "../hooks/useWindowHeight.ts";
import { selectLayer } from "../state/actions.ts";
import { NONE_TEXT, PENDING_TEXT, shareText } from "./cellText.ts";
import { type GridSort, nextSort } from "./gridSort.ts";
import {
  type LayerColumnId,
  layerColumns,
  layerShare,
  type ShareKind,
  shareColumn,
  sortedLayerRows,
} from "./layerRows.ts";
import { SortedGrid } from "./SortedGrid.tsx";
import { saveLayerRows } from "./saveRows.ts";
import { tableHeight } from "./tableHeight.ts";

const ROW_HEIGHT = 32;

interface Props {
  readonly analysis: Analysis;
}

function liftText(lift: number): string {
  if (Number.isNaN(lift)) return NONE_TEXT;
  if (lift === Number.POSITIVE_INFINITY) return "new";
  return lift === 0 ? "none" : ratioText(lift);
}

function shareCell(analysis: Analysis, index: number, kind: ShareKind, label: number): string {
  const layer = analysis.layers[index];
  if (layer.action === null || layer.baseline === null) return PENDING_TEXT;
  const value = layerShare(layer, kind, label);
  return kind === "lift" ? liftText(value) : shareText(value, 1);
}

function layerCell(analysis: Analysis, index: number, column: LayerColumnId): ReactNode {
  const { description, place, kernelCount } = analysis.layers[index];
  const share = shareColumn(analysis, column);
  if (share !== null) return shareCell(analysis, index, share.kind, share.label);
  switch (column) {
    case "layer":
      return <span title={description.name}>{description.name}</span>;
    case "role":
      return place.role === "other" ? "not known" : place.role;
    case "map":
      return sizeText(place.grid);
    case "kernels":
      return groupedNumber(kernelCount);
    default:
      return null;
  }
}

/** Shares of labels per layer, never without what chance gives: the twin of their figure. */
export function LayerTable({ analysis }: Props): JSX.Element {
  const [sort, setSort] = useState<GridSort<LayerColumnId> | null>(null);
  const [cursor, setCursor] = useState<number | null>(null);
  const selected = usePage((state) => state.selection.layer);
  const windowHeight = useWindowHeight();
  const columns = useMemo(() => layerColumns(analysis), [analysis]);
  const order = useMemo(() => sortedLayerRows(analysis, sort), [analysis, sort]);
  return (
    <>
      <SortedGrid
        label="Layers of the network"
        columns={columns}
        rows={order.length}
        rowHeight={ROW_HEIGHT}
        mostHeight={tableHeight(windowHeight)}
        sort={sort}
        onSort={(column) => {
          setSort(nextSort(sort, column));
          setCursor(null);
        }}
        cursor={cursor}
        onCursor={setCursor}
        row={(row) => {
          const isCurrent = analysis.layers[order[row]].description.name === selected;
          return { result: `layers.${order[row]}`, isSelected: isCurrent, isCurrent };
        }}
        cell={(row, column) => ({ content: layerCell(analysis, order[row], column) })}
        onChoose={(row) => selectLayer(analysis.layers[order[row]].description.name)}
      />
      <div className="table-foot">
        <p className="small muted">
          {countText(order.length, "layer")}. Noise: random kernels on the same map, under the same
          rule. Lift: share over noise (new: noise never gets it).
        </p>
        <button
          type="button"
          className="button"
          disabled={analysis.timings === null}
          onClick={() => void saveLayerRows(analysis, order)}
        >
          Save these rows as CSV
        </button>
      </div>
    </>
  );
}
