import type { AnalysedLayer, Analysis } from "../../core/analysis/analysis.ts";

/** Where the numbers about a layer stand in the exported results. */
export function layerPath(analysis: Analysis, layer: AnalysedLayer): string {
  return `layers.${analysis.layers.indexOf(layer)}`;
}

/** Where the numbers about one kernel stand in the exported results. */
export function kernelPath(analysis: Analysis, layer: AnalysedLayer, kernel: number): string {
  return `${layerPath(analysis, layer)}.kernels.${kernel}`;
}
