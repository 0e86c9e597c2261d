import type { EngineName } from "../analysis/analysis.ts";
import type { Comparison } from "./comparison.ts";

export interface DistanceRequest extends Comparison {
  /** Slices of one size, row-major, one after the other. */
  readonly kernels: Float32Array;
}

/**
 * Something that computes how far kernels are from features by action. Engines
 * differ in speed only: distances agree to 2e-5, and labels, which are derived
 * from them in one place (`labels.ts`), are the same.
 */
export interface ActionEngine {
  readonly name: EngineName;
  /**
   * @param onProgress called now and then with the number of kernels done.
   * @returns one distance (0..1) per kernel and feature, kernel by kernel; NaN
   * for kernels without a spectrum (all zero, or not finite).
   * @throws ConvAtlasError `cancelled`.
   */
  distances(
    request: DistanceRequest,
    onProgress: (doneKernels: number) => void,
    signal: AbortSignal,
  ): Promise<Float32Array>;
  /**
   * Makes ready for comparisons to come, in the background; engines that cannot do without.
   * Nothing is reported: what fails here fails again in `distances`.
   */
  prepare?(comparisons: readonly Comparison[]): void;
  /** Frees threads and device memory; the engine cannot be used afterwards. */
  close(): void;
}

/** How to get an engine: making one may load code, start threads and compile. */
export interface EngineMaker {
  readonly name: EngineName;
  /** @throws ConvAtlasError `engine-unavailable` where this machine cannot run it. */
  make(): Promise<ActionEngine>;
}
