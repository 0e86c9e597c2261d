import type { FeatureSetName } from "../features/clinicalKernels.ts";
import { type Corrections, NO_CORRECTIONS } from "../network/corrections.ts";

/** Everything that changes a number; part of every export. */
export interface Settings {
  readonly features: FeatureSetName;
  /** Largest distance at which a kernel still gets a label; 0 to 1. */
  readonly threshold: number;
  /** `layer`: the map size each layer receives; a number: that square for all. */
  readonly grid: "layer" | number;
  readonly basis: "model" | "layer";
  readonly normalisation: "none" | "unit" | "unit-signed";
  /** k of k-means, per layer. */
  readonly clusters: number;
  /** `sorted`: singular values as a list (the poster); `response`: same frequency. */
  readonly compare: "sorted" | "response";
  /** Side of the input image for networks that accept any size. */
  readonly inputSize: number;
  /** What a person knows better than the file; by layer name. */
  readonly corrections: Corrections;
}

/** The poster's choices; 0.1 is its "10 % of the largest singular value". */
export const DEFAULT_SETTINGS: Settings = {
  features: "poster",
  threshold: 0.1,
  grid: "layer",
  basis: "model",
  normalisation: "none",
  clusters: 3,
  compare: "sorted",
  inputSize: 256,
  corrections: NO_CORRECTIONS,
};
