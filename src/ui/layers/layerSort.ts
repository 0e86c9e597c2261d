import type { AnalysedLayer, Analysis } from "../../core/analysis/analysis.ts";
import { topLift } from "./topLift.ts";

export type LayerSort = "network" | "lift" | "name" | "kernels";

export interface SortWords {
  readonly sort: LayerSort;
  /** In the list of choices. */
  readonly choice: string;
  /** Above the sorted list. */
  readonly title: string;
}

export const SORTS: readonly SortWords[] = [
  { sort: "network", choice: "Network order", title: "Network order" },
  { sort: "lift", choice: "By lift", title: "Highest lift first" },
  { sort: "name", choice: "By name", title: "By name" },
  { sort: "kernels", choice: "By kernels", title: "Most kernels first" },
];

/** Numbers within names count as numbers: conv2 before conv10. */
const byName = new Intl.Collator("en", { numeric: true });

/**
 * Layers in the chosen order; equals stay in the network's. By lift only once all labels
 * are known, so that the list does not move under the pointer while they come in.
 */
export function sortedLayers(analysis: Analysis, sort: LayerSort): readonly AnalysedLayer[] {
  const { layers, features, timings } = analysis;
  switch (sort) {
    case "network":
      return layers;
    case "name":
      return layers.toSorted((one, other) =>
        byName.compare(one.description.name, other.description.name),
      );
    case "kernels":
      return layers.toSorted((one, other) => other.kernelCount - one.kernelCount);
    case "lift":
      if (timings === null) return layers;
      return layers.toSorted(
        (one, other) => liftOf(other, features.length) - liftOf(one, features.length) || 0,
      );
  }
}

/** The number that the layer's card shows; what chance never gives comes before all others. */
function liftOf(layer: AnalysedLayer, features: number): number {
  const top = topLift(layer, features);
  if (top === null) return 0;
  // The largest finite number: infinities would differ by NaN.
  return top.ratio ?? Number.MAX_VALUE;
}
