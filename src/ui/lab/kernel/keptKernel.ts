import type { Analysis } from "../../../core/analysis/analysis.ts";
import type { KernelAtWorkResult } from "../../../core/results/kernelAtWorkJson.ts";

/** What was last shown of a kernel at work, for the exported results; of one model at a time. */
let kept: { readonly sha256: string; readonly result: KernelAtWorkResult } | null = null;

export function keepKernelAtWork(
  { model }: Pick<Analysis, "model">,
  result: KernelAtWorkResult,
): void {
  kept = { sha256: model.sha256, result };
}

export function keptKernelAtWork({ model }: Pick<Analysis, "model">): KernelAtWorkResult | null {
  return kept?.sha256 === model.sha256 ? kept.result : null;
}
