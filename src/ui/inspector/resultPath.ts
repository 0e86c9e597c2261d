import type { AnalysedLayer, Analysis } from "../../core/analysis/analysis.ts";
import type { ColourBy } from "../figures/kernelGrouping.ts";

/** Where the numbers about a layer stand in the exported results. */
export function layerPath(analysis: Analysis, layer: AnalysedLayer): string {
  return `layers.${analysis.layers.indexOf(layer)}`;
}

/** Where the numbers about one kernel stand in the exported results. */
export function kernelPath(analysis: Analysis, layer: AnalysedLayer, kernel: number): string {
  return `${layerPath(analysis, layer)}.kernels.${kernel}`;
}

const CLASS_FIELDS: Readonly<Record<ColourBy, string>> = {
  cluster: "clusters",
  label: "counts",
  nearest: "nearestCounts",
  channel: "channelCounts",
  norm: "normCounts",
};

/** Where the numbers of kernels of each colour stand in the exported results. */
export function classesPath(analysis: Analysis, layer: AnalysedLayer, colourBy: ColourBy): string {
  return `${layerPath(analysis, layer)}.${CLASS_FIELDS[colourBy]}`;
}
