import type { AnalysedLayer } from "../../core/analysis/analysis.ts";
import { type Lift, notableLifts } from "../figures/lift.ts";

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
