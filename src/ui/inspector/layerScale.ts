import type { AnalysedLayer } from "../../core/analysis/analysis.ts";
import { largestWeight } from "../../core/values/largestWeight.ts";

/** Largest finite |weight| of a layer: the one scale of all its kernel pictures. */
export function layerScale(layer: AnalysedLayer): number {
  return largestWeight(layer);
}
