import { throwIfCancelled } from "../errors.ts";
import type { ActionEngine, DistanceRequest } from "./engine.ts";
import { frequencyGrid } from "./frequencyGrid.ts";
import { FEATURE_SIZE, type KernelMeasure } from "./kernelMeasure.ts";
import { hasSpectrum, responseScratch, squaredResponse } from "./response.ts";
import { responseDistances } from "./responseDistances.ts";
import { sortedDistances } from "./sortedDistances.ts";

/**
 * Work between two breaths of the event loop, in milliseconds: short enough that
 * a cancel feels immediate, long enough that the breaths cost nothing.
 */
const BREATH_MS = 30;

/** Kernels between two looks at the clock. */
const KERNELS_PER_LOOK = 8;

/** The reference engine: one thread, float64, every platform. */
export const cpuEngine: ActionEngine = {
  name: "cpu",
  async distances(request, onProgress, signal) {
    const { kernels, kernelSize } = request;
    const entries = kernelSize[0] * kernelSize[1];
    const count = kernels.length / entries;
    const featureCount = request.features.length;
    const plane = frequencyGrid(request.grid, Math.max(kernelSize[1], FEATURE_SIZE[1]));
    const measure = measureFor(request, plane);
    const scratch = responseScratch(kernelSize);
    const half = new Float64Array(plane.halfCount);
    const distances = new Float32Array(count * featureCount).fill(Number.NaN);

    let breathedAt = performance.now();
    for (let k = 0; k < count; k++) {
      if (k % KERNELS_PER_LOOK === 0 && performance.now() - breathedAt > BREATH_MS) {
        onProgress(k);
        await breathe();
        throwIfCancelled(signal);
        breathedAt = performance.now();
      }
      if (!hasSpectrum(kernels, k * entries, entries)) continue;
      const largest = squaredResponse(kernels, k * entries, kernelSize, plane, scratch, half);
      measure(half, largest, distances, k * featureCount);
    }
    onProgress(count);
    return distances;
  },
  close() {},
};

function measureFor(
  request: DistanceRequest,
  plane: ReturnType<typeof frequencyGrid>,
): KernelMeasure {
  switch (request.compare) {
    case "sorted":
      return sortedDistances(request.features, plane);
    case "response":
      return responseDistances(request.features, plane);
  }
}

/** Lets messages in (a cancel, in a worker). */
function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
