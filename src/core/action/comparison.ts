import type { Settings } from "../analysis/settings.ts";
import type { Feature } from "../features/clinicalKernels.ts";
import type { Size2d } from "../network/size2d.ts";

/** All features are 3x3. */
export const FEATURE_SIZE: Size2d = [3, 3];

/**
 * Largest error of a distance that counts as exact: two of them tell features apart
 * whose distances differ by 1e-5.
 */
export const EXACT_TOLERANCE = 5e-6;

/** What kernels are compared with, and how. */
export interface Comparison {
  readonly kernelSize: Size2d;
  /** Map size in pixels; each side at least the kernel's and at least 3. */
  readonly grid: Size2d;
  readonly features: readonly Feature[];
  readonly compare: Settings["compare"];
  /** Largest error of a distance that will do; what is less exact may be quicker. */
  readonly tolerance: number;
}

/**
 * Compares kernels, laid out as in `DistanceRequest`, on this thread.
 *
 * @returns distances as an engine does.
 */
export type KernelMeasure = (kernels: Float32Array) => Float32Array<ArrayBuffer>;

/** Compares one normalised response with every feature; writes from index `at` of `out`. */
export type ResponseComparer = (half: Float64Array, out: Float32Array, at: number) => void;
