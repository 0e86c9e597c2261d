import { type JSX, memo, useState } from "react";
import type { Comparison, PairComparison } from "../../core/comparison/comparison.ts";
import { divergenceText, verdict } from "../figures/compareWords.ts";
import { groupedNumber, percentText } from "../figures/text.ts";
import { labelStyles } from "../figures/theme.ts";
import { nextSort, type Sort, type SortColumn, sortedPairs } from "./comparisonRows.ts";

interface Props {
  readonly comparison: Comparison;
  /** Index in `Comparison.pairs`. */
  readonly selected: number;
  readonly onOpen: (pair: number) => void;
}

const SORT_ARROW = { none: "", ascending: " \u2191", descending: " \u2193" } as const;

interface HeadProps {
  readonly column: SortColumn;
  readonly title: string;
  readonly sort: Sort | null;
  readonly onSort: (column: SortColumn) => void;
}

function SortHead({ column, title, sort, onSort }: HeadProps): JSX.Element {
  const direction = sort?.column !== column ? "none" : sort.descending ? "descending" : "ascending";
  return (
    <th scope="col" aria-sort={direction}>
      <button type="button" className="compare-sort" onClick={() => onSort(column)}>
        {title}
        <span aria-hidden="true">{SORT_ARROW[direction]}</span>
      </button>
    </th>
  );
}

function kernelsText({ kernelsA, kernelsB }: PairComparison): string {
  const [a, b] = [groupedNumber(kernelsA), groupedNumber(kernelsB)];
  return a === b ? a : `${a} / ${b}`;
}

interface RowProps {
  readonly pair: PairComparison;
  readonly index: number;
  readonly isSelected: boolean;
  readonly onOpen: (pair: number) => void;
}

/** Drawn anew only where the row itself changes: there may be hundreds. */
const Row = memo(function Row({ pair, index, isSelected, onOpen }: RowProps): JSX.Element {
  const { shift, labels, weights } = pair;
  return (
    <tr
      data-result={`comparison.layers.${index}`}
      data-testid="comparison-row"
      className={isSelected ? "compare-row-open" : undefined}
      onClick={() => onOpen(index)}
    >
      <th scope="row">
        <button
          type="button"
          className="link-button"
          aria-current={isSelected}
          onClick={(event) => {
            // The row would open it once more.
            event.stopPropagation();
            onOpen(index);
          }}
        >
          {pair.nameA}
        </button>
        {pair.nameB !== pair.nameA && <span className="muted"> / {pair.nameB}</span>}
      </th>
      <td>{pair.pair.by}</td>
      <td>{kernelsText(pair)}</td>
      <td>{divergenceText(shift.value)}</td>
      <td>{divergenceText(shift.noiseLimit)}</td>
      <td>{verdict(shift)}</td>
      <td>{divergenceText(labels.value)}</td>
      <td>{divergenceText(labels.noiseLimit)}</td>
      <td>{verdict(labels)}</td>
      <td>{weights.moved === null ? "–" : percentText(weights.moved)}</td>
      {pair.shares.map((share) => (
        <td key={share.label} className={share.exceedsNoise ? "compare-changed" : undefined}>
          {percentText(share.shareA)} → {percentText(share.shareB)}
          {share.exceedsNoise && <span className="visually-hidden">, changed</span>}
        </td>
      ))}
    </tr>
  );
});

/** Every number of the figures: one row per pair of layers. */
export function ComparisonTable({ comparison, selected, onOpen }: Props): JSX.Element {
  const [sort, setSort] = useState<Sort | null>(null);
  const onSort = (column: SortColumn) => setSort(nextSort(sort, column));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keyboard
    <section className="compare-scroll" tabIndex={0} aria-label="All layers compared">
      <table className="compare-table">
        <caption className="small muted">
          Shares of labels: A → B, bold where the change is more than noise.
        </caption>
        <thead>
          <tr>
            <th scope="col">Layer</th>
            <th scope="col">Paired by</th>
            <SortHead column="kernels" title="Kernels" sort={sort} onSort={onSort} />
            <SortHead column="shift" title="Shift" sort={sort} onSort={onSort} />
            <th scope="col">Noise up to</th>
            <th scope="col">Shift: verdict</th>
            <SortHead column="labels" title="Labels" sort={sort} onSort={onSort} />
            <th scope="col">Noise up to</th>
            <th scope="col">Labels: verdict</th>
            <SortHead column="moved" title="Weights moved" sort={sort} onSort={onSort} />
            {labelStyles(comparison.features).map(({ id, label }) => (
              <th key={id} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sortedPairs(comparison, sort).map((index) => (
            <Row
              key={comparison.pairs[index].nameA}
              pair={comparison.pairs[index]}
              index={index}
              isSelected={index === selected}
              onOpen={onOpen}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}
