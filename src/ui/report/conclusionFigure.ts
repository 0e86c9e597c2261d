import type { Analysis } from "../../core/analysis/analysis.ts";
import type { Findings } from "../../core/findings/findings.ts";
import type { Picture } from "../figures/svg.ts";
import type { FigureTheme } from "../figures/theme.ts";
import { divergenceFigure } from "./figures/divergenceFigure.ts";
import { liftFigure } from "./figures/liftFigure.ts";
import { structureFigure } from "./figures/structureFigure.ts";
import type { QuestionId } from "./findingWords.ts";

/** The small figure of a question; null where nothing could be measured. */
export function conclusionFigure(
  id: QuestionId,
  analysis: Analysis,
  findings: Findings,
  look: { readonly width: number; readonly theme: FigureTheme },
): Picture | null {
  switch (id) {
    case "filters":
      return findings.filters.labels.length === 0
        ? null
        : liftFigure(findings.filters, analysis.features, look);
    case "decoder":
      return structureFigure(analysis, findings, look);
    case "encoder":
      return divergenceFigure(findings.encoder, look);
  }
}
