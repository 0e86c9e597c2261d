import type { ModelDescription, PcaBasis } from "../analysis/analysis.ts";
import type { Settings } from "../analysis/settings.ts";
import type { Feature } from "../features/clinicalKernels.ts";
import type { Role } from "../network/structure.ts";

/** How two layers were found to belong together. */
export type MatchedBy = "name" | "position";

/** A layer of A and the layer of B that it is compared with; indexes in `Analysis.layers`. */
export interface LayerPair {
  readonly a: number;
  readonly b: number;
  readonly by: MatchedBy;
}

/** Which layers are compared; those that have no partner are listed, never dropped silently. */
export interface LayerMatching {
  /** In the order of A's layers. */
  readonly pairs: readonly LayerPair[];
  readonly onlyA: readonly number[];
  readonly onlyB: readonly number[];
}

/** How a number that measures change stands to what chance alone makes of it. */
export interface Divergence {
  /** 0 for equal distributions. */
  readonly value: number;
  /** Mean of the same number where the kernels of both layers are dealt out at random. */
  readonly noiseMean: number;
  /** What noise does not exceed, at NOISE_LEVEL over all layers of the comparison together. */
  readonly noiseLimit: number;
  readonly exceedsNoise: boolean;
}

/** One label's share in A and B; B - A is positive where B has more of it. */
export interface ShareShift {
  /** Feature id or "indeterminate". */
  readonly label: string;
  readonly countA: number;
  readonly countB: number;
  /** 0..1. */
  readonly shareA: number;
  readonly shareB: number;
  /** shareB - shareA, -1..1, with the ends of its 95 % interval. */
  readonly shift: number;
  readonly low: number;
  readonly high: number;
  /** The shift in standard errors of a difference that chance makes. */
  readonly standardErrors: number;
  /** How far noise moves the share, either way, at NOISE_LEVEL over all layers and labels. */
  readonly noiseReach: number;
  readonly exceedsNoise: boolean;
  /** Shares that random kernels get on the grid of either layer; null where not computed. */
  readonly chanceA: number | null;
  readonly chanceB: number | null;
}

/** Sizes of the weights, which the shift of shapes leaves out. */
export interface WeightChange {
  /** Root mean square of the weights. */
  readonly rmsA: number;
  readonly rmsB: number;
  /**
   * How far the weights themselves have moved, 2 |B - A| / (|A| + |B|): 0 for equal ones, about
   * 1.4 for unrelated ones; null where the layers have different channels.
   */
  readonly moved: number | null;
}

export interface PairComparison {
  readonly pair: LayerPair;
  readonly nameA: string;
  readonly nameB: string;
  /** Half of the network that the layer of A belongs to. */
  readonly role: Role;
  readonly kernelsA: number;
  readonly kernelsB: number;
  /** Index in `Comparison.bases`. */
  readonly basis: number;
  /** Shift of the distribution of PCA coefficients, in nats; see `coefficientShift.ts`. */
  readonly shift: Divergence;
  /** Jensen-Shannon divergence of the shares of labels, 0..1 (bits). */
  readonly labels: Divergence;
  /** One per feature, then indeterminate. */
  readonly shares: readonly ShareShift[];
  readonly weights: WeightChange;
}

/** All layers that are compared, taken together. */
export interface WholeComparison {
  readonly kernelsA: number;
  readonly kernelsB: number;
  /** Means over the pairs, weighted by their kernels. */
  readonly shift: Divergence;
  readonly labels: Divergence;
  /** Of all kernels of compared layers. */
  readonly shares: readonly ShareShift[];
}

/** A joint PCA basis and the range of the coefficients that are compared in it. */
export interface JointBasis extends PcaBasis {
  readonly low: number;
  readonly high: number;
}

/** Two models, both analysed under the same settings and features. */
export interface Comparison {
  readonly a: ModelDescription;
  readonly b: ModelDescription;
  readonly settings: Settings;
  readonly features: readonly Feature[];
  readonly matching: LayerMatching;
  readonly unmatchedA: readonly string[];
  readonly unmatchedB: readonly string[];
  /** One per kernel size that both models have. */
  readonly bases: readonly JointBasis[];
  readonly pairs: readonly PairComparison[];
  /** Null where no layer of one model belongs to a layer of the other. */
  readonly whole: WholeComparison | null;
  /** Standard errors that a shift of shares must exceed, see `dealtNoise.ts`. */
  readonly shareLimit: number;
}
