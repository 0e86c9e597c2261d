import type { Settings } from "../../core/analysis/settings.ts";
import {
  EXTENDED_FEATURES,
  type Feature,
  POSTER_FEATURES,
} from "../../core/features/clinicalKernels.ts";

/** The features that settings ask for. */
export function featuresOf(
  settings: Pick<Settings, "features">,
  ownFeatures: readonly Feature[],
): readonly Feature[] {
  switch (settings.features) {
    case "poster":
      return POSTER_FEATURES;
    case "extended":
      return EXTENDED_FEATURES;
    case "custom":
      return ownFeatures;
  }
}
