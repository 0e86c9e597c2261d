import type { JSX } from "react";
import { layersLabelShares } from "../../core/action/labelShares.ts";
import type { AnalysedLayer, Analysis } from "../../core/analysis/analysis.ts";
import { mapText } from "../figures/mapText.ts";
import { operatorText } from "../layers/layerWords.ts";
import { openLayer } from "../state/actions.ts";
import type { ViewName } from "../state/choices.ts";
import { keptOperators } from "../state/keptByLayer.ts";
import { pageRunner } from "../state/pageRunner.ts";
import { ClusterCards } from "./ClusterCards.tsx";
import { LabelTable } from "./LabelTable.tsx";
import { LayerOperatorPanel } from "./LayerOperatorPanel.tsx";
import { layerPath } from "./resultPath.ts";

interface Props {
  readonly analysis: Analysis;
  readonly layer: AnalysedLayer;
  /** The view on screen. */
  readonly view: ViewName;
}

export function LayerSummary({ analysis, layer, view }: Props): JSX.Element {
  const { name } = layer.description;
  const index = analysis.layers.indexOf(layer);
  return (
    <div className="inspector-content">
      <h2>{name}</h2>
      <div className="inspector-part" data-result={layerPath(analysis, layer)}>
        <dl className="facts">
          <dt>Receives</dt>
          <dd>{mapText(layer.place)}</dd>
          <dt>Operator</dt>
          <dd>{operatorText(layer)}</dd>
        </dl>
        <h3>What its kernels do</h3>
        <LabelTable
          features={analysis.features}
          labels={layersLabelShares([layer], analysis.features.length)}
          selects={name}
        />
      </div>
      <h3>Groups of similar kernels</h3>
      <ClusterCards analysis={analysis} layer={layer} />
      {view === "layer" ? (
        <p className="small muted">
          Point at a kernel in the plot to see it; choose it to keep it here.
        </p>
      ) : (
        <button type="button" className="button" onClick={() => openLayer(name)}>
          Look at its kernels
        </button>
      )}
      {analysis.timings !== null && (
        <LayerOperatorPanel
          // A result holds for one map and one reading of the weights.
          key={`${name} ${layer.place.grid.join(" x ")} ${layer.description.operator}`}
          layerName={name}
          known={keptOperators.get(analysis, index)}
          result={`${layerPath(analysis, layer)}.operator`}
          compute={async (onProgress, signal) => {
            const operator = await pageRunner.layerOperator(index, onProgress, signal);
            keptOperators.set(analysis, index, operator);
            return operator;
          }}
        />
      )}
    </div>
  );
}
