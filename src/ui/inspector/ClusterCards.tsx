import { type JSX, useCallback } from "react";
import type { AnalysedLayer, Analysis } from "../../core/analysis/analysis.ts";
import { fitNoise } from "../../core/values/bestFit.ts";
import { type ClusterSummary, clusterSummarySteps } from "../../core/values/clusterSummaries.ts";
import { percentText } from "../figures/text.ts";
import { useWorkedOut } from "../hooks/useWorkedOut.ts";
import { kernelsSentence } from "../words/clusterWords.ts";
import { GroupButton } from "./GroupButton.tsx";
import { KernelGlyph } from "./KernelGlyph.tsx";
import { meansLegend, meansScale } from "./meansScale.ts";
import { layerPath } from "./resultPath.ts";

interface Props {
  readonly analysis: Analysis;
  readonly layer: AnalysedLayer;
}

/** Clusters of a layer: the mean kernel of each, and what it is in a sentence. */
export function ClusterCards({ analysis, layer }: Props): JSX.Element {
  const start = useCallback(() => clusterSummarySteps(analysis, layer), [analysis, layer]);
  const summaries = useWorkedOut(start);
  if (summaries === null) {
    // As high as what comes: nothing below it moves.
    const height = layer.values.clusterSizes.length * 112;
    return (
      <p className="muted" style={{ minHeight: height }}>
        The groups are being summed up.
      </p>
    );
  }
  const path = layerPath(analysis, layer);
  const scale = meansScale(summaries.map(({ mean }) => mean));
  const legend = meansLegend(scale, analysis.settings.normalisation !== "none");
  return (
    <>
      <ul className="cluster-cards">
        {summaries.map((summary) => (
          <Card key={summary.cluster} {...{ analysis, layer, summary, path }} scale={scale} />
        ))}
      </ul>
      <p className="small muted" data-result={path}>
        Pictures show the mean kernel of each group. {legend} Explained: the share of the mean
        kernel's energy that the filter accounts for, turned, mirrored and scaled as fits best.
      </p>
    </>
  );
}

interface CardProps extends Props {
  readonly summary: ClusterSummary;
  readonly path: string;
  readonly scale: number;
}

function Card({ analysis, layer, summary, path, scale }: CardProps): JSX.Element {
  const { features } = analysis;
  const { cluster, size, fit, labels, relativeSpread } = summary;
  const { name, kernelSize } = layer.description;
  const told = {
    ...{ size, outOf: layer.kernelCount, fit, labels },
    fitNoise: fitNoise(features, kernelSize),
  };
  return (
    <li data-testid="cluster-card" data-result={`${path}.clusters.${cluster}`}>
      <span aria-hidden="true">
        <KernelGlyph {...{ layer, scale }} weights={summary.mean} size={56} numbers={false} />
      </span>
      <div>
        <h4>Cluster {cluster + 1}</h4>
        <p className="small">{kernelsSentence(told, features)}</p>
        {relativeSpread !== null && (
          <p
            className="small muted"
            title="Root mean square distance of its kernels to their mean."
          >
            Spread: {percentText(relativeSpread)} of the layer's.
          </p>
        )}
        <GroupButton
          group={{ kind: "cluster", layer: name, cluster }}
          name={`Select cluster ${cluster + 1}`}
          testId="select-cluster"
          isDisabled={size === 0}
        >
          Select
        </GroupButton>
      </div>
    </li>
  );
}
