import { useEffect } from "react";
import type { AnalysedLayer, Analysis } from "../../core/analysis/analysis.ts";
import { pageRunner } from "../state/pageRunner.ts";

/** Has a layer that is looked at closely computed on its full grid, once the labels of all are there. */
export function useExactDistances(analysis: Analysis, layer: AnalysedLayer): void {
  const index = analysis.layers.indexOf(layer);
  const isWanted = analysis.timings !== null && layer.action?.stage === "settled";
  useEffect(() => {
    if (isWanted) void pageRunner.completeLayers([index]);
  }, [isWanted, index]);
}
