import { useState } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";

/**
 * The analysis to draw while results come in. A picture that shows values alone does not
 * change with every label: it is drawn when the values are there and once more when the
 * analysis is complete, so that the main thread stays free in between.
 *
 * @param follows true where every change must be drawn.
 */
export function useSteadyAnalysis(analysis: Analysis, follows: boolean): Analysis {
  const [drawn, setDrawn] = useState(analysis);
  // `pca` stays the same object as long as values and settings do.
  const isStale = drawn !== analysis && (follows || drawn.pca !== analysis.pca);
  if (isStale) setDrawn(analysis);
  return isStale ? analysis : drawn;
}
