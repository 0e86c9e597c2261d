import { nextTurn } from "../nextTurn.ts";
import type { Comparison } from "./comparison.ts";
import { KernelModule } from "./kernelModule.ts";

/** Measures blocks of kernels, one after the other: a thread of its own, or this one. */
export interface BlockMeasurer {
  /**
   * @param kernels laid out as in `DistanceRequest`; not kept, and not changed while measured.
   * @returns distances as an engine does.
   * @throws ConvAtlasError `engine-unavailable` when the thread is lost.
   */
  measure(comparison: Comparison, kernels: Float32Array): Promise<Float32Array>;
  close(): void;
}

/**
 * Measures on the thread that asks. It lets messages in before every block: a cancel, and the
 * answers of other threads, which get their next block only then.
 */
export function localMeasurer(): BlockMeasurer {
  let loading: Promise<KernelModule> | null = null;
  return {
    async measure(comparison, kernels) {
      loading ??= KernelModule.load();
      const module = await loading;
      await nextTurn();
      return module.distances(comparison, kernels);
    },
    close() {},
  };
}
