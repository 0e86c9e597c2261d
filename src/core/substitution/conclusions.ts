import type { TrialPlan, TrialRow } from "./planTrials.ts";
import type { Replacement } from "./replacement.ts";
import type { Agreement, TrialResult } from "./trial.ts";

/**
 * How far below the network's own Dice still counts as kept. The sample's own Dice differs by as
 * much from one of its held-out blocks of slices to the next (0.97 to 0.99 in four of five).
 */
export const KEPT_MARGIN = 0.02;

/** Of a network that does worse than this by itself there is too little to keep. */
export const OWN_AT_LEAST = 0.5;

/** What trials are judged by: the first of these that there is. */
export type TrialMeasure = keyof Agreement;

/** The best to judge by first. */
export const MEASURES: readonly TrialMeasure[] = ["diceToMasks", "diceToOriginal", "correlation"];

/** What the trials of a row say. */
export type Verdict =
  /** Clinical filters keep what the network does; neither random kernels nor random filters do. */
  | "clinicalFilters"
  /**
   * So does at least one set of as many random filters, fitted alike: a few fixed filters suffice,
   * clinical or not. One set is enough to show it.
   */
  | "anyFilters"
  /** Even random kernels of equal norm keep it. */
  | "anyKernels"
  /** Even zeros keep it. */
  | "notNeeded"
  /** Clinical filters do not keep it. */
  | "couldNot"
  /** The network by itself does too badly on these images. */
  | "ownTooLow"
  /** No clinical filter could be put in place of a kernel. */
  | "nothingReplaced"
  /** Random kernels stood for more kernels than the filters, which cannot fit all of them. */
  | "unequalControl"
  /** The trials that a verdict needs have not been run. */
  | "notTested";

/** Of several draws. */
export interface Spread {
  readonly draws: number;
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

export interface RowConclusion extends TrialRow {
  readonly verdict: Verdict;
  /** Kernels that clinical filters stood for; null where that was not tried. */
  readonly replacedKernels: number | null;
  /** Kernels that random ones stood for: also those of a size that no filter fits. */
  readonly randomKernels: number | null;
  /** Values of `Conclusions.measure`; null where it was not tried. */
  readonly bestFit: number | null;
  readonly label: number | null;
  readonly zero: number | null;
  readonly random: Spread | null;
  readonly randomFit: Spread | null;
}

/** Plain JSON. */
export interface Conclusions {
  readonly measure: TrialMeasure;
  /** The network as it is; null where there is nothing to judge by. */
  readonly own: number | null;
  readonly margin: number;
  /** In the order of the plan. */
  readonly rows: readonly RowConclusion[];
}

/**
 * What trials say, row by row. "Kept" is a value of at least `own - margin`; of random kernels the
 * median of the draws.
 *
 * @param original the network as it is.
 * @param trials those that have been run, in any order; may be some of the planned ones only.
 */
export function conclusions(
  plan: Pick<TrialPlan, "rows" | "planned">,
  original: Agreement,
  trials: readonly TrialResult[],
): Conclusions {
  const measure = MEASURES.find((one) => original[one] !== null) ?? "diceToMasks";
  const own = original[measure];
  const ofRows = plan.rows.map((): TrialResult[] => []);
  for (const result of trials) ofRows[plan.planned[result.trial].row].push(result);
  const rows = plan.rows.map(({ layer, kernels }, row): RowConclusion => {
    const of = (kind: Replacement["kind"]) =>
      ofRows[row].filter(({ trial }) => plan.planned[trial].replacement.kind === kind);
    const numbers = numbersOf(of, measure);
    return { layer, kernels, verdict: verdictOf(numbers, own), ...numbers };
  });
  return { measure, own, margin: KEPT_MARGIN, rows };
}

type Numbers = Omit<RowConclusion, keyof TrialRow | "verdict">;

function numbersOf(
  of: (kind: Replacement["kind"]) => readonly TrialResult[],
  measure: TrialMeasure,
): Numbers {
  const values = (found: readonly TrialResult[]) =>
    found.map((trial) => measuredOf(trial, measure));
  const fits = of("best-fit");
  const random = of("random");
  return {
    replacedKernels: fits[0]?.replacedKernels ?? null,
    randomKernels: random[0]?.replacedKernels ?? null,
    bestFit: values(fits)[0] ?? null,
    label: values(of("label"))[0] ?? null,
    zero: values(of("zero"))[0] ?? null,
    random: spreadOf(values(random)),
    randomFit: spreadOf(values(of("random-fit"))),
  };
}

/**
 * What a trial is judged by. An output that is the same everywhere has no correlation: nothing of
 * the original is in it, which counts as 0.
 */
export function measuredOf(trial: Agreement, measure: TrialMeasure): number {
  return trial[measure] ?? 0;
}

/** Null of none. */
export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const half = (sorted.length - 1) / 2;
  return {
    draws: sorted.length,
    median: (sorted[Math.floor(half)] + sorted[Math.ceil(half)]) / 2,
    lowest: sorted[0],
    highest: sorted[sorted.length - 1],
  };
}

/** Whether a value of the measure is as good as that of the network as it is; never without one. */
export function isKept(value: number, own: number | null): boolean {
  return own !== null && value >= own - KEPT_MARGIN;
}

function verdictOf(numbers: Numbers, own: number | null): Verdict {
  const { replacedKernels, randomKernels, bestFit, zero, random, randomFit } = numbers;
  if (own === null || bestFit === null) return "notTested";
  if (own < OWN_AT_LEAST) return "ownTooLow";
  if (replacedKernels === 0) return "nothingReplaced";
  if (!isKept(bestFit, own)) return "couldNot";
  if (zero !== null && isKept(zero, own)) return "notNeeded";
  if (random === null) return "notTested";
  if (isKept(random.median, own)) return "anyKernels";
  // Fitted random filters stand for the same kernels as the clinical ones, whatever the others do.
  if (randomFit !== null) return isKept(randomFit.highest, own) ? "anyFilters" : "clinicalFilters";
  const isUnequal = (randomKernels ?? 0) > (replacedKernels ?? 0);
  return isUnequal ? "unequalControl" : "clinicalFilters";
}
