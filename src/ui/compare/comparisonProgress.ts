import { countText } from "../figures/text.ts";
import type { ComparisonProgress, ComparisonState } from "../state/comparisonState.ts";
import { progressShare, progressText } from "../workspace/statusText.ts";

/** The step a comparison is at, and how far it is. */
export function comparisonProgressText(progress: ComparisonProgress): string {
  if (progress.kind !== "comparing") return progressText(progress);
  return `${progress.done} of ${countText(progress.total, "pair")} of layers compared`;
}

/** 0..1, or null while no total is known. */
export function comparisonProgressShare(progress: ComparisonProgress): number | null {
  if (progress.kind !== "comparing") return progressShare(progress);
  return progress.total === 0 ? null : progress.done / progress.total;
}

/** One sentence for the state of the comparison. */
export function comparisonSentence({ phase, modelName, key }: ComparisonState): string {
  const name = modelName ?? "the second model";
  switch (phase) {
    case "idle":
      return "Nothing is compared yet.";
    case "waiting":
      return `${name} is compared as soon as the model on screen is complete.`;
    case "reading":
      return `Reading ${name}.`;
    case "analyzing":
      return `Analysing ${name} under the same settings.`;
    case "comparing":
      return `Comparing both models with each other, and with noise.`;
    case "done":
      return `Compared with ${name}.`;
    case "error":
      return `${name} could not be compared.`;
    case "cancelled":
      return key === null ? "Cancelled; nothing is compared." : `Cancelled; ${name} is still open.`;
  }
}
