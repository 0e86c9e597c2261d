import { type Analysis, SCORES_PER_KERNEL } from "../../core/analysis/analysis.ts";
import type { ScoreLimits } from "../figures/scoreLimits.ts";
import { isWithin } from "./plotFrame.ts";
import { along, type ScorePlane } from "./scorePlane.ts";

/** Room around the outermost kernel, as a share of the spread. */
const MARGIN = 0.05;

/** Limits that hold every kernel of a layer and every feature, as this plane shows them. */
export function allLimits(analysis: Analysis, index: number, plane: ScorePlane): ScoreLimits {
  const { scores, basis } = analysis.layers[index].values;
  const limits = {
    left: Number.POSITIVE_INFINITY,
    right: Number.NEGATIVE_INFINITY,
    bottom: Number.POSITIVE_INFINITY,
    top: Number.NEGATIVE_INFINITY,
  };
  const add = (points: ArrayLike<number>) => {
    for (let at = 0; at * SCORES_PER_KERNEL < points.length; at++) {
      const first = along(points, at, plane.across);
      const second = along(points, at, plane.up);
      if (!Number.isFinite(first) || !Number.isFinite(second)) continue;
      limits.left = Math.min(limits.left, first);
      limits.right = Math.max(limits.right, first);
      limits.bottom = Math.min(limits.bottom, second);
      limits.top = Math.max(limits.top, second);
    }
  };
  add(scores);
  add(analysis.pca[basis]?.featureScores ?? []);
  if (limits.left > limits.right) return { left: -1, right: 1, bottom: -1, top: 1 };
  const room = Math.max(limits.right - limits.left, limits.top - limits.bottom) * MARGIN || 1;
  return {
    left: limits.left - room,
    right: limits.right + room,
    bottom: limits.bottom - room,
    top: limits.top + room,
  };
}

/** Kernels with a place that lie outside the limits. */
export function kernelsBeyond(
  scores: ArrayLike<number>,
  limits: ScoreLimits,
  { across, up }: ScorePlane,
): number {
  let beyond = 0;
  for (let at = 0; at * SCORES_PER_KERNEL < scores.length; at++) {
    const first = along(scores, at, across);
    const second = along(scores, at, up);
    if (Number.isFinite(first) && Number.isFinite(second) && !isWithin(first, second, limits)) {
      beyond += 1;
    }
  }
  return beyond;
}
