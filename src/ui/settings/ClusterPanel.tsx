import { type JSX, useCallback, useMemo } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import { type ClusterNumbers, clusterNumbers } from "../../core/values/clusterNumbers.ts";
import { SvgView } from "../figures/SvgView.tsx";
import { countText } from "../figures/text.ts";
import { figureTheme } from "../figures/theme.ts";
import { useElementWidth } from "../hooks/useElementWidth.ts";
import { useInSlices } from "../hooks/useInSlices.ts";
import { useSelectedLayer } from "../hooks/useSelectedLayer.ts";
import { useTheme } from "../hooks/useTheme.ts";
import { keptClusterNumbers } from "../state/keptByLayer.ts";
import {
  firmnessSentence,
  silhouetteMethod,
  silhouetteSentence,
  silhouetteText,
} from "./clusterWords.ts";
import { silhouettePicture } from "./silhouettePicture.ts";

interface Props {
  readonly analysis: Analysis;
}

/** Whether the clusters of the selected layer are more than a way to cut noise into pieces. */
export function ClusterPanel({ analysis }: Props): JSX.Element {
  const selected = useSelectedLayer(analysis);
  return (
    <section className="settings-panel" aria-label="Are the clusters real?">
      <h3>Are the clusters real?</h3>
      <p className="small muted">
        k-means always finds as many clusters as it is asked for, in noise too.
      </p>
      {selected === null ? (
        <p>Select a layer to compare its clusters with those of noise.</p>
      ) : (
        <>
          <h4>{selected.layer.description.name}</h4>
          <Firmness analysis={analysis} layer={selected.index} />
          <LayerNumbers
            key={selected.layer.description.name}
            analysis={analysis}
            layer={selected.index}
          />
        </>
      )}
    </section>
  );
}

/** For the k in force, once the findings are there. */
function Firmness({ analysis, layer }: Props & { readonly layer: number }): JSX.Element | null {
  const structure = analysis.findings?.layers[layer]?.structure ?? null;
  const sentence = firmnessSentence(structure);
  if (sentence === null) return null;
  return (
    <p data-result={`layers.${layer}.structure`}>
      {countText(analysis.settings.clusters, "cluster")}. {sentence}
    </p>
  );
}

interface NumbersProps extends Props {
  /** Index in the analysis. */
  readonly layer: number;
}

/** Null is a layer with too few kernels. */
interface Made {
  readonly numbers: ClusterNumbers | null;
}

function LayerNumbers({ analysis, layer }: NumbersProps): JSX.Element {
  const { clusters: chosen, normalisation } = analysis.settings;
  const start = useCallback(
    function* (): Generator<void, Made> {
      const kept = keptClusterNumbers.get(analysis, layer);
      if (kept !== null) return { numbers: kept };
      const numbers = yield* clusterNumbers(analysis.layers[layer], normalisation);
      if (numbers !== null) keptClusterNumbers.set(analysis, layer, numbers);
      return { numbers };
    },
    [analysis, layer, normalisation],
  );
  const made = useInSlices(start);
  const [ref, width] = useElementWidth();
  const theme = figureTheme(useTheme());
  const numbers = made?.numbers ?? null;
  const picture = useMemo(
    () =>
      numbers === null || width === 0 ? null : silhouettePicture(numbers, chosen, width, theme),
    [numbers, chosen, width, theme],
  );
  return (
    <div
      className="cluster-numbers"
      ref={ref}
      data-result={numbers === null ? undefined : `layers.${layer}.clusterNumbers`}
    >
      <p role="status">
        {made === null && "Comparing 2 to 8 clusters with noise…"}
        {made !== null && numbers === null && "Too few kernels to tell."}
        {numbers !== null && silhouetteSentence(numbers)}
      </p>
      {picture !== null && <SvgView node={picture.node} />}
      {numbers !== null && (
        <details className="small">
          <summary>Numbers and method</summary>
          <table className="threshold-table">
            <thead>
              <tr>
                <th scope="col">Clusters</th>
                <th scope="col">Silhouette</th>
                <th scope="col">Noise, mean</th>
                <th scope="col">Noise, highest</th>
              </tr>
            </thead>
            <tbody>
              {numbers.numbers.map((one, at) => (
                <tr key={one.clusters} data-result={`layers.${layer}.clusterNumbers.numbers.${at}`}>
                  <th scope="row">{one.clusters}</th>
                  <td>{one.silhouette === null ? "–" : silhouetteText(one.silhouette)}</td>
                  <td>{silhouetteText(one.surrogateMean)}</td>
                  <td>{silhouetteText(one.surrogateHighest)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className="muted">{silhouetteMethod(numbers)}</p>
        </details>
      )}
    </div>
  );
}
