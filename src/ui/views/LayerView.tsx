import type { JSX } from "react";
import type { AnalysedLayer, Analysis } from "../../core/analysis/analysis.ts";
import { ViewBoundary } from "../errors/ViewBoundary.tsx";
import { figureTheme } from "../figures/theme.ts";
import { usePage } from "../hooks/usePage.ts";
import { useSelectedLayer } from "../hooks/useSelectedLayer.ts";
import type { ShownAnalysis } from "../hooks/useShownAnalysis.ts";
import { useSteadyAnalysis } from "../hooks/useSteadyAnalysis.ts";
import { useTheme } from "../hooks/useTheme.ts";
import { classesPath, layerPath } from "../inspector/resultPath.ts";
import { KernelGrid } from "../kernels/KernelGrid.tsx";
import { layerHeadText } from "../layers/layerWords.ts";
import { LayerPlot } from "../plot/LayerPlot.tsx";
import { kernelClasses } from "../plot/layerClasses.ts";
import "../plot/plot.css";
import { SpectraPanel } from "../spectra/SpectraPanel.tsx";
import type { PlotChoice } from "../state/choices.ts";
import { ClassKey } from "./ClassKey.tsx";
import { ColourByField } from "./ColourByField.tsx";
import { Provisional } from "./Provisional.tsx";

interface Props {
  readonly shown: ShownAnalysis;
  readonly width: number;
}

/** "PC1 and PC2", "PC1, PC2 and PC3": the axes that are drawn, across first. */
function axesText({ dimensions, axes }: PlotChoice): string {
  const names = axes.slice(0, dimensions).map((axis) => `PC${axis + 1}`);
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function axesSentence(analysis: Analysis, layer: AnalysedLayer, plot: PlotChoice): string {
  const basis = analysis.pca[layer.values.basis];
  const whose = basis?.layer === null ? "the whole model" : "this layer";
  const others =
    basis?.layer === null
      ? "the axes are the same in every layer"
      : "other layers have axes of their own";
  return `${axesText(plot)} are directions in which the kernels of ${whose} differ, PC1 the one in which they differ most; ${others}.`;
}

/** One layer large; without a selection, the first layer of the network. */
export function LayerView({ shown, width }: Props): JSX.Element {
  const { isComplete } = shown;
  const colourBy = usePage((state) => state.colourBy);
  const analysis = useSteadyAnalysis(shown.analysis, isComplete || colourBy === "label");
  const selected = useSelectedLayer(analysis);
  const plot = usePage((state) => state.plot);
  const theme = figureTheme(useTheme());
  const index = selected?.index ?? 0;
  const layer = analysis.layers[index];
  const kernel = selected?.kernel ?? null;
  const resetKey = `${index} ${analysis.model.sha256}`;
  if (layer === undefined) return <p>This network has no layer that can be drawn.</p>;
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
      <ViewBoundary resetKey={resetKey}>
        <LayerPlot
          key={index}
          analysis={analysis}
          index={index}
          kernel={kernel}
          colourBy={colourBy}
          columnWidth={width}
        />
        <ClassKey
          classes={kernelClasses(analysis, layer, colourBy, theme)}
          theme={theme}
          result={classesPath(analysis, layer, colourBy)}
        />
      </ViewBoundary>
      <p className="small muted view-note">{axesSentence(analysis, layer, plot)}</p>
      <Provisional isComplete={isComplete} />
      <ViewBoundary resetKey={resetKey}>
        <SpectraPanel analysis={analysis} index={index} kernel={kernel} width={width} />
      </ViewBoundary>
      <ViewBoundary resetKey={resetKey}>
        <KernelGrid key={index} analysis={analysis} index={index} kernel={kernel} width={width} />
      </ViewBoundary>
    </section>
  );
}
