import { EXACT_TOLERANCE, FEATURE_SIZE } from "../action/comparison.ts";
import { exactMeasure } from "../action/exactMeasure.ts";
import { EQUAL_DISTANCES, TIE_MARGIN } from "../action/labels.ts";
import type { Settings } from "../analysis/settings.ts";
import type { Size2d } from "../network/size2d.ts";
import type { Feature } from "./clinicalKernels.ts";

/**
 * Why two filters of a set cannot be told apart: by name; by spectrum, so that the later one
 * never gives its name to a kernel of a square grid; or hardly by spectrum, so that many kernels are ties.
 */
export type Likeness = "sameName" | "sameSpectrum" | "closeSpectrum";

export interface AlikePair {
  readonly kind: Likeness;
  /** Indexes in the set; `first` is the smaller. */
  readonly first: number;
  readonly second: number;
}

/**
 * Square, as nearly all grids are. Filters that turn or mirror into one another have equal
 * spectra on every grid; a few others on square grids alone, as a line across and one along the
 * diagonal.
 */
const GRID: Size2d = [32, 32];

/**
 * Pairs of filters that labels or people will confuse.
 *
 * @param compare as labels are made: `response` compares at the same frequency, in the best of
 * eight orientations.
 */
export function alikeFilters(
  features: readonly Feature[],
  compare: Settings["compare"],
): readonly AlikePair[] {
  const measure = exactMeasure({
    kernelSize: FEATURE_SIZE,
    grid: GRID,
    features,
    compare,
    tolerance: EXACT_TOLERANCE,
  });
  const distances = measure(Float32Array.from(features.flatMap(({ kernel }) => kernel)));
  const pairs: AlikePair[] = [];
  for (let second = 1; second < features.length; second++) {
    for (let first = 0; first < second; first++) {
      const likeness = likenessOf(distances[second * features.length + first]);
      if (likeness !== null) pairs.push({ kind: likeness, first, second });
      if (isSameName(features[first], features[second])) {
        pairs.push({ kind: "sameName", first, second });
      }
    }
  }
  return pairs;
}

function likenessOf(distance: number): Likeness | null {
  if (distance <= EQUAL_DISTANCES) return "sameSpectrum";
  return distance < TIE_MARGIN ? "closeSpectrum" : null;
}

function isSameName(first: Feature, second: Feature): boolean {
  return first.label.trim().toLowerCase() === second.label.trim().toLowerCase();
}
