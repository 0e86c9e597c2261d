import { type JSX, type RefObject, useId, useMemo } from "react";
import type {
  Comparison,
  PairComparison,
  ShareShift,
  WeightChange,
} from "../../core/comparison/comparison.ts";
import { SHIFT_CONFIDENCE } from "../../core/comparison/shareShift.ts";
import { comparePairFigure } from "../figures/comparePair.ts";
import { againstNoise, pairName, shiftText, verdict } from "../figures/compareWords.ts";
import { SvgView } from "../figures/SvgView.tsx";
import { groupedNumber, percentText } from "../figures/text.ts";
import { type FigureTheme, labelStyles } from "../figures/theme.ts";
import { usePage } from "../hooks/usePage.ts";
import { FeatureMark } from "../layers/FeatureMark.tsx";
import type { ComparedModels } from "../state/comparisonState.ts";
import { ColourByField } from "../views/ColourByField.tsx";

interface Props {
  readonly ref: RefObject<HTMLHeadingElement | null>;
  readonly models: ComparedModels;
  /** Index in `Comparison.pairs`. */
  readonly pair: number;
  readonly onPair: (pair: number) => void;
  readonly width: number;
  readonly theme: FigureTheme;
}

/** Digits of a typical weight: more would only be noise of training. */
const WEIGHT_DIGITS = 2;

function weightsText({ moved, rmsA, rmsB }: WeightChange): string {
  const sizes = `typical size ${rmsA.toPrecision(WEIGHT_DIGITS)} in A, ${rmsB.toPrecision(WEIGHT_DIGITS)} in B`;
  return moved === null ? sizes : `moved by ${percentText(moved)}, ${sizes}`;
}

function PairFacts({ pair }: { readonly pair: PairComparison }): JSX.Element {
  const { shift, labels, weights } = pair;
  return (
    <dl className="facts">
      <dt>Kernels</dt>
      <dd>
        {groupedNumber(pair.kernelsA)} in A, {groupedNumber(pair.kernelsB)} in B
      </dd>
      <dt>Paired by</dt>
      <dd>{pair.pair.by === "name" ? "name" : "position, as their names differ"}</dd>
      <dt>Shift</dt>
      <dd>
        {againstNoise(shift)}: {verdict(shift)}
      </dd>
      <dt>Labels</dt>
      <dd>
        {againstNoise(labels)}: {verdict(labels)}
      </dd>
      <dt>Weights</dt>
      <dd>{weightsText(weights)}</dd>
    </dl>
  );
}

function chanceText({ chanceA, chanceB }: ShareShift): string {
  if (chanceA === null || chanceB === null) return "not known";
  const [a, b] = [percentText(chanceA), percentText(chanceB)];
  return a === b ? a : `${a}, ${b}`;
}

function PairLabels({
  comparison,
  pair,
}: {
  readonly comparison: Comparison;
  readonly pair: PairComparison;
}): JSX.Element {
  return (
    <table className="compare-labels">
      <caption className="visually-hidden">What the kernels of this pair act like</caption>
      <thead>
        <tr>
          <th scope="col">Acts like</th>
          <th scope="col">A</th>
          <th scope="col">B</th>
          <th scope="col">Change</th>
          <th scope="col">Interval</th>
          <th scope="col">Noise</th>
          <th scope="col">Chance</th>
          <th scope="col">Verdict</th>
        </tr>
      </thead>
      <tbody>
        {labelStyles(comparison.features).map((style, label) => {
          const share = pair.shares[label];
          return (
            <tr key={style.id}>
              <th scope="row">
                <FeatureMark style={style} /> {style.label}
              </th>
              <td>{percentText(share.shareA)}</td>
              <td>{percentText(share.shareB)}</td>
              <td>{shiftText(share.shift)}</td>
              <td>
                {shiftText(share.low)} to {shiftText(share.high)}
              </td>
              <td>±{percentText(share.noiseReach)}</td>
              <td>{chanceText(share)}</td>
              <td>{share.exceedsNoise ? "changed" : "noise"}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** One pair of layers: both clouds of kernels on common axes, and its numbers. */
export function PairPanel({ ref, models, pair, onPair, width, theme }: Props): JSX.Element {
  const { comparison } = models;
  const colourBy = usePage((state) => state.colourBy);
  const field = useId();
  const figure = useMemo(
    () => comparePairFigure(models, pair, { width, theme, colourBy }),
    [models, pair, width, theme, colourBy],
  );
  const chosen = comparison.pairs[pair];
  return (
    <section className="compare-pair" aria-labelledby="compare-pair-title">
      <div className="view-head">
        <h3 ref={ref} id="compare-pair-title" tabIndex={-1}>
          Kernels of {pairName(chosen)} in both models
        </h3>
        <label htmlFor={field} className="small">
          Layer{" "}
          <select
            id={field}
            className="compare-select"
            value={pair}
            onChange={(event) => onPair(Number(event.target.value))}
          >
            {comparison.pairs.map((one, index) => (
              <option key={one.nameA} value={index}>
                {pairName(one)}
              </option>
            ))}
          </select>
        </label>
        <ColourByField />
      </div>
      <div className="figure-host" data-result="comparison">
        <SvgView node={figure.node} />
      </div>
      <p className="small muted">
        Each dot is one kernel, scaled to a largest weight of 1; the axes are the two directions in
        which the kernels of both models together differ most, and the same in both plots.
      </p>
      <div data-result={`comparison.layers.${pair}`} className="compare-pair-numbers">
        <PairFacts pair={chosen} />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keyboard */}
        <section className="compare-scroll" tabIndex={0} aria-label="Labels of this pair">
          <PairLabels comparison={comparison} pair={chosen} />
        </section>
      </div>
      <p className="small muted" data-result="comparison">
        Intervals hold one share alone at {percentText(SHIFT_CONFIDENCE)}. Noise is for all shares
        of the comparison together, of which some would look changed by chance.
      </p>
    </section>
  );
}
