/**
 * The poster's three conclusions, asked of one model. Plain JSON throughout: a number that
 * does not exist or is infinite is null.
 */
export interface Findings {
  /** False alarms on networks of pure noise: of all questions together, and of each. */
  readonly level: { readonly allQuestions: number; readonly eachQuestion: number };
  /** Coverage of every interval. */
  readonly confidence: number;
  /** Do kernels act like the clinical filters more often than noise would? */
  readonly filters: FilterFinding;
  /** Do decoder layers show more structure than encoder layers? */
  readonly decoder: DecoderFinding;
  /** Do the shares of labels stay the same across the encoder? */
  readonly encoder: EncoderFinding;
  /** One per layer of the analysis. */
  readonly layers: readonly LayerFindings[];
}

/**
 * Networks of pure noise of which at most this share may get any "more" or "differ" (the usual
 * 5 %).
 */
export const FALSE_ALARMS_AT_MOST = 0.05;

/** Each of the three questions may raise a third of the false alarms (Bonferroni). */
export const QUESTION_LEVEL = FALSE_ALARMS_AT_MOST / 3;

/** Coverage of the intervals that are shown. */
export const CONFIDENCE = 0.95;

/** Shares, covariances and distributions of fewer kernels than this say next to nothing. */
export const KERNELS_AT_LEAST = 50;

/**
 * Layers that are compared with one another: of more, evenly spaced ones. Forty take some three
 * seconds, and few U-Nets have as many.
 */
export const LAYERS_AT_MOST = 40;

/** Whether something is more than noise explains, or the sample is too small to tell. */
export type Verdict = "more" | "noMore" | "cannotTell";

/** How many times as large one share is as another, with its interval. */
export interface RatioEstimate {
  /** Null where the other share is 0. */
  readonly ratio: number | null;
  readonly low: number;
  /** Null: without bound. */
  readonly high: number | null;
}

/** The share of one label beside those that chance gives. Shares are 0..1. */
export interface LabelLift {
  /** Id of a feature, or "indeterminate". */
  readonly label: string;
  /** Kernels with this label. */
  readonly kernels: number;
  readonly share: number;
  readonly gaussianShare: number;
  readonly shuffledShare: number;
  /** The lift: share / share of N(0, 1) kernels. */
  readonly overGaussian: RatioEstimate;
  /** share / share of shuffled kernels. */
  readonly overShuffled: RatioEstimate;
}

export type LabelReason =
  /** Above both baselines: owed to how the weights are arranged. */
  | "aboveBoth"
  /** Above random kernels, but not above shuffled ones: owed to the numbers alone. */
  | "aboveGaussianOnly"
  /** Above shuffled kernels, but not above random ones. */
  | "aboveShuffledOnly"
  | "aboveNeither"
  /** Chance would give this label to fewer than five kernels. */
  | "rareLabel"
  /** Neither more nor twice as often can be ruled out. */
  | "wideInterval"
  /** Both intervals lie above 1, but not clearly enough for as many labels as are looked at. */
  | "borderline";

/** A label, and whether it is more frequent than noise explains. */
export interface LabelFinding extends LabelLift {
  readonly verdict: Verdict;
  readonly reason: LabelReason;
  /** Of the less convincing of the two comparisons, one-sided. */
  readonly pValue: number;
  /** After Holm's correction for all labels. */
  readonly adjustedPValue: number;
}

export type FilterReason =
  /** At least one label is above both baselines. */
  | "labelsAboveNoise"
  | "noLabelAboveNoise"
  /** Too many labels are too rare to say. */
  | "labelsUndecided"
  | "fewKernels"
  | "noLayers";

/** Question 1, all 3x3 layers pooled. */
export interface FilterFinding {
  readonly verdict: Verdict;
  readonly reason: FilterReason;
  readonly layers: number;
  readonly kernels: number;
  /** Kernels behind the baselines; those of layers of which a sample was shuffled count less. */
  readonly gaussianKernels: number;
  readonly shuffledKernels: number;
  /** One per feature, in the order of the set. */
  readonly labels: readonly LabelFinding[];
}

/** `normality`: how far kernels are from a normal distribution; `clusters`: how firm they are. */
export type StructureMeasure = "normality" | "clusters";

