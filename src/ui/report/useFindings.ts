import { useEffect } from "react";
import type { Findings } from "../../core/findings/findings.ts";
import type { ShownAnalysis } from "../hooks/useShownAnalysis.ts";
import { pageRunner } from "../state/pageRunner.ts";

/** The conclusions of what is on screen, asked for once it is complete; null until they are there. */
export function useFindings({ analysis, isComplete }: ShownAnalysis): Findings | null {
  const { findings } = analysis;
  const isWanted = isComplete && findings === null;
  useEffect(() => {
    if (isWanted) void pageRunner.findings();
  }, [isWanted]);
  return findings;
}
