import {
  type Analysis,
  type LayerValues,
  type PcaBasis,
  SCORES_PER_KERNEL,
} from "../../core/analysis/analysis.ts";
import { sampledIndexes } from "../../core/random/sampledIndexes.ts";

/** Ends of both axes of a plot of two principal components, in units of the weights. */
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
): ScoreRange {
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
  /** Per basis, by component; found when they are first asked for. */
  readonly ranges: readonly Map<number, ScoreRange>[];
}

/** Lowest and highest score of a principal component that a plot shows. */
export type ScoreRange = readonly [low: number, high: number];

/** Limits that were computed, by `Analysis.pca`: every view asks for them again. */
const known = new WeakMap<Analysis["pca"], KnownLimits>();

/** All layers of one basis get one pair of axes, so that their plots compare. */
export function sharedLimits(analysis: Analysis): SharedLimits {
  return knownLimits(analysis).limits;
}

function knownLimits(analysis: Analysis): KnownLimits {
  const { layers, pca } = analysis;
  const before = known.get(pca);
  const isSame =
    before?.values.length === layers.length &&
    layers.every(({ values }, index) => values === before.values[index]);
  if (isSame) return before;
  const found = {
    values: layers.map(({ values }) => values),
    limits: computedLimits(analysis),
    ranges: pca.map(() => new Map<number, ScoreRange>()),
  };
  known.set(pca, found);
  return found;
}

/** The range of a component over all layers of a basis: as wide as PC1's and PC2's in the atlas. */
export function scoreRange(analysis: Analysis, basis: number, component: number): ScoreRange {
  const { ranges, values } = knownLimits(analysis);
  const before = ranges[basis].get(component);
  if (before !== undefined) return before;
  const users = values.filter((one) => one.basis === basis);
  const range = axisRange(component, users, analysis.pca[basis].featureScores);
  ranges[basis].set(component, range);
  return range;
}

/** The common limits of any two components, in a plot of the same aspect as all others. */
export function axesLimits(
  analysis: Analysis,
  basis: number,
  [across, up]: readonly [number, number],
): ScoreLimits {
  const { limits, aspect } = sharedLimits(analysis);
  if (across === 0 && up === 1) return limits[basis];
  const [left, right] = scoreRange(analysis, basis, across);
  const [bottom, top] = scoreRange(analysis, basis, up);
  return withAspect({ left, right, bottom, top }, aspect);
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
