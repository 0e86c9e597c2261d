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

/** 1: the common ranges of the model; above: closer to the layer's middle; "all": all of it. */
export type Magnification = number | "all";

/** Room around the outermost point, as a share of the radius. */
const MARGIN = 0.06;

/**
 * What is shown of a layer: without magnification what all layers have in common, so that
 * they compare; closer, the surroundings of the layer's own middle.
 */
export function spaceFrame(
  analysis: Analysis,
  index: number,
  magnification: Magnification,
): SpaceFrame {
  const { scores, basis } = analysis.layers[index].values;
  const features = analysis.pca[basis].featureScores ?? new Float32Array(0);
  const ranges = [0, 1, 2].map((component) => scoreRange(analysis, basis, component));
  const [first, second, third] = ranges.map(([low, high]) => (low + high) / 2);
  const centre: ScoreDirection = [first, second, third];
  const reach = Math.max(
    ...ranges.map(([low, high]) => (high - low) / 2),
    farthest(features, centre),
  );
  if (magnification === "all") {
    return { centre, radius: Math.max(reach, farthest(scores, centre)) * (1 + MARGIN) };
  }
  const radius = (reach * (1 + MARGIN)) / magnification;
  return { centre: magnification > 1 ? meanScores(scores) : centre, radius };
}

/** Distance of the outermost point from a centre; 0 without points. */
function farthest(points: Float32Array, [x, y, z]: ScoreDirection): number {
  let most = 0;
  for (let at = 0; at < points.length; at += SCORES_PER_KERNEL) {
    const [dx, dy, dz] = [points[at] - x, points[at + 1] - y, points[at + 2] - z];
    const square = dx * dx + dy * dy + dz * dz;
    // NaN fails this test.
    if (square > most) most = square;
  }
  return Math.sqrt(most);
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
