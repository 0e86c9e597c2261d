import type { Analysis } from "../../../core/analysis/analysis.ts";
import {
  type Conclusions,
  conclusions,
  type TrialMeasure,
} from "../../../core/substitution/conclusions.ts";
import { verdictName, verdictSentence } from "../../../core/substitution/conclusionWords.ts";
import type { SubstitutionRow } from "../../figures/substitution.ts";
import type { ReplacementKind } from "../../figures/substitutionMarks.ts";
import { type Against, KINDS } from "./testChoice.ts";
import type { TestRun } from "./testRuns.ts";

/** What a test has found so far. */
export interface TestFindings {
  readonly found: Conclusions;
  /** In the order of the plan. */
  readonly rows: readonly SubstitutionRow[];
  /** Those that were planned, in the order of the key. */
  readonly kinds: readonly ReplacementKind[];
}

/** Whether both ways to measure are there to choose from. */
export function hasChoiceOfMeasure({ original }: Pick<TestRun, "original">): boolean {
  return original !== null && original.diceToMasks !== null && original.diceToOriginal !== null;
}

/** The findings of a test, by masks where there are any unless `against` says otherwise. */
export function testFindings(
  analysis: Analysis,
  run: TestRun,
  against: Against,
): TestFindings | null {
  const { original, trials, plan } = run;
  if (original === null) return null;
  const judged =
    against === "output" && hasChoiceOfMeasure(run) ? { ...original, diceToMasks: null } : original;
  const found = conclusions(plan, judged, trials);
  const kinds = KINDS.filter((kind) =>
    plan.planned.some(({ replacement }) => replacement.kind === kind),
  );
  const rows = plan.rows.map((_, row) => testRow(analysis, run, found, row));
  return { found, rows, kinds };
}

type Values = Partial<Record<ReplacementKind, readonly number[]>>;

/** What was measured of one row, by replacement. */
function valuesOf({ plan, trials }: TestRun, row: number, measure: TrialMeasure): Values {
  const values: Values = {};
  for (const trial of trials) {
    const planned = plan.planned[trial.trial];
    if (planned?.row !== row) continue;
    const { kind } = planned.replacement;
    // As for the verdicts: an output without any correlation has nothing of the original.
    values[kind] = [...(values[kind] ?? []), trial[measure] ?? 0];
  }
  return values;
}

/** True once all that was planned for a row has run: a verdict before could still turn. */
function isComplete({ plan, trials }: TestRun, row: number): boolean {
  const planned = plan.planned.filter((one) => one.row === row).length;
  return trials.filter(({ trial }) => plan.planned[trial]?.row === row).length === planned;
}

function testRow(
  analysis: Analysis,
  run: TestRun,
  found: Conclusions,
  row: number,
): SubstitutionRow {
  const conclusion = found.rows[row];
  const index = analysis.layers.findIndex(
    ({ description }) => description.name === conclusion.layer,
  );
  const layer = analysis.layers[index];
  const name = conclusion.layer ?? "All layers";
  const isTold = isComplete(run, row);
  return {
    name,
    layer: layer === undefined ? null : index,
    role: layer?.place.role ?? null,
    values: valuesOf(run, row, found.measure),
    verdict: isTold ? verdictName(conclusion.verdict) : null,
    sentence: `${name}. ${isTold ? verdictSentence(conclusion, found) : "Not all of it has run yet."}`,
  };
}
