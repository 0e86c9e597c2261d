import { type JSX, useCallback } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import {
  groupSummarySteps,
  type GroupSummary as Summary,
} from "../../core/selection/groupSummary.ts";
import type { KernelGroup } from "../../core/selection/kernelGroup.ts";
import { weightText } from "../figures/glyph.ts";
import { groupedNumber, percentText } from "../figures/text.ts";
import { useWorkedOut } from "../hooks/useWorkedOut.ts";
import { openLayer, selectGroup } from "../state/actions.ts";
import { kernelsSentence } from "../words/clusterWords.ts";
import { groupTitle } from "../words/groupWords.ts";
import { KernelGlyph } from "./KernelGlyph.tsx";
import { LabelTable } from "./LabelTable.tsx";
import { meansLegend, meansScale } from "./meansScale.ts";

interface Props {
  readonly analysis: Analysis;
  readonly group: KernelGroup;
}

/** Layers that are listed at first: as many as fit beside the mean without scrolling. */
const LISTED_LAYERS = 6;

/** The selected group: what it is, how many kernels where, what they look and act like. */
export function GroupSummary({ analysis, group }: Props): JSX.Element {
  const start = useCallback(() => groupSummarySteps(analysis, group), [analysis, group]);
  const summary = useWorkedOut(start);
  return (
    <section
      className="group-summary"
      data-testid="group-summary"
      data-result="selection"
      aria-busy={summary === null}
    >
      <div className="kernel-head">
        <h2>{groupTitle(analysis, group)}</h2>
        <button type="button" className="button button-small" onClick={() => selectGroup(null)}>
          Clear
        </button>
      </div>
      {group.layer !== null && <p className="muted">in {group.layer}</p>}
      {summary === null ? (
        <p className="muted group-room">Being summed up.</p>
      ) : (
        <SummedUp {...{ analysis, group, summary }} />
      )}
    </section>
  );
}

function SummedUp({
  analysis,
  group,
  summary,
}: Props & { readonly summary: Summary }): JSX.Element {
  const { features } = analysis;
  const { count, outOf, fit, fitNoise, labels, layers } = summary;
  // Labels by which the group was chosen say nothing new about it.
  const isByLabel = group.kind === "label";
  const told = { size: count, outOf, fit, fitNoise, labels: isByLabel ? undefined : labels };
  return (
    <>
      <p role="status">{kernelsSentence(told, features)}</p>
      <MeanKernel analysis={analysis} summary={summary} />
      {group.layer === null && layers.length > 0 && (
        <LayersOfGroup analysis={analysis} layers={layers} />
      )}
      {!isByLabel && count > 0 && (
        <>
          <h3>What they act like</h3>
          <LabelTable features={features} labels={labels} hasNote={false} />
        </>
      )}
    </>
  );
}

function MeanKernel({
  analysis,
  summary,
}: {
  readonly analysis: Analysis;
  readonly summary: Summary;
}): JSX.Element | null {
  const { mean, spread, relativeSpread, layers, count } = summary;
  if (count === 0) return null;
  if (mean === null || spread === null) {
    return (
      <p className="small muted">
        They have several sizes, or no finite numbers: there is no mean.
      </p>
    );
  }
  const scale = meansScale([mean]);
  const { normalisation } = analysis.settings;
  return (
    <>
      <div className="fit-pictures">
        <figure>
          <KernelGlyph
            layer={analysis.layers[layers[0].layer]}
            weights={mean}
            size={168}
            numbers={true}
            scale={scale}
          />
          <figcaption className="small muted">Their mean</figcaption>
        </figure>
        <p className="small spread" title="Root mean square distance of the kernels to their mean.">
          Spread {weightText(spread)}
          {relativeSpread !== null && (
            <span className="muted">
              , {percentText(relativeSpread)} of that of{" "}
              {layers.length === 1 ? "the layer" : "these layers"}
            </span>
          )}
        </p>
      </div>
      <p className="small muted">{meansLegend(scale, normalisation !== "none")}</p>
    </>
  );
}

function LayersOfGroup({
  analysis,
  layers,
}: {
  readonly analysis: Analysis;
  readonly layers: Summary["layers"];
}): JSX.Element {
  const most = layers.toSorted((a, b) => b.count - a.count);
  const list = (part: Summary["layers"]) => (
    <ul className="group-layers">
      {part.map(({ layer, count }) => {
        const { description, kernelCount } = analysis.layers[layer];
        return (
          <li key={layer}>
            <button
              type="button"
              className="link-button"
              onClick={() => openLayer(description.name)}
            >
              {description.name}
            </button>
            <span className="muted">
              {groupedNumber(count)}, {percentText(count / kernelCount)}
            </span>
          </li>
        );
      })}
    </ul>
  );
  return (
    <>
      <h3>In which layers</h3>
      {list(most.slice(0, LISTED_LAYERS))}
      {most.length > LISTED_LAYERS && (
        <details>
          <summary>The others of {groupedNumber(layers.length)} layers</summary>
          {list(most.slice(LISTED_LAYERS))}
        </details>
      )}
    </>
  );
}
