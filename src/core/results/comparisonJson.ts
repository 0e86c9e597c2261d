import { LEAST_PROBABILITY, SHIFT_BINS } from "../comparison/coefficientShift.ts";
import type {
  Comparison,
  Divergence,
  PairComparison,
  ShareShift,
} from "../comparison/comparison.ts";
import { DEALS, NOISE_LEVEL } from "../comparison/dealtNoise.ts";
import { COMPARED_KERNELS_AT_MOST } from "../comparison/scaledKernels.ts";
import { SHIFT_CONFIDENCE } from "../comparison/shareShift.ts";
import { rounded } from "./numbers.ts";

/** Where the methods are described. */
export const COMPARISON_SOURCES = {
  shift: "Gavrikov and Keuper, CVPR 2022",
  shares: "Newcombe, 1998",
  noise: "Westfall and Young, 1993",
} as const;

/**
 * Everything a comparison says, for the results file (`comparison`), with names instead of
 * indexes. The model on screen is A, the one it is compared with is B (`model`).
 */
export function comparisonJson(comparison: Comparison): object {
  const { b, bases, pairs, whole, unmatchedA, unmatchedB, shareLimit } = comparison;
  return {
    model: b,
    method: {
      bins: SHIFT_BINS,
      leastProbability: LEAST_PROBABILITY,
      kernelsAtMost: COMPARED_KERNELS_AT_MOST,
      deals: DEALS,
      noiseLevel: NOISE_LEVEL,
      confidence: SHIFT_CONFIDENCE,
      shareLimit: rounded(shareLimit),
      sources: COMPARISON_SOURCES,
    },
    changed: changedCounts(comparison),
    whole:
      whole === null
        ? null
        : {
            kernelsA: whole.kernelsA,
            kernelsB: whole.kernelsB,
            shift: divergenceJson(whole.shift),
            labels: divergenceJson(whole.labels),
            shares: sharesJson(whole.shares),
          },
    layers: pairs.map((pair) => pairJson(comparison, pair)),
    unmatchedA,
    unmatchedB,
    pca: bases.map((basis) => ({
      kernelSize: basis.kernelSize,
      mean: [...basis.mean],
      components: basis.components.map((component) => [...component]),
      explainedVarianceRatio: [...basis.explainedVarianceRatio],
      low: rounded(basis.low),
      high: rounded(basis.high),
    })),
  };
}

export interface ChangedCounts {
  /** Pairs of layers that are compared, and of those the ones paired by name. */
  readonly pairs: number;
  readonly byName: number;
  readonly byPosition: number;
  /** Pairs whose coefficients, or whose labels, changed more than noise does. */
  readonly shift: number;
  readonly labels: number;
  readonly unmatchedA: number;
  readonly unmatchedB: number;
}

/** How many layers changed, and how many were compared at all. */
export function changedCounts({ pairs, unmatchedA, unmatchedB }: Comparison): ChangedCounts {
  const byName = pairs.filter(({ pair }) => pair.by === "name").length;
  return {
    pairs: pairs.length,
    byName,
    byPosition: pairs.length - byName,
    shift: pairs.filter(({ shift }) => shift.exceedsNoise).length,
    labels: pairs.filter(({ labels }) => labels.exceedsNoise).length,
    unmatchedA: unmatchedA.length,
    unmatchedB: unmatchedB.length,
  };
}

function pairJson({ bases }: Comparison, pair: PairComparison): object {
  return {
    nameA: pair.nameA,
    nameB: pair.nameB,
    matchedBy: pair.pair.by,
    role: pair.role,
    kernelSize: bases[pair.basis].kernelSize,
    kernelsA: pair.kernelsA,
    kernelsB: pair.kernelsB,
    shift: divergenceJson(pair.shift),
    labels: divergenceJson(pair.labels),
    shares: sharesJson(pair.shares),
    weights: {
      rmsA: rounded(pair.weights.rmsA),
      rmsB: rounded(pair.weights.rmsB),
      moved: pair.weights.moved === null ? null : rounded(pair.weights.moved),
    },
  };
}

function divergenceJson({ value, noiseMean, noiseLimit, exceedsNoise }: Divergence): object {
  return {
    value: rounded(value),
    noiseMean: rounded(noiseMean),
    noiseLimit: rounded(noiseLimit),
    exceedsNoise,
  };
}

function sharesJson(shares: readonly ShareShift[]): object {
  return Object.fromEntries(
    shares.map((share) => [
      share.label,
      {
        countA: share.countA,
        countB: share.countB,
        shareA: rounded(share.shareA),
        shareB: rounded(share.shareB),
        shift: rounded(share.shift),
        low: rounded(share.low),
        high: rounded(share.high),
        standardErrors: rounded(share.standardErrors),
        noiseReach: rounded(share.noiseReach),
        exceedsNoise: share.exceedsNoise,
        chanceA: share.chanceA === null ? null : rounded(share.chanceA),
        chanceB: share.chanceB === null ? null : rounded(share.chanceB),
      },
    ]),
  );
}
