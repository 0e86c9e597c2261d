import type { JSX } from "react";
import type { AnalysedLayer, Analysis } from "../../core/analysis/analysis.ts";
import { ViewBoundary } from "../errors/ViewBoundary.tsx";
import { figureTheme } from "../figures/theme.ts";
import { usePage } from "../hooks/usePage.ts";
import { useTheme } from "../hooks/useTheme.ts";
import { classesPath } from "../inspector/resultPath.ts";
import { KernelGrid } from "../kernels/KernelGrid.tsx";
import { LayerPlot } from "../plot/LayerPlot.tsx";
import { kernelClasses } from "../plot/layerClasses.ts";
import "../plot/plot.css";
import { SpectraPanel } from "../spectra/SpectraPanel.tsx";
import type { PlotChoice } from "../state/choices.ts";
import { ClassKey } from "./ClassKey.tsx";
import { Provisional } from "./Provisional.tsx";

interface Props {
  readonly analysis: Analysis;
  /** Index in `Analysis.layers`. */
  readonly index: number;
  readonly kernel: number | null;
  readonly isComplete: boolean;
  /** Inner width of the column, px. */
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

/** The pictures of a layer: its kernels as points, their spectra, and the kernels themselves. */
export function LayerBody({ analysis, index, kernel, isComplete, width }: Props): JSX.Element {
  const colourBy = usePage((state) => state.colourBy);
  const plot = usePage((state) => state.plot);
  const theme = figureTheme(useTheme());
  const layer = analysis.layers[index];
  const resetKey = `${index} ${analysis.model.sha256}`;
  return (
    <>
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
    </>
  );
}
