import type { LayerBaseline } from "../analysis/analysis.ts";
import type { Settings } from "../analysis/settings.ts";
import type { Feature } from "../features/clinicalKernels.ts";
import type { Size2d } from "../network/size2d.ts";
import type { ActionEngine } from "./engine.ts";
import { gaussianKernels, shuffledKernels } from "./noiseKernels.ts";
import { coarseGrid, settledShares } from "./settledShares.ts";

export interface BaselineRequest {
  readonly kernels: Float32Array;
  readonly kernelSize: Size2d;
  readonly grid: Size2d;
}

/**
 * The shares of labels that kernels without structure get under the same grid,
 * threshold, features and comparison (README, rule N1). Coarse distances of the
 * N(0, 1) kernels depend on neither model nor threshold and serve all larger grids:
 * they are kept for as long as this object lives.
 */
export class ChanceBaseline {
  readonly #engine: ActionEngine;
  readonly #gaussianDistances = new Map<string, Float32Array>();

  constructor(engine: ActionEngine) {
    this.#engine = engine;
  }

  /** @throws ConvAtlasError `cancelled`. */
  async ofLayer(
    request: BaselineRequest,
    features: readonly Feature[],
    settings: Pick<Settings, "threshold" | "compare">,
    signal: AbortSignal,
  ): Promise<LayerBaseline> {
    const { kernelSize } = request;
    const entries = kernelSize[0] * kernelSize[1];
    const grid = coarseGrid(request.grid);
    const { compare } = settings;
    const sharesOf = async (kernels: Float32Array, key: string | null) => {
      const full = { kernels, kernelSize, grid: request.grid, features, compare };
      const kept = key === null ? undefined : this.#gaussianDistances.get(key);
      const coarse = kept ?? (await this.#engine.distances({ ...full, grid }, () => {}, signal));
      if (key !== null) this.#gaussianDistances.set(key, coarse);
      return settledShares(this.#engine, full, settings.threshold, coarse, signal);
    };
    const key = JSON.stringify([kernelSize, grid, compare, features]);
    return {
      gaussian: await sharesOf(gaussianKernels(entries), key),
      shuffled: await sharesOf(shuffledKernels(request.kernels, entries), null),
    };
  }
}
