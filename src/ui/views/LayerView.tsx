import type { JSX } from "react";
import type { AnalysedLayer, Analysis } from "../../core/analysis/analysis.ts";
import { figureTheme } from "../figures/theme.ts";
import { usePage } from "../hooks/usePage.ts";
import { useSelectedLayer } from "../hooks/useSelectedLayer.ts";
import type { ShownAnalysis } from "../hooks/useShownAnalysis.ts";
import { useSteadyAnalysis } from "../hooks/useSteadyAnalysis.ts";
import { useTheme } from "../hooks/useTheme.ts";
import { layerHeadText } from "../layers/layerWords.ts";
import { LayerPlot } from "../plot/LayerPlot.tsx";
import { kernelClasses } from "../plot/layerClasses.ts";
import "../plot/plot.css";
import { ClassKey } from "./ClassKey.tsx";
import { ColourByField } from "./ColourByField.tsx";
import { Provisional } from "./Provisional.tsx";

interface Props {
  readonly shown: ShownAnalysis;
  readonly width: number;
}

function axesSentence(analysis: Analysis, layer: AnalysedLayer): string {
  const basis = analysis.pca[layer.values.basis];
  return basis?.layer === null
    ? "PC1 and PC2 are the two directions in which the kernels of the whole model differ most; the axes are the same in every layer."
    : "PC1 and PC2 are the two directions in which the kernels of this layer differ most; other layers have axes of their own.";
}

/** One layer large; without a selection, the first layer of the network. */
export function LayerView({ shown, width }: Props): JSX.Element {
  const { isComplete } = shown;
  const colourBy = usePage((state) => state.colourBy);
  const analysis = useSteadyAnalysis(shown.analysis, isComplete || colourBy === "label");
  const selected = useSelectedLayer(analysis);
  const theme = figureTheme(useTheme());
  const index = selected?.index ?? 0;
  const layer = analysis.layers[index];
  if (layer === undefined) return <p>This network has no layer that can be drawn.</p>;
  return (
    <section className="view" aria-labelledby="layer-title">
      <div className="view-head">
        <div>
          <h2 id="layer-title">{layer.description.name}</h2>
          <p className="muted">{layerHeadText(layer)}</p>
        </div>
        <ColourByField />
      </div>
      <LayerPlot
        key={index}
        analysis={analysis}
        index={index}
        kernel={selected?.kernel ?? null}
        colourBy={colourBy}
        columnWidth={width}
      />
      <ClassKey classes={kernelClasses(analysis, layer, colourBy, theme)} theme={theme} />
      <p className="small muted view-note">{axesSentence(analysis, layer)}</p>
      <Provisional isComplete={isComplete} />
    </section>
  );
}
