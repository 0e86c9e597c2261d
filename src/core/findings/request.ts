import type { Analysis } from "../analysis/analysis.ts";
import type { Settings } from "../analysis/settings.ts";
import type { Size2d } from "../network/size2d.ts";
import type { Role } from "../network/structure.ts";

/** A finished analysis of which findings are wanted, without its large arrays. */
export interface FindingsRequest {
  /** Those of the analysis. */
  readonly settings: Pick<Settings, "corrections" | "clusters" | "normalisation">;
  /** Ids of the features. */
  readonly features: readonly string[];
  readonly layers: readonly LabelledShares[];
}

/** What the labels of a layer came to; F features. */
export interface LabelledShares {
  readonly role: Role;
  readonly kernelSize: Size2d;
  readonly kernelCount: number;
  /** F + 1 numbers of kernels, indeterminate last; null without labels or baseline. */
  readonly counts: readonly number[] | null;
  /** F + 1 shares each. */
  readonly gaussian: readonly number[];
  readonly shuffled: readonly number[];
}

/** What is asked of an analysis, once its labels and baselines are final. */
export function findingsRequest({ settings, features, layers }: Analysis): FindingsRequest {
  const { corrections, clusters, normalisation } = settings;
  return {
    settings: { corrections, clusters, normalisation },
    features: features.map(({ id }) => id),
    layers: layers.map(({ place, description, kernelCount, action, baseline }) => ({
      role: place.role,
      kernelSize: description.kernelSize,
      kernelCount,
      counts: baseline === null ? null : (action?.counts ?? null),
      gaussian: baseline?.gaussian ?? [],
      shuffled: baseline?.shuffled ?? [],
    })),
  };
}

/** Kernels like the clinical ones, which are 3x3: others are not pooled with them. */
export function isThreeByThree({ kernelSize }: Pick<LabelledShares, "kernelSize">): boolean {
  return kernelSize[0] === 3 && kernelSize[1] === 3;
}
