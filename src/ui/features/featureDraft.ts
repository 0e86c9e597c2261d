import { checkSettings, MOST_FEATURES } from "../../core/analysis/checkSettings.ts";
import { DEFAULT_SETTINGS } from "../../core/analysis/settings.ts";
import { toConvAtlasError } from "../../core/errors.ts";
import {
  EXTENDED_FEATURES,
  type Feature,
  type FeatureSetName,
  POSTER_FEATURES,
} from "../../core/features/clinicalKernels.ts";
import { idOfLabel } from "../../core/features/featureFile.ts";
import type { Kernel3x3 } from "../../core/features/kernelTransforms.ts";
import { isSame } from "../state/session.ts";

/** A set of filters that is being edited. */
export interface FeatureDraft {
  readonly features: readonly Feature[];
  /** Index of the filter that is edited; -1 in an empty set. */
  readonly chosen: number;
}

const CLINICAL_IDS: ReadonlySet<string> = new Set(EXTENDED_FEATURES.map(({ id }) => id));

export function draftOf(features: readonly Feature[], chosen = 0): FeatureDraft {
  return { features, chosen: Math.min(chosen, features.length - 1) };
}

/** Ids that a changed filter may not take: those of the others, and those that people know. */
function takenIds(features: readonly Feature[], except: number): ReadonlySet<string> {
  const others = features.filter((_, index) => index !== except);
  return new Set([...CLINICAL_IDS, ...others.map(({ id }) => id)]);
}

function inserted(draft: FeatureDraft, feature: Omit<Feature, "id">): FeatureDraft {
  if (draft.features.length >= MOST_FEATURES) return draft;
  const at = draft.chosen + 1;
  const id = idOfLabel(feature.label, takenIds(draft.features, -1));
  return { features: draft.features.toSpliced(at, 0, { id, ...feature }), chosen: at };
}

/** A name that no filter of the set has yet: "Filter 7". */
function freshLabel(features: readonly Feature[]): string {
  const labels = new Set(features.map(({ label }) => label));
  for (let number = features.length + 1; ; number++) {
    const label = `Filter ${number}`;
    if (!labels.has(label)) return label;
  }
}

/** With one more filter at the end, which leaves the image as it is until it is edited. */
export function withNew(draft: FeatureDraft): FeatureDraft {
  const end = { ...draft, chosen: draft.features.length - 1 };
  return inserted(end, { label: freshLabel(draft.features), kernel: [0, 0, 0, 0, 1, 0, 0, 0, 0] });
}

export function withCopy(draft: FeatureDraft): FeatureDraft {
  const original = draft.features[draft.chosen];
  if (original === undefined) return draft;
  return inserted(draft, { label: `${original.label} (copy)`, kernel: original.kernel });
}

export function withoutChosen({ features, chosen }: FeatureDraft): FeatureDraft {
  const left = features.toSpliced(chosen, 1);
  return { features: left, chosen: Math.min(chosen, left.length - 1) };
}

function replaced(
  { features, chosen }: FeatureDraft,
  change: (feature: Feature) => Feature,
): FeatureDraft {
  const before = features[chosen];
  if (before === undefined) return { features, chosen };
  return { features: features.with(chosen, change(before)), chosen };
}

/** A filter of one's own goes by its name; the known ones keep their ids. */
export function withLabel(draft: FeatureDraft, label: string): FeatureDraft {
  return replaced(draft, (feature) => ({
    ...feature,
    id: CLINICAL_IDS.has(feature.id)
      ? feature.id
      : idOfLabel(label, takenIds(draft.features, draft.chosen)),
    label,
  }));
}

/** Other numbers are another filter: it must not go by a clinical kernel's id, colour and mark. */
export function withKernel(draft: FeatureDraft, kernel: Kernel3x3): FeatureDraft {
  return replaced(draft, (feature) => {
    const known = EXTENDED_FEATURES.find(({ id }) => id === feature.id);
    const isOther = known !== undefined && !isSame(known.kernel, kernel);
    const id = isOther
      ? idOfLabel(feature.label, takenIds(draft.features, draft.chosen))
      : feature.id;
    return { ...feature, id, kernel };
  });
}

/** Why the set cannot be used as it is, in one sentence; null if it can. */
export function draftProblem({ features }: FeatureDraft): string | null {
  const unnamed = features.findIndex(({ label }) => label.trim() === "");
  if (unnamed >= 0) return `Filter ${unnamed + 1} of the list needs a name.`;
  const empty = features.find(({ kernel }) => kernel.every((entry) => entry === 0));
  if (empty !== undefined) return `"${empty.label}" is 0 everywhere: give it a number.`;
  if (features.length === 0) return "The set needs at least one filter.";
  try {
    checkSettings(DEFAULT_SETTINGS, features);
  } catch (thrown) {
    return toConvAtlasError(thrown).message;
  }
  return null;
}

/** What to call the set: those that everybody has keep their names. */
export function setNameOf(features: readonly Feature[]): FeatureSetName {
  if (isSame(features, POSTER_FEATURES)) return "poster";
  return isSame(features, EXTENDED_FEATURES) ? "extended" : "custom";
}
