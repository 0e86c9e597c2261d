import type { Replacement } from "./replacement.ts";
import type { Trial, TrialTarget } from "./trial.ts";

/** Kernels that are replaced together: a row of the chart. */
export interface TrialRow {
  /** Name of the layer; null: those of all layers concerned, at once. */
  readonly layer: string | null;
  /** `some`: what a cluster, a label or another group has of them. */
  readonly kernels: "all" | "some";
}

/** What a trial is of, by its index in the trials. */
export interface PlannedTrial {
  /** Index into the rows. */
  readonly row: number;
  readonly replacement: Replacement;
}

export interface TrialPlan {
  readonly rows: readonly TrialRow[];
  readonly planned: readonly PlannedTrial[];
  /** To be run, in the order of `planned`. */
  readonly trials: readonly Trial[];
}

/** Draws of each random control: a median needs three, and each takes as long as a trial more. */
export const RANDOM_DRAWS = 3;

/**
 * All runs of a test, row after row: each layer concerned by itself, in this order, and, of
 * several, all of them at once. Targets are whole layers, or what a group has of them.
 */
export function planTrials(
  targets: readonly TrialTarget[],
  replacements: readonly Replacement[],
): TrialPlan {
  const kernelsOf = (some: readonly TrialTarget[]) =>
    some.every(({ members }) => members === null) ? "all" : "some";
  const rows: TrialRow[] = targets.map((target) => {
    return { layer: target.layer, kernels: kernelsOf([target]) };
  });
  const together = targets.map((target): readonly TrialTarget[] => [target]);
  if (targets.length > 1) {
    rows.push({ layer: null, kernels: kernelsOf(targets) });
    together.push(targets);
  }
  const planned = rows.flatMap((_, row) =>
    replacements.map((replacement): PlannedTrial => ({ row, replacement })),
  );
  const trials = planned.map(({ row, replacement }) => ({ targets: together[row], replacement }));
  return { rows, planned, trials };
}
