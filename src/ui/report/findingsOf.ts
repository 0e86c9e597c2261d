import type { Analysis } from "../../core/analysis/analysis.ts";
import type { Findings } from "../../core/findings/findings.ts";

/** The conclusions of an analysis; null until they are computed. */
export function findingsOf(analysis: Analysis): Findings | null {
  return "findings" in analysis ? (analysis.findings as Findings | null) : null;
}
