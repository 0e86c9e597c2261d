import type { AnalysedLayer, Analysis } from "../../core/analysis/analysis.ts";
import { usePage } from "./usePage.ts";

export interface SelectedLayer {
  readonly layer: AnalysedLayer;
  /** Index in `Analysis.layers`. */
  readonly index: number;
  readonly kernel: number | null;
}

/** The selected layer and kernel of an analysis; null where nothing fits the selection. */
export function useSelectedLayer(analysis: Analysis): SelectedLayer | null {
  const selection = usePage((state) => state.selection);
  if (selection.layer === null) return null;
  const index = analysis.layers.findIndex((one) => one.description.name === selection.layer);
  const layer = analysis.layers[index];
  if (layer === undefined) return null;
  const kernel =
    selection.kernel !== null && selection.kernel < layer.kernelCount ? selection.kernel : null;
  return { layer, index, kernel };
}
