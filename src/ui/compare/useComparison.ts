import { useStore } from "zustand";
import type { ComparedModels, ComparisonState } from "../state/comparisonState.ts";
import { pageComparison } from "./pageComparison.ts";

export interface ShownComparison extends ComparisonState {
  /** Null while there is nothing to show. */
  readonly models: ComparedModels | null;
}

/** What the page compares, and how far it is. */
export function useComparison(): ShownComparison {
  const state = useStore(pageComparison.store);
  return { ...state, models: pageComparison.result() };
}
