import type { LabRunResult } from "../../core/results/labRunJson.ts";

/** What the last run of the network on screen gave, for the exported results. */
let kept: LabRunResult | null = null;

export function keepRun(result: LabRunResult | null): void {
  kept = result;
}

export function keptRun(): LabRunResult | null {
  return kept;
}
