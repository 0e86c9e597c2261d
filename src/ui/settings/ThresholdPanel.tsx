import { type JSX, useCallback, useMemo } from "react";
import { layersLabelShares } from "../../core/action/labelShares.ts";
import type { Analysis } from "../../core/analysis/analysis.ts";
import { countText, groupedNumber, percentText } from "../figures/text.ts";
import { labelStyles } from "../figures/theme.ts";
import { useWorkedOut } from "../hooks/useWorkedOut.ts";
import { FeatureMark } from "../layers/FeatureMark.tsx";
import { countsByThresholdSteps } from "./labelCounts.ts";

interface Props {
  readonly analysis: Analysis;
  /** Where the slider is, 0..1. */
  readonly moved: number;
  /** Whether the analysis under the new threshold is on its way. */
  readonly isComing: boolean;
}

/** What the labels are, and what they would be where the slider is. */
export function ThresholdPanel({ analysis, moved, isComing }: Props): JSX.Element {
  const { layers, features, settings } = analysis;
  const labels = useMemo(
    () => layersLabelShares(layers, features.length),
    [layers, features.length],
  );
  const counts = useWorkedOut(useCallback(() => countsByThresholdSteps(analysis), [analysis]));
  const isMoved = moved !== settings.threshold;
  const would = isMoved ? (counts?.at(moved) ?? null) : null;
  const unknownKernels = counts?.unknownKernels ?? 0;
  return (
    <section className="settings-panel" aria-label="Labels at this threshold" data-result="totals">
      <table className="threshold-table">
        <thead>
          <tr>
            <th scope="col">All layers</th>
            <th scope="col">at {percentText(settings.threshold)}</th>
            <th scope="col">of noise</th>
            {/* What would be is no result before it is applied: data-preview. */}
            {isMoved && (
              <th scope="col" data-preview="">
                at {percentText(moved)}
              </th>
            )}
            {isMoved && <th scope="col">of noise</th>}
          </tr>
        </thead>
        <tbody>
          {labelStyles(features).map((style, index) => (
            <tr key={style.id}>
              <th scope="row">
                <FeatureMark style={style} /> {style.label}
              </th>
              <td>{labels === null ? "…" : <Share counts={labels.counts} label={index} />}</td>
              <td>{labels === null ? "…" : percentText(labels.noise[index] ?? 0)}</td>
              {would !== null && (
                <td data-preview="">
                  <Share counts={would} label={index} />
                </td>
              )}
              {isMoved && <td className="muted">…</td>}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="small muted" role="status" data-preview="">
        {note(isMoved, isComing)}
        {isMoved && unknownKernels > 0 && (
          <>
            {" "}
            {countText(unknownKernels, "kernel")} of layers that were only settled
            {unknownKernels === 1 ? " is" : " are"} counted when you let go.
          </>
        )}
      </p>
    </section>
  );
}

interface ShareProps {
  /** One per label. */
  readonly counts: readonly number[];
  readonly label: number;
}

/** A number of kernels and their share; on a phone the share alone has room. */
function Share({ counts, label }: ShareProps): JSX.Element {
  const kernels = counts.reduce((sum, count) => sum + count, 0);
  return (
    <>
      <span className="threshold-count">{groupedNumber(counts[label])}, </span>
      {percentText(counts[label] / (kernels || 1))}
    </>
  );
}

function note(isMoved: boolean, isComing: boolean): string {
  if (isComing) return "Computing the labels of noise at the new threshold…";
  return isMoved
    ? "The share that noise gets at the new threshold follows when you let go: a count alone says nothing."
    : "Move the slider to see how many kernels would have each name.";
}
