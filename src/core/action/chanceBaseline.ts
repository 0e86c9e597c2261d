import type { LayerBaseline } from "../analysis/analysis.ts";
import type { Settings } from "../analysis/settings.ts";
import type { Feature } from "../features/clinicalKernels.ts";
import type { Size2d } from "../network/size2d.ts";
import type { ActionEngine } from "./engine.ts";
import { labelsFromDistances, sharesFromCounts } from "./labels.ts";
import { gaussianKernels, shuffledKernels } from "./noiseKernels.ts";
import { firstDistances, settledDistances } from "./settledDistances.ts";

export interface BaselineRequest {
  readonly kernels: Float32Array;
  readonly kernelSize: Size2d;
  readonly grid: Size2d;
}

/**
 * The shares of labels that kernels without structure get under the same grid,
 * threshold, features and comparison (README, rule N1). Those of the N(0, 1) kernels do
 * not depend on the model: they are kept for as long as this object lives.
 */
export class ChanceBaseline {
  readonly #gaussianShares = new Map<string, Promise<readonly number[]>>();

  /** @throws ConvAtlasError `cancelled`. */
  async ofLayer(
    engine: ActionEngine,
    { kernels, kernelSize, grid }: BaselineRequest,
    features: readonly Feature[],
    { threshold, compare }: Pick<Settings, "threshold" | "compare">,
    signal: AbortSignal,
  ): Promise<LayerBaseline> {
    const entries = kernelSize[0] * kernelSize[1];
    const sharesOf = async (noise: Float32Array) => {
      const request = { kernels: noise, kernelSize, grid, features, compare, threshold };
      const first = await firstDistances(engine, request, signal);
      const distances = await settledDistances(engine, request, first, () => {}, signal);
      return sharesFromCounts(labelsFromDistances(distances, features.length, threshold).counts);
    };
    const key = JSON.stringify([kernelSize, grid, compare, threshold, features]);
    const gaussian = this.#gaussianShares.get(key) ?? sharesOf(gaussianKernels(entries));
    this.#gaussianShares.set(key, gaussian);
    // What failed or was cancelled is tried again when it is asked for again.
    gaussian.catch(() => this.#gaussianShares.delete(key));
    const shuffled = await sharesOf(shuffledKernels(kernels, entries));
    return { gaussian: await gaussian, shuffled };
  }
}