/** Decoder layers against encoder layers in one measure. */
export interface StructureContrast {
  readonly measure: StructureMeasure;
  /** Layers with this score. */
  readonly encoderLayers: number;
  readonly decoderLayers: number;
  /** Mean scores of the layers; null without layers. */
  readonly encoderMean: number | null;
  readonly decoderMean: number | null;
  /** decoderMean - encoderMean. */
  readonly difference: number | null;
  /** One-sided, of all ways to call layers encoder and decoder; null without layers. */
  readonly pValue: number | null;
  readonly adjustedPValue: number | null;
  /** The smallest that so many layers can give. */
  readonly smallestPValue: number | null;
}

export type DecoderReason =
  | "decoderHigher"
  | "decoderNotHigher"
  | "noEncoder"
  | "noDecoder"
  /** So few layers that no difference, however large, would be convincing. */
  | "fewLayers";

/** Question 2, of 3x3 layers with enough kernels. */
export interface DecoderFinding {
  readonly verdict: Verdict;
  readonly reason: DecoderReason;
  readonly contrasts: readonly StructureContrast[];
  /** Kernels in every sample, the same number in all layers; 0 without layers. */
  readonly sampleSize: number;
  /** k of the clusters. */
  readonly clusters: number;
  /** Samples of normally distributed kernels, per layer. */
  readonly surrogates: number;
}

export type EncoderVerdict = "differ" | "noMore" | "cannotTell";

export type EncoderReason =
  | "aboveFloor"
  | "withinFloor"
  | "noEncoder"
  | "fewLayers"
  /** Layers so small that even large differences would drown in noise. */
  | "highFloor";

/** Question 3. Divergences are Jensen-Shannon divergences in bits, 0..1. */
export interface EncoderFinding {
  readonly verdict: EncoderVerdict;
  readonly reason: EncoderReason;
  /** Indexes of the layers compared, in the order of the network. */
  readonly layers: readonly number[];
  /** Other 3x3 layers of the encoder: with too few kernels, or not among the evenly spaced. */
  readonly leftOut: number;
  /** Mean of all pairs of layers; null for fewer than two. */
  readonly meanDivergence: number | null;
  /** The same between networks of shuffled kernels: mean, and what 95 % of them stay below. */
  readonly floorMean: number | null;
  readonly floorHigh: number | null;
  readonly pValue: number | null;
  /** Networks of noise that were drawn. */
  readonly draws: number;
  /** Between each layer and the next of `layers`. */
  readonly consecutive: readonly number[];
  /** Between all layers, row by row. */
  readonly matrix: readonly (readonly number[])[];
}

export interface LayerFindings {
  /** One per feature, and indeterminate last; null without labels or baseline. */
  readonly lift: readonly LabelLift[] | null;
  readonly structure: LayerStructure;
}

export type LayerStructure = MeasuredStructure | UnmeasuredStructure;

export interface UnmeasuredStructure {
  readonly state: "notMeasured";
  readonly reason:
    | "otherKernelSize"
    | "fewKernels"
    /** Not among the evenly spaced layers that were measured. */
    | "notSampled"
    /** All kernels lie in a plane of fewer dimensions than entries: their covariance is singular. */
    | "flat";
}

/** How kernels of one layer are distributed, in samples of equal size for all layers. */
export interface MeasuredStructure {
  readonly state: "measured";
  /** Kernels that are finite and not all zero. */
  readonly kernels: number;
  readonly normality: LayerNormality;
  /** Null for a single cluster. */
  readonly clusters: LayerClusters | null;
}

/** Means of so many samples of `DecoderFinding.sampleSize` kernels that share none. */
export interface LayerNormality {
  readonly samples: number;
  /** Samples that Henze and Zirkler's test calls not normal, at 5 % each. */
  readonly notNormal: number;
  /** Henze and Zirkler's statistic: the larger, the further from normal. */
  readonly henzeZirkler: number;
  readonly mardiaSkewness: number;
  readonly mardiaKurtosis: number;
}

/** Clusters of the layer against those of normal kernels with its mean and covariance. */
export interface LayerClusters {
  /** Whether they are firmer than all clusters of surrogates. */
  readonly firmness: "firm" | "noFirmer";
  readonly stability: SurrogateComparison;
  readonly silhouette: SurrogateComparison;
}

/** A figure of a layer beside the same of its surrogates. */
export interface SurrogateComparison {
  readonly value: number;
  readonly surrogateMean: number;
  readonly surrogateHighest: number;
  /** Share of surrogates, the layer among them, that reach its value. */
  readonly pValue: number;
}
