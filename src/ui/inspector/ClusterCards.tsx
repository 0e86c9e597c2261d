import { type JSX, useMemo } from "react";
import type { AnalysedLayer } from "../../core/analysis/analysis.ts";
import { weightText } from "../figures/glyph.ts";
import { countText, percentText } from "../figures/text.ts";
import { clusterMeans } from "./clusterMeans.ts";
import { KernelGlyph } from "./KernelGlyph.tsx";
import { layerScale } from "./layerScale.ts";

interface Props {
  readonly layer: AnalysedLayer;
}

/** Clusters of a layer: the mean kernel of each, and how many kernels it holds. */
export function ClusterCards({ layer }: Props): JSX.Element {
  const means = useMemo(() => clusterMeans(layer), [layer]);
  const sizes = layer.values.clusterSizes;
  return (
    <>
      <ul className="cluster-cards">
        {means.map((mean, cluster) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a cluster's number is its identity
          <li key={cluster}>
            <KernelGlyph layer={layer} weights={mean} size={48} numbers={false} />
            <span>
              Cluster {cluster + 1}
              <br />
              <span className="muted small">
                {countText(sizes[cluster], "kernel")},{" "}
                {percentText(sizes[cluster] / (layer.kernelCount || 1))}
              </span>
            </span>
          </li>
        ))}
      </ul>
      <p className="small muted">
        Pictures show the mean kernel of each group: orange below zero, purple above; full colour at
        ±{weightText(layerScale(layer))}, the largest weight of the layer.
      </p>
    </>
  );
}
