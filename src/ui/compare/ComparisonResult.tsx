import { type JSX, useCallback, useMemo, useRef } from "react";
import type { Comparison } from "../../core/comparison/comparison.ts";
import { withSelectedRow } from "../figures/compareRows.ts";
import { compareSharesFigure } from "../figures/compareShares.ts";
import { compareShiftFigure } from "../figures/compareShift.ts";
import {
  againstNoise,
  changedPairs,
  changedShares,
  countsSentence,
  headline,
  LABELS_WORDS,
  MOVED_WORDS,
  matchingSentences,
  NOISE_WORDS,
  SHIFT_WORDS,
} from "../figures/compareWords.ts";
import { figureTheme } from "../figures/theme.ts";
import { usePage } from "../hooks/usePage.ts";
import { useTheme } from "../hooks/useTheme.ts";
import { selectLayer } from "../state/actions.ts";
import type { ComparedModels } from "../state/comparisonState.ts";
import { FigureHost } from "../views/FigureHost.tsx";
import { ComparisonTable } from "./ComparisonTable.tsx";
import { PairPanel } from "./PairPanel.tsx";

interface Props {
  readonly models: ComparedModels;
  readonly width: number;
}

/** The pair of the selected layer; else the most changed one, else the first; -1 without pairs. */
export function openPair(comparison: Comparison, layer: string | null): number {
  const { pairs } = comparison;
  const selected = pairs.findIndex(({ nameA }) => nameA === layer);
  if (selected >= 0) return selected;
  const [most] = changedPairs(comparison);
  return most === undefined ? Math.min(0, pairs.length - 1) : pairs.indexOf(most);
}

function Summary({ comparison }: { readonly comparison: Comparison }): JSX.Element {
  const { whole } = comparison;
  const counts = countsSentence(comparison);
  const labels = whole === null ? null : changedShares(comparison, whole.shares);
  return (
    <div className="compare-summary">
      <p className="compare-headline" data-testid="comparison-headline">
        {headline(comparison)}
      </p>
      {counts !== null && <p>{counts}</p>}
      {whole !== null && (
        <p>
          All layers together: shift {againstNoise(whole.shift)}; labels{" "}
          {againstNoise(whole.labels)}
          {labels === null ? "." : `; ${labels}.`}
        </p>
      )}
      {matchingSentences(comparison).map((sentence) => (
        <p key={sentence} className="small muted">
          {sentence}
        </p>
      ))}
    </div>
  );
}

/** What two models differ in: in words, as figures, and as a table. */
export function ComparisonResult({ models, width }: Props): JSX.Element {
  const { comparison } = models;
  const theme = figureTheme(useTheme());
  const layer = usePage((state) => state.selection.layer);
  const pairHead = useRef<HTMLHeadingElement>(null);
  const selected = openPair(comparison, layer);
  const options = { width, theme };
  const { shift, shares } = useMemo(
    () => ({
      shift: compareShiftFigure(comparison, { width, theme }),
      shares: compareSharesFigure(comparison, { width, theme }),
    }),
    [comparison, width, theme],
  );
  const framed = useMemo(
    () => [shift, shares].map((figure) => withSelectedRow(figure, selected, theme).node),
    [shift, shares, selected, theme],
  );
  const choose = useCallback(
    (pair: number) => {
      const chosen = comparison.pairs[pair];
      if (chosen !== undefined) selectLayer(chosen.nameA);
    },
    [comparison],
  );
  const open = useCallback(
    (pair: number) => {
      choose(pair);
      pairHead.current?.focus({ preventScroll: true });
      pairHead.current?.scrollIntoView({ block: "nearest" });
    },
    [choose],
  );
  if (comparison.pairs.length === 0) {
    return (
      <div data-result="comparison">
        <Summary comparison={comparison} />
      </div>
    );
  }
  return (
    <>
      <div data-result="comparison">
        <Summary comparison={comparison} />
      </div>
      <h3>How far the kernels of each layer moved</h3>
      <div data-result="comparison">
        <FigureHost node={framed[0]} onLayer={open} />
      </div>
      <PairPanel ref={pairHead} models={models} pair={selected} onPair={choose} {...options} />
      <h3>What the kernels of each layer act like</h3>
      <div data-result="comparison">
        <FigureHost node={framed[1]} onLayer={open} />
      </div>
      <h3>All numbers</h3>
      <ComparisonTable comparison={comparison} selected={selected} onOpen={open} />
      <details className="compare-method" data-result="comparison">
        <summary>How this is measured</summary>
        <p>{SHIFT_WORDS}</p>
        <p>{LABELS_WORDS}</p>
        <p>{NOISE_WORDS}</p>
        <p>{MOVED_WORDS}</p>
      </details>
    </>
  );
}
