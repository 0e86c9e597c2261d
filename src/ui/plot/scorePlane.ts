import { SCORES_PER_KERNEL } from "../../core/analysis/analysis.ts";

/** A direction in the space of the scores that are kept per kernel (PC1, PC2, PC3). */
export type ScoreDirection = readonly [number, number, number];

/** What a plot shows of that space: two orthogonal directions of length one. */
export interface ScorePlane {
  readonly across: ScoreDirection;
  readonly up: ScoreDirection;
}

/** Indexes of two principal axes, across and up. */
export type PlaneAxes = readonly [number, number];

export const FIRST_AXES: PlaneAxes = [0, 1];

/** The plane of two principal axes. */
export function axesPlane([across, up]: PlaneAxes): ScorePlane {
  return { across: axisDirection(across), up: axisDirection(up) };
}

export function axisDirection(component: number): ScoreDirection {
  return [component === 0 ? 1 : 0, component === 1 ? 1 : 0, component === 2 ? 1 : 0];
}

/** How far point number `at` lies along a direction; NaN where it has no place. */
export function along(scores: ArrayLike<number>, at: number, direction: ScoreDirection): number {
  const first = at * SCORES_PER_KERNEL;
  return (
    scores[first] * direction[0] +
    scores[first + 1] * direction[1] +
    scores[first + 2] * direction[2]
  );
}
