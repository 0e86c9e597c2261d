import { type Analysis, SCORES_PER_KERNEL } from "../../core/analysis/analysis.ts";
import { type ScoreLimits, scoreRange } from "../figures/scoreLimits.ts";
import { type PlotSize, withEqualUnits } from "./plotFrame.ts";
import type { RotatedPlane } from "./rotation.ts";
import type { ScoreDirection } from "./scorePlane.ts";

/** The ball that a plot of three components shows, whichever way it is turned. */
export interface SpaceFrame {
  /** In scores. */
  readonly centre: ScoreDirection;
  readonly radius: number;
}

/**
 * What is shown of a layer: without magnification the common ranges of the whole model, so
 * that layers compare; closer, the surroundings of the layer's own middle.
 */
export function spaceFrame(analysis: Analysis, index: number, magnification: number): SpaceFrame {
  const { scores, basis } = analysis.layers[index].values;
  const ranges = [0, 1, 2].map((component) => scoreRange(analysis, basis, component));
  const radius = Math.hypot(...ranges.map(([low, high]) => high - low)) / 2;
  if (magnification > 1) return { centre: meanScores(scores), radius: radius / magnification };
  const [first, second, third] = ranges.map(([low, high]) => (low + high) / 2);
  return { centre: [first, second, third], radius };
}

function meanScores(scores: Float32Array): ScoreDirection {
  const sums = new Float64Array(SCORES_PER_KERNEL);
  let count = 0;
  for (let at = 0; at < scores.length; at += SCORES_PER_KERNEL) {
    if (!Number.isFinite(scores[at])) continue;
    count++;
    for (let axis = 0; axis < SCORES_PER_KERNEL; axis++) sums[axis] += scores[at + axis];
  }
  const [first, second, third] = sums.map((sum) => sum / (count || 1));
  return [first, second, third];
}

/** Tells which kernels lie in the ball; it holds no others when the plot is turned. */
export function seenInBall(
  scores: Float32Array,
  { centre, radius }: SpaceFrame,
): (kernel: number) => boolean {
  const [x, y, z] = centre;
  const most = radius * radius;
  return (kernel) => {
    const at = kernel * SCORES_PER_KERNEL;
    const [dx, dy, dz] = [scores[at] - x, scores[at + 1] - y, scores[at + 2] - z];
    return dx * dx + dy * dy + dz * dz <= most;
  };
}

/** Kernels with a place outside the ball. */
export function kernelsOutside(scores: Float32Array, frame: SpaceFrame): number {
  const isSeen = seenInBall(scores, frame);
  let outside = 0;
  for (let kernel = 0; kernel * SCORES_PER_KERNEL < scores.length; kernel++) {
    if (Number.isFinite(scores[kernel * SCORES_PER_KERNEL]) && !isSeen(kernel)) outside++;
  }
  return outside;
}

function dot(a: ScoreDirection, b: ScoreDirection): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** The ball on the screen, with one unit for all axes. */
export function limitsOfBall(
  { centre, radius }: SpaceFrame,
  plane: RotatedPlane,
  size: PlotSize,
): ScoreLimits {
  const [x, y] = [dot(centre, plane.across), dot(centre, plane.up)];
  const ball = { left: x - radius, right: x + radius, bottom: y - radius, top: y + radius };
  return withEqualUnits(ball, size);
}

/** 0 at the far side of the ball, 1 at the near one. */
export function nearness(
  depth: number,
  { centre, radius }: SpaceFrame,
  plane: RotatedPlane,
): number {
  const share = (depth - dot(centre, plane.towards)) / (2 * radius) + 0.5;
  return Math.max(0, Math.min(1, share));
}
