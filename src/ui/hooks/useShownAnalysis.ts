import { useSyncExternalStore } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import { analyses } from "../state/analyses.ts";
import { usePage } from "./usePage.ts";

export interface ShownAnalysis {
  readonly analysis: Analysis;
  /** False while its labels still come in. */
  readonly isComplete: boolean;
}

/** The analysis on screen: the last complete one, or a first one while it comes in. */
export function useShownAnalysis(): ShownAnalysis | null {
  const key = usePage((state) => state.current ?? state.pending?.key ?? null);
  const analysis = useSyncExternalStore(analyses.subscribe, () =>
    key === null ? null : analyses.get(key),
  );
  return analysis === null ? null : { analysis, isComplete: analysis.timings !== null };
}
