import type { Size2d } from "../network/size2d.ts";

/** All features are 3x3. */
export const FEATURE_SIZE: Size2d = [3, 3];

/**
 * Compares one kernel with every feature.
 *
 * @param squares the kernel's squared response on the half plane, `largest` the
 * largest of them, see `squaredResponse`; overwritten.
 * @param out receives one distance per feature, from index `at`.
 */
export type KernelMeasure = (
  squares: Float64Array,
  largest: number,
  out: Float32Array,
  at: number,
) => void;
