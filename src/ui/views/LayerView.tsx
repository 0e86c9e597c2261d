import { type JSX, useDeferredValue, useMemo } from "react";
import { usePage } from "../hooks/usePage.ts";
import { useSelectedLayer } from "../hooks/useSelectedLayer.ts";
import type { ShownAnalysis } from "../hooks/useShownAnalysis.ts";
import { useSteadyAnalysis } from "../hooks/useSteadyAnalysis.ts";
import { layerPath } from "../inspector/resultPath.ts";
import { layerHeadText } from "../layers/layerWords.ts";
import { ColourByField } from "./ColourByField.tsx";
import { LayerBody } from "./LayerBody.tsx";

interface Props {
  readonly shown: ShownAnalysis;
  readonly width: number;
}

/** One layer large; without a selection, the first layer of the network. */
export function LayerView({ shown, width }: Props): JSX.Element {
  const { isComplete } = shown;
  const colourBy = usePage((state) => state.colourBy);
  const analysis = useSteadyAnalysis(shown.analysis, isComplete || colourBy === "label");
  const selected = useSelectedLayer(analysis);
  const index = selected?.index ?? 0;
  const layer = analysis.layers[index];
  const wanted = useMemo(() => ({ analysis, index }), [analysis, index]);
  // Its pictures come in turns of their own, when the layer's name is on the page; until then
  // those of the layer before stay, so that the page keeps its height.
  const drawn = useDeferredValue(wanted, null);
  if (layer === undefined) return <p>This network has no layer that can be drawn.</p>;
  const isWanted = drawn?.analysis.layers[drawn.index]?.kernels === layer.kernels;
  return (
    <section className="view" aria-labelledby="layer-title">
      <div className="view-head">
        <div>
          <h2 id="layer-title">{layer.description.name}</h2>
          <p className="muted" data-result={layerPath(analysis, layer)}>
            {layerHeadText(layer)}
          </p>
        </div>
        <ColourByField />
      </div>
      {drawn?.analysis.layers[drawn.index] !== undefined && (
        <LayerBody
          {...drawn}
          kernel={isWanted ? (selected?.kernel ?? null) : null}
          isComplete={isComplete}
          width={width}
        />
      )}
    </section>
  );
}
