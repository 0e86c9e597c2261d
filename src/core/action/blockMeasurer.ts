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

/** Work on this thread between two breaths of its event loop, in milliseconds. */
const BREATH_MS = 30;

/** Measures on the thread that asks; it breathes, so that a cancel can be heard. */
export function localMeasurer(): BlockMeasurer {
  let loading: Promise<KernelModule> | null = null;
  let breathedAt = 0;
  return {
    async measure(comparison, kernels) {
      loading ??= KernelModule.load();
      const module = await loading;
      if (performance.now() - breathedAt > BREATH_MS) {
        await new Promise((resolve) => setTimeout(resolve, 0));
        breathedAt = performance.now();
      }
      return module.distances(comparison, kernels);
    },
    close() {},
  };
}
