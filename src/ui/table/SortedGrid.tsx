import {
  type JSX,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useEffect,
  useId,
} from "react";
import "./table.css";
import type { GridSort } from "./gridSort.ts";
import { useRowWindow } from "./useRowWindow.ts";

export interface GridColumn<Id extends string> {
  readonly id: Id;
  readonly title: string;
  /** In plain words. */
  readonly meaning: string;
  /** px. */
  readonly width: number;
  readonly isNumber: boolean;
}

export interface GridCell {
  /** Null: the column's row has nothing of that kind. */
  readonly content: ReactNode;
  /** Path in the exported results, where it differs from the row's. */
  readonly result?: string;
}

export interface GridRow {
  /** Path in the exported results. */
  readonly result: string;
  readonly isSelected: boolean;
  readonly isCurrent: boolean;
}

interface Props<Id extends string> {
  /** Of the table, for those who do not see it. */
  readonly label: string;
  readonly columns: readonly GridColumn<Id>[];
  readonly rows: number;
  readonly rowHeight: number;
  /** Highest the table may be, px. */
  readonly mostHeight: number;
  readonly sort: GridSort<Id> | null;
  readonly onSort: (column: Id) => void;
  /** Place of the row that the keys act on; null before the first key. */
  readonly cursor: number | null;
  readonly onCursor: (row: number) => void;
  readonly row: (row: number) => GridRow;
  readonly cell: (row: number, column: Id) => GridCell;
  /** Enter or a click; `adds`: together with Shift or Ctrl, or Space. */
  readonly onChoose: (row: number, column: Id | null, adds: boolean) => void;
  /** Told which rows are in sight; keep the same function while nothing changes. */
  readonly onSight?: (first: number, count: number) => void;
}

const HEAD_HEIGHT = 48;

/** Of the bar below, which takes from the height where the table is wider than the page. */
const BAR_HEIGHT = 16;

/** Shift and a click choose a row; they do not mark text. */
function keepText(event: MouseEvent<HTMLElement>): void {
  if (!event.shiftKey) return;
  event.preventDefault();
  event.currentTarget.closest("table")?.focus({ preventScroll: true });
}

/** Whole rows, at least one. */
function rowsThatFit(mostHeight: number, rows: number, rowHeight: number): number {
  const fitting = Math.floor((mostHeight - HEAD_HEIGHT - BAR_HEIGHT) / rowHeight);
  return Math.max(1, Math.min(rows, fitting));
}

function ariaSort(sort: GridSort<string> | null, column: string) {
  if (sort?.column !== column) return "none";
  return sort.descending ? "descending" : "ascending";
}

/** The row that a key goes to; null for keys that are not of the table. */
function rowOfKey(key: string, cursor: number | null, rows: number, page: number): number | null {
  const at = cursor ?? -1;
  const bounded = (row: number) => Math.max(0, Math.min(rows - 1, row));
  switch (key) {
    case "ArrowDown":
      return bounded(at + 1);
    case "ArrowUp":
      return bounded(at - 1);
    case "PageDown":
      return bounded(at + page);
    case "PageUp":
      return bounded(at - page);
    case "Home":
      return 0;
    case "End":
      return rows - 1;
    default:
      return null;
  }
}

/**
 * A table of any number of rows that is sorted by its heads and walked with the keys. The table
 * itself has the focus and names the row that the keys are at, since rows out of sight do not exist.
 */
