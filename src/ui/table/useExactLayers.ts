import { useEffect } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import { pageRunner } from "../state/pageRunner.ts";

/** A table that is scrolled through passes many layers: those where it rests are computed, ms. */
const REST_MS = 250;

/**
 * Has layers computed on their full grids, once the labels of all are there: distances of coarser
 * grids are never shown.
 *
 * @returns how many of them are not yet.
 */
export function useExactLayers(analysis: Analysis, layers: readonly number[]): number {
  const open = layers.filter((index) => analysis.layers[index]?.action?.stage === "settled");
  const wanted = analysis.timings === null ? "" : open.join(" ");
  useEffect(() => {
    if (wanted === "") return;
    const timer = setTimeout(() => {
      void pageRunner.completeLayers(wanted.split(" ").map(Number));
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [wanted]);
  return open.length;
}
