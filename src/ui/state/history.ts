import { type Choices, choicesOf } from "./choices.ts";

/** Choices to go back to, oldest first, and those that were gone back from, next first. */
export interface History {
  readonly past: readonly Choices[];
  readonly future: readonly Choices[];
  /** What kind of step was the last one, and when: steps of one kind in a row are one. */
  readonly step: { readonly kind: string; readonly at: number } | null;
}

export const NO_HISTORY: History = { past: [], future: [], step: null };

/** More steps than anyone goes back by hand; a step is a few hundred bytes. */
export const MOST_STEPS = 100;

/** Steps of one kind within this time, ms, are one: a slider, or `j` held down. */
export const SAME_STEP_MS = 800;

/**
 * The history once `before` has been left.
 *
 * @param kind of the step, for steps that join those of their kind; null: it stands alone.
 * @param now milliseconds of any clock.
 */
export function recorded(
  { past, step }: History,
  before: Choices,
  kind: string | null,
  now: number,
): History {
  const joins = kind !== null && step?.kind === kind && now - step.at < SAME_STEP_MS;
  return {
    past: joins ? past : [...past.slice(1 - MOST_STEPS), choicesOf(before)],
    future: [],
    step: kind === null ? null : { kind, at: now },
  };
}

export interface Move {
  readonly history: History;
  readonly choices: Choices;
}

/** One step back; null at the beginning. */
export function undone({ past, future }: History, now: Choices): Move | null {
  const choices = past.at(-1);
  if (choices === undefined) return null;
  const history = { past: past.slice(0, -1), future: [choicesOf(now), ...future], step: null };
  return { history, choices };
}

/** One step forward again; null at the end. */
export function redone({ past, future }: History, now: Choices): Move | null {
  const [choices, ...rest] = future;
  if (choices === undefined) return null;
  return { history: { past: [...past, choicesOf(now)], future: rest, step: null }, choices };
}
