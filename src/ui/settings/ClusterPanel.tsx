import { type JSX, useCallback, useMemo } from "react";
import type { AnalysedLayer, Analysis } from "../../core/analysis/analysis.ts";
import { type ClusterNumbers, clusterNumbers } from "../../core/values/clusterNumbers.ts";
import { SvgView } from "../figures/SvgView.tsx";
import { figureTheme } from "../figures/theme.ts";
import { useElementWidth } from "../hooks/useElementWidth.ts";
import { useInSlices } from "../hooks/useInSlices.ts";
import { useSelectedLayer } from "../hooks/useSelectedLayer.ts";
import { useTheme } from "../hooks/useTheme.ts";
import { silhouetteMethod, silhouetteSentence, silhouetteText } from "./clusterWords.ts";
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
        <LayerNumbers
          key={selected.layer.description.name}
          layer={selected.layer}
          normalisation={analysis.settings.normalisation}
          chosen={analysis.settings.clusters}
        />
      )}
    </section>
  );
}

interface NumbersProps {
  readonly layer: AnalysedLayer;
  readonly normalisation: Analysis["settings"]["normalisation"];
  readonly chosen: number;
}

/** Null is a layer with too few kernels. */
interface Made {
  readonly numbers: ClusterNumbers | null;
}

function LayerNumbers({ layer, normalisation, chosen }: NumbersProps): JSX.Element {
  const { kernels, description } = layer;
  const start = useCallback(
    function* (): Generator<void, Made> {
      return { numbers: yield* clusterNumbers({ kernels, description }, normalisation) };
    },
    [kernels, description, normalisation],
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
    <div className="cluster-numbers" ref={ref}>
      <p role="status">
        <strong>{description.name}</strong>: {made === null && "comparing with noise…"}
        {made !== null && numbers === null && "too few kernels to tell."}
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
              {numbers.numbers.map((one) => (
                <tr key={one.clusters}>
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
