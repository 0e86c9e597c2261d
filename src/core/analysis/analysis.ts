import type { Feature } from "../features/clinicalKernels.ts";
import type { Findings } from "../findings/findings.ts";
import type {
  ConvolutionLayer,
  FormatId,
  LayoutQuestion,
  SkippedLayer,
} from "../network/network.ts";
import type { Size2d } from "../network/size2d.ts";
import type { LayerPlace, RoleGuess, SkipConnection } from "../network/structure.ts";
import type { Settings } from "./settings.ts";

/** State of a kernel: it can be analysed, is all zero, or holds NaN or infinity. */
export const KERNEL_FINE = 0;
export const KERNEL_DEAD = 1;
export const KERNEL_NOT_FINITE = 2;

/** Label index of "like none of the features". */
export const INDETERMINATE = -1;

/** Principal components kept per kernel, for plots and export. */
export const SCORES_PER_KERNEL = 3;

/** Principal axes of kernels of one size. Dimension d = height * width. */
export interface PcaBasis {
  readonly kernelSize: Size2d;
  /** Index of the layer it was made from; null if from all layers of the model. */
  readonly layer: number | null;
  /** d entries. */
  readonly mean: Float64Array;
  /** d rows of d entries, largest variance first; largest entry of each positive. */
  readonly components: readonly Float64Array[];
  /** d shares that sum to 1 (all 0 if there is no variance). */
  readonly explainedVarianceRatio: Float64Array;
  /** SCORES_PER_KERNEL per feature; null where 3x3 features do not fit the size. */
  readonly featureScores: Float32Array | null;
}

/** Method 1 for one layer; arrays have one entry per kernel unless said. */
export interface LayerValues {
  /** Index into `Analysis.pca`. */
  readonly basis: number;
  /** KERNEL_FINE, KERNEL_DEAD or KERNEL_NOT_FINITE. */
  readonly states: Uint8Array;
  /** SCORES_PER_KERNEL per kernel; NaN for kernels that are not finite. */
  readonly scores: Float32Array;
  /** 0 = largest cluster; -1 for kernels that are not finite. */
  readonly clusters: Int8Array;
  /** Kernels in each cluster, largest first. */
  readonly clusterSizes: readonly number[];
  /** Feature index; -1 where none can be compared. */
  readonly nearest: Int8Array;
  /** Euclidean distance to it; NaN where there is none. */
  readonly nearestDistances: Float32Array;
}

/** Labels of one layer by method 2; F = number of features. */
export interface LayerLabels {
  /**
   * `provisional`: of a coarse grid, and may still change. `settled`: those of the full
   * grid, though most of them were decided on coarser ones.
   */
  readonly stage: "provisional" | "settled";
  /** Feature index or INDETERMINATE, per kernel. */
  readonly labels: Int8Array;
  /** F + 1 numbers of kernels; the last is indeterminate. */
  readonly counts: readonly number[];
}

/** Method 2 for one layer, all of the full grid. */
export interface ExactAction extends Omit<LayerLabels, "stage"> {
  readonly stage: "exact";
  /** F per kernel, each 0..1; NaN for kernels without a spectrum. */
  readonly distances: Float32Array;
  /** Gap between nearest and second-nearest distance, per kernel; NaN without a spectrum. */
  readonly margins: Float32Array;
}

/** Distances of coarser grids decide labels and are never shown: only exact ones are kept. */
export type LayerAction = LayerLabels | ExactAction;

/** Shares of labels (F + 1, last indeterminate, sum 1) that chance alone gives. */
export interface LayerBaseline {
  /** Of seeded N(0, 1) kernels on the layer's grid. */
  readonly gaussian: readonly number[];
  /** Of the layer's own kernels, the entries of each permuted. */
  readonly shuffled: readonly number[];
}

export type LayerDescription = Omit<ConvolutionLayer, "kernels" | "graphNode">;

export interface AnalysedLayer {
  readonly description: LayerDescription;
  readonly place: LayerPlace;
  readonly kernelCount: number;
  /** As in `ConvolutionLayer.kernels`. */
  readonly kernels: Float32Array;
  readonly values: LayerValues;
  /** Null until computed. */
  readonly action: LayerAction | null;
  /** Null until computed. */
  readonly baseline: LayerBaseline | null;
}

export interface ModelDescription {
  /** File name; of a model in a folder, with the folder before it. */
  readonly name: string;
  readonly format: FormatId;
  readonly producer: string | null;
  /** Of all files that belong to the model. */
  readonly bytes: number;
  /** Hex SHA-256 of the file; of several, the model file first and the others by name. */
  readonly sha256: string;
  readonly parameters: number;
}

/** Milliseconds, except `engine`. */
export interface Timings {
  readonly readMs: number;
  readonly valuesMs: number;
  readonly firstLabelsMs: number;
  readonly spectraMs: number;
  readonly totalMs: number;
  readonly engine: EngineName;
}

export type EngineName = "cpu" | "webasm" | "webgl2" | "webgpu";

/** All that ConvAtlas found out about a model under one choice of settings. */
export interface Analysis {
  readonly model: ModelDescription;
  readonly settings: Settings;
  readonly features: readonly Feature[];
  readonly pca: readonly PcaBasis[];
  /** Order of execution where known, else the file's. */
  readonly layers: readonly AnalysedLayer[];
  readonly skips: readonly SkipConnection[];
  readonly inputSize: Size2d | null;
  readonly inputSizeIsOpen: boolean;
  /** As in `Structure`. */
  readonly roleGuess: RoleGuess | null;
  readonly levels: readonly (number | null)[];
  /** Readings of weights that a person may correct. */
  readonly questions: readonly LayoutQuestion[];
  readonly skipped: readonly SkippedLayer[];
  readonly warnings: readonly string[];
  /** Null until the analysis has finished. */
  readonly timings: Timings | null;
  /** Null until computed, after the analysis has finished. */
  readonly findings: Findings | null;
}
