import type { AnalysedLayer } from "../../core/analysis/analysis.ts";
import { type Lift, liftOf, notableLifts } from "../figures/lift.ts";

/** Layers never change, they are replaced; lists ask many times. */
const known = new WeakMap<AnalysedLayer, Lift | null>();

/**
 * The filter that is most clearly more frequent than by chance; null if none is, or as
 * long as labels or chance shares are not known.
 *
 * @param features number of filters; the label after them is "indeterminate".
 */
export function topLift(layer: AnalysedLayer, features: number): Lift | null {
  const { action, baseline } = layer;
  if (action === null || baseline === null) return null;
  const before = known.get(layer);
  if (before !== undefined) return before;
  const lifts = notableLifts(action.counts, baseline.gaussian);
  const top = lifts.find((lift) => lift.index < features && lift.standardErrors > 0) ?? null;
  known.set(layer, top);
  return top;
}

/** How much more frequent one filter is than by chance, notable or not; null where it is absent or nothing is known. */
export function layerLift({ action, baseline }: AnalysedLayer, feature: number): Lift | null {
  if (action === null || baseline === null || action.counts[feature] === 0) return null;
  return liftOf(action.counts, baseline.gaussian, feature);
}
