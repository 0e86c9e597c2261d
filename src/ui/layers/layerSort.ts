import type { AnalysedLayer, Analysis } from "../../core/analysis/analysis.ts";
import type { Feature } from "../../core/features/clinicalKernels.ts";
import { layerLift, topLift } from "./topLift.ts";

/** By the lift of one feature: its id follows the words. */
export type FeatureSort = `lift of ${string}`;

export type LayerSort = "network" | "lift" | "name" | "kernels" | FeatureSort;

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

const FEATURE_SORT = "lift of ";

/** One order per feature: where is it most frequent, compared with chance? */
export function featureSorts(features: readonly Feature[]): readonly SortWords[] {
  return features.map(({ id, label }) => ({
    sort: `${FEATURE_SORT}${id}` as FeatureSort,
    choice: `By lift: ${label}`,
    title: `Highest lift of ${label} first`,
  }));
}

/** Index of the feature that the list is sorted by; null for every other order. */
export function sortedFeature(features: readonly Feature[], sort: LayerSort): number | null {
  if (!sort.startsWith(FEATURE_SORT)) return null;
  const index = features.findIndex(({ id }) => id === sort.slice(FEATURE_SORT.length));
  return index < 0 ? null : index;
}

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
    default: {
      const feature = sortedFeature(features, sort);
      if (feature === null || timings === null) return layers;
      const order = (layer: AnalysedLayer) => ratioOrder(layerLift(layer, feature)?.ratio);
      return layers.toSorted((one, other) => order(other) - order(one) || 0);
    }
  }
}

/** A place in the order: unknown last, and what chance never gives first. */
function ratioOrder(ratio: number | null | undefined): number {
  return ratio === undefined ? 0 : (ratio ?? Number.MAX_VALUE);
}

/** The number that the layer's card shows; what chance never gives comes before all others. */
function liftOf(layer: AnalysedLayer, features: number): number {
  const top = topLift(layer, features);
  if (top === null) return 0;
  // The largest finite number: infinities would differ by NaN.
  return top.ratio ?? Number.MAX_VALUE;
}
