import type { Feature } from "../features/clinicalKernels.ts";
import type { Preprocessing } from "../images/preprocessing.ts";
import type { MaskLabel } from "../maps/maskLabel.ts";
import type { MaskRule } from "../maps/maskRule.ts";
import { conclusions } from "../substitution/conclusions.ts";
import { summarySentences, verdictSentence } from "../substitution/conclusionWords.ts";
import type { TrialPlan } from "../substitution/planTrials.ts";
import type { Agreement, SubstitutionResult } from "../substitution/trial.ts";
import { roundedThroughout } from "./numbers.ts";

/**
 * A substitution test as it is written down. Images are counted and not named: a file's name may
 * name a person.
 */
export interface SubstitutionRecord {
  readonly plan: Pick<TrialPlan, "rows" | "planned">;
  /** May hold some of the planned trials only, where the test was cancelled. */
  readonly result: SubstitutionResult;
  /** Slices that the network was run on, and those of them with a mask. */
  readonly slices: number;
  readonly masks: number;
  readonly output: {
    readonly name: string;
    readonly rule: MaskRule;
    /** What of the masks is the right answer; left out, what is proposed. */
    readonly label?: MaskLabel;
  };
  /** The filters that took the kernels' place; the analysis may have others by now. */
  readonly features: readonly Feature[];
  /** Where labels were computed for the test. */
  readonly labels: { readonly grid: number; readonly threshold: number };
  /** Of the slices' images, each once; images may need different ones. */
  readonly preprocessing: readonly Preprocessing[];
}

/** `lab.substitution` of the results: settings, every trial, and what they say. */
export function substitutionJson(record: SubstitutionRecord): unknown {
  const { plan, result, slices, masks, output, features, labels, preprocessing } = record;
  const found = conclusions(plan, result.original, result.trials);
  return roundedThroughout({
    slices,
    masks,
    preprocessing,
    output,
    features,
    labels,
    original: result.original,
    trials: result.trials.map((trial) => {
      const { row, replacement } = plan.planned[trial.trial];
      return {
        // Null: all at once.
        layer: plan.rows[row].layer,
        replacement,
        replacedKernels: trial.replacedKernels,
        ...agreementOf(trial),
      };
    }),
    measure: found.measure,
    own: found.own,
    margin: found.margin,
    rows: found.rows.map((row) => ({ ...row, text: verdictSentence(row, found) })),
    summary: summarySentences(found),
    milliseconds: result.milliseconds,
  });
}

function agreementOf({ diceToMasks, diceToOriginal, correlation }: Agreement): Agreement {
  return { diceToMasks, diceToOriginal, correlation };
}
