import type { Figure } from "../../figures/figure.ts";
import { substitutionFigure } from "../../figures/substitution.ts";
import type { FigureTheme } from "../../figures/theme.ts";
import type { TestFindings } from "./testRows.ts";
import type { TestRun } from "./testRuns.ts";
import { axisWords, kindWords } from "./testWords.ts";

/** The chart of a test, the same on the page and in an exported picture. */
export function testPicture(
  run: TestRun,
  { found, rows, kinds }: TestFindings,
  look: { readonly width: number; readonly theme: FigureTheme },
): Figure {
  return substitutionFigure({
    rows,
    original: found.own,
    margin: found.margin,
    axis: axisWords(found.measure),
    key: kinds.map((kind) => ({ kind, words: kindWords(kind, run.choice) })),
    ...look,
  });
}
