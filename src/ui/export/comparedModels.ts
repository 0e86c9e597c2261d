import type { ComparedModels } from "../state/comparisonState.ts";
import { pageStore } from "../state/pageStore.ts";

/**
 * What the model on screen is compared with, up to date; null where nothing is. The code that
 * compares is loaded with its view, and only a page that has shown that view has a comparison.
 */
export async function comparedModels(): Promise<ComparedModels | null> {
  if (pageStore.getState().compared === null) return null;
  const { pageComparison } = await import("../compare/pageComparison.ts");
  return pageComparison.whenReady();
}