export function SortedGrid<Id extends string>(props: Props<Id>): JSX.Element {
  const { label, columns, rows, rowHeight, sort, cursor, onCursor, onChoose, onSight } = props;
  const id = useId();
  const height =
    HEAD_HEIGHT + BAR_HEIGHT + rowsThatFit(props.mostHeight, rows, rowHeight) * rowHeight;
  const { ref, onScroll, inSight, show } = useRowWindow({
    rows,
    rowHeight,
    headHeight: HEAD_HEIGHT,
    viewHeight: height - BAR_HEIGHT,
  });
  const { first, count } = inSight;
  const isInSight = cursor !== null && cursor >= first && cursor < first + count;
  useEffect(() => onSight?.(first, count), [onSight, first, count]);

  const onKeyDown = (event: KeyboardEvent<HTMLTableElement>) => {
    // Keys on a head's button are the button's.
    if (event.target !== event.currentTarget || rows === 0) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (cursor !== null && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      onChoose(cursor, null, event.key === " " || event.shiftKey);
      return;
    }
    const to = rowOfKey(event.key, cursor, rows, count);
    if (to === null) return;
    event.preventDefault();
    onCursor(to);
    show(to);
  };

  const onClick = (event: MouseEvent<HTMLTableSectionElement>) => {
    if (!(event.target instanceof Element)) return;
    const row = Number(event.target.closest("tr")?.dataset.row ?? Number.NaN);
    const column = event.target.closest("td")?.dataset.column ?? null;
    if (!Number.isInteger(row)) return;
    onCursor(row);
    const known = columns.find((one) => one.id === column)?.id ?? null;
    onChoose(row, known, event.shiftKey || event.ctrlKey || event.metaKey);
  };

  return (
    <div className="grid-scroll" ref={ref} style={{ height }} onScroll={onScroll}>
      <div className="grid-room" style={{ height: inSight.height }}>
        <table
          className="grid"
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its rows are chosen
          role="grid"
          aria-label={label}
          aria-rowcount={rows + 1}
          aria-multiselectable="true"
          aria-activedescendant={isInSight ? `${id}-${cursor}` : undefined}
          tabIndex={0}
          onKeyDown={onKeyDown}
        >
          <colgroup>
            {columns.map((column) => (
              <col key={column.id} style={{ width: column.width }} />
            ))}
          </colgroup>
          <thead>
            <tr aria-rowindex={1} style={{ height: HEAD_HEIGHT }}>
              {columns.map((column) => (
                <GridHead
                  key={column.id}
                  column={column}
                  sorted={ariaSort(sort, column.id)}
                  onSort={() => {
                    props.onSort(column.id);
                    show(0);
                  }}
                />
              ))}
            </tr>
          </thead>
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: the table takes the keys */}
          <tbody onClick={onClick} onMouseDown={keepText}>
            {Array.from({ length: count }, (_, slot) => {
              const at = first + slot;
              const row = props.row(at);
              return (
                <tr
                  // The same element is filled anew: rows that scroll by are not built anew.
                  // biome-ignore lint/suspicious/noArrayIndexKey: a place on the screen
                  key={slot}
                  id={`${id}-${at}`}
                  data-row={at}
                  data-result={row.result}
                  data-cursor={at === cursor ? "true" : undefined}
                  data-current={row.isCurrent ? "true" : undefined}
                  aria-rowindex={at + 2}
                  aria-selected={row.isSelected}
                  style={{ height: rowHeight }}
                >
                  {columns.map(({ id: column, isNumber }) => {
                    const { content, result } = props.cell(at, column);
                    return (
                      <td
                        key={column}
                        data-column={column}
                        data-result={result}
                        className={isNumber ? "grid-number" : undefined}
                      >
                        {content}
                      </td>
                    );
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function GridHead<Id extends string>({
  column,
  sorted,
  onSort,
}: {
  readonly column: GridColumn<Id>;
  readonly sorted: "none" | "ascending" | "descending";
  readonly onSort: () => void;
}): JSX.Element {
  const mark = sorted === "ascending" ? "\u00a0▲" : sorted === "descending" ? "\u00a0▼" : "";
  return (
    <th scope="col" aria-sort={sorted} className={column.isNumber ? "grid-number" : undefined}>
      <button type="button" className="grid-head" title={column.meaning} onClick={onSort}>
        {column.title}
        <span className="grid-sort" aria-hidden="true">
          {mark}
        </span>
      </button>
    </th>
  );
}
