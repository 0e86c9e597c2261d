import { MEASURES, measuredOf, spreadOf, type TrialMeasure } from "../substitution/conclusions.ts";
import type { Replacement } from "../substitution/replacement.ts";
import { replacementName } from "../substitution/replacementWords.ts";
import type { TrialResult } from "../substitution/trial.ts";
import { type Cell, csvRow } from "./csv.ts";
import { rounded } from "./numbers.ts";
import type { SubstitutionRecord } from "./substitutionJson.ts";

/** In place of a layer's name. */
const ALL_AT_ONCE = "(all at once)";

/**
 * One row per trial: what was replaced by what, how the output agrees, and beside it the network
 * as it is and the median of the random kernels of the same row. RFC 4180; images are not named.
 */
export function substitutionCsv(record: SubstitutionRecord): string {
  const { plan, result } = record;
  const header = csvRow([
    ...["layer", "replacement", "draw", "rank", "bits", "name", "replacedKernels"],
    ...MEASURES,
    ...MEASURES.map((measure) => `original:${measure}`),
    ...MEASURES.map((measure) => `random:${measure}`),
  ]);
  const controls = randomMedians(record);
  const rows = result.trials.map((trial) => {
    const { row, replacement } = plan.planned[trial.trial];
    return csvRow([
      plan.rows[row].layer ?? ALL_AT_ONCE,
      replacement.kind,
      ...parameterCells(replacement),
      replacementName(replacement),
      trial.replacedKernels,
      ...MEASURES.map((measure) => cellOf(trial[measure])),
      ...MEASURES.map((measure) => cellOf(result.original[measure])),
      ...MEASURES.map((measure) => controls[row][measure]),
    ]);
  });
  return header + rows.join("");
}

/** Draw, rank and bits. */
function parameterCells(replacement: Replacement): readonly Cell[] {
  switch (replacement.kind) {
    case "random":
    case "random-fit":
      // Counted as the name does.
      return [replacement.draw + 1, null, null];
    case "low-rank":
      return [null, replacement.rank, null];
    case "rounded":
      return [null, null, replacement.bits];
    case "best-fit":
    case "label":
    case "zero":
      return [null, null, null];
  }
}

function cellOf(value: number | null): Cell {
  return value === null ? null : rounded(value);
}

/** What random kernels of equal norm give in each row: the median of their draws. */
function randomMedians({
  plan,
  result,
}: SubstitutionRecord): readonly Record<TrialMeasure, Cell>[] {
  const drawn = plan.rows.map((): TrialResult[] => []);
  for (const trial of result.trials) {
    const { row, replacement } = plan.planned[trial.trial];
    if (replacement.kind === "random") drawn[row].push(trial);
  }
  return drawn.map((ofRow) => {
    const median = (measure: TrialMeasure): Cell => {
      if (result.original[measure] === null) return null;
      const drawn = spreadOf(ofRow.map((trial) => measuredOf(trial, measure)));
      return cellOf(drawn?.median ?? null);
    };
    return {
      diceToMasks: median("diceToMasks"),
      diceToOriginal: median("diceToOriginal"),
      correlation: median("correlation"),
    };
  });
}
