import { useMemo } from "react";
import type { Settings } from "../../core/analysis/settings.ts";
import { type AlikePair, alikeFilters } from "../../core/features/alikeFilters.ts";
import type { FeatureDraft } from "./featureDraft.ts";
import { alikeSentence } from "./featureWords.ts";

/** Sentences shown at once: what is wrong with the filter at hand comes first. */
const MOST_SENTENCES = 3;

/** Which filters of the set will be confused, in words. */
export function useAlikeSentences(
  { features, chosen }: FeatureDraft,
  compare: Settings["compare"],
): readonly string[] {
  return useMemo(() => {
    const concerns = ({ first, second }: AlikePair) => first === chosen || second === chosen;
    const pairs = alikeFilters(features, compare);
    const ordered = [...pairs.filter(concerns), ...pairs.filter((pair) => !concerns(pair))];
    const sentences = ordered.map((pair) => alikeSentence(pair, features));
    const more = sentences.length - MOST_SENTENCES;
    return more > 0
      ? [...sentences.slice(0, MOST_SENTENCES), `And ${more} more such pairs.`]
      : sentences;
  }, [features, chosen, compare]);
}
