import type { Analysis } from "../../core/analysis/analysis.ts";

/** Names one analysis in the registry; plain text, so that the store can hold it. */
export type AnalysisKey = string;

export interface AnalysisRegistry {
  get(key: AnalysisKey): Analysis | null;
  set(key: AnalysisKey, analysis: Analysis): void;
  delete(key: AnalysisKey): void;
  /** Calls `listener` after every change; returns how to stop that. */
  subscribe(listener: () => void): () => void;
}

/** Holds analyses (megabytes of typed arrays) outside the store of plain JSON. */
export function createAnalysisRegistry(): AnalysisRegistry {
  const analyses = new Map<AnalysisKey, Analysis>();
  const listeners = new Set<() => void>();
  const notify = () => {
    for (const listener of listeners) listener();
  };
  return {
    get: (key) => analyses.get(key) ?? null,
    set(key, analysis) {
      analyses.set(key, analysis);
      notify();
    },
    delete(key) {
      analyses.delete(key);
      notify();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The page's one registry. */
export const analyses = createAnalysisRegistry();
