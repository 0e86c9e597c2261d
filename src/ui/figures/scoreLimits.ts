import {
  type Analysis,
  type LayerValues,
  type PcaBasis,
  SCORES_PER_KERNEL,
} from "../../core/analysis/analysis.ts";
import { sampledIndexes } from "./sampling.ts";

/** Ends of both axes of a plot of PC1 and PC2, in units of the weights. */
export interface ScoreLimits {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

/** Kernels looked at per layer: quantiles need no more. */
const KERNELS_FOR_LIMITS = 4000;
/** Share of the kernels that may lie beyond either end of an axis. */
const SHARE_BEYOND = 0.002;
/** Room around the outermost kernel or mark, as a share of the axis. */
const MARGIN = 0.07;
/** Height of a plot / its width: both axes have one unit, within these. */
const LOWEST_ASPECT = 0.62;
const HIGHEST_ASPECT = 0.95;

function axisRange(
  axis: number,
  layers: readonly LayerValues[],
  features: Float32Array | null,
): readonly [low: number, high: number] {
  const found = new Float32Array(layers.length * KERNELS_FOR_LIMITS);
  let count = 0;
  for (const { scores } of layers) {
    for (const index of sampledIndexes(scores.length / SCORES_PER_KERNEL, KERNELS_FOR_LIMITS)) {
      const score = scores[index * SCORES_PER_KERNEL + axis];
      if (Number.isFinite(score)) found[count++] = score;
    }
  }
  const sorted = found.subarray(0, count).sort();
  const beyond = Math.floor(sorted.length * SHARE_BEYOND);
  const marks: number[] = [];
  for (let at = axis; features !== null && at < features.length; at += SCORES_PER_KERNEL) {
    marks.push(features[at]);
  }
  if (sorted.length > 0) marks.push(sorted[beyond], sorted[sorted.length - 1 - beyond]);
  if (marks.length === 0) return [-1, 1];
  const [low, high] = [Math.min(...marks), Math.max(...marks)];
  const room = (high - low) * MARGIN || Math.abs(high) * MARGIN || 1;
  return [low - room, high + room];
}

/** Limits of one basis, and the aspect (height / width) that fits them best. */
function limitsOf(
  basis: PcaBasis,
  layers: readonly LayerValues[],
): { readonly limits: ScoreLimits; readonly aspect: number } {
  const [left, right] = axisRange(0, layers, basis.featureScores);
  const [bottom, top] = axisRange(1, layers, basis.featureScores);
  const wanted = (top - bottom) / (right - left);
  const aspect = Math.min(HIGHEST_ASPECT, Math.max(LOWEST_ASPECT, wanted));
  return { limits: { left, right, bottom, top }, aspect };
}

/** The same limits with both axes in the same unit, in a plot of the given aspect. */
function withAspect(limits: ScoreLimits, aspect: number): ScoreLimits {
  const { left, right, bottom, top } = limits;
  const width = Math.max(right - left, (top - bottom) / aspect);
  const height = width * aspect;
  const [middleX, middleY] = [(left + right) / 2, (bottom + top) / 2];
  return {
    left: middleX - width / 2,
    right: middleX + width / 2,
    bottom: middleY - height / 2,
    top: middleY + height / 2,
  };
}

/** Limits per PCA basis and one aspect for all plots of the figure. */
export interface SharedLimits {
  /** By index in `Analysis.pca`. */
  readonly limits: readonly ScoreLimits[];
  /** Height / width of every plot. */
  readonly aspect: number;
  /** Index of the basis most layers use. */
  readonly mainBasis: number;
}

interface KnownLimits {
  readonly values: readonly LayerValues[];
  readonly limits: SharedLimits;
}

/** Limits that were computed, by `Analysis.pca`: every view asks for them again. */
const known = new WeakMap<Analysis["pca"], KnownLimits>();

/** All layers of one basis get one pair of axes, so that their plots compare. */
export function sharedLimits(analysis: Analysis): SharedLimits {
  const { layers, pca } = analysis;
  const before = known.get(pca);
  const isSame =
    before?.values.length === layers.length &&
    layers.every(({ values }, index) => values === before.values[index]);
  if (isSame) return before.limits;
  const limits = computedLimits(analysis);
  known.set(pca, { values: layers.map(({ values }) => values), limits });
  return limits;
}

function computedLimits(analysis: Analysis): SharedLimits {
  const users = analysis.pca.map((_, index) =>
    analysis.layers.filter(({ values }) => values.basis === index).map(({ values }) => values),
  );
  const perBasis = analysis.pca.map((basis, index) => limitsOf(basis, users[index]));
  const mainBasis = users.reduce(
    (best, layers, index) => (layers.length > users[best].length ? index : best),
    0,
  );
  const aspect = perBasis[mainBasis]?.aspect ?? LOWEST_ASPECT;
  return { limits: perBasis.map(({ limits }) => withAspect(limits, aspect)), aspect, mainBasis };
}
