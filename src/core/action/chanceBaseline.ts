import type { LayerBaseline } from "../analysis/analysis.ts";
import type { Settings } from "../analysis/settings.ts";
import type { Feature } from "../features/clinicalKernels.ts";
import type { Size2d } from "../network/size2d.ts";
import type { ActionEngine } from "./engine.ts";
import { labelsFromDistances, sharesFromCounts } from "./labels.ts";
import { gaussianKernels, shuffledKernels } from "./noiseKernels.ts";

export interface BaselineRequest {
  readonly kernels: Float32Array;
  readonly kernelSize: Size2d;
  readonly grid: Size2d;
}

/**
 * The shares of labels that kernels without structure get under the same grid,
 * threshold, features and comparison (DESIGN section 4, "never a share without
 * its null"). Distances of the N(0, 1) kernels depend on neither model nor
 * threshold and are kept per grid for as long as this object lives.
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
    const entries = request.kernelSize[0] * request.kernelSize[1];
    const distancesOf = (kernels: Float32Array) =>
      this.#engine.distances(
        { ...request, kernels, features, compare: settings.compare },
        () => {},
        signal,
      );
    const key = JSON.stringify([request.kernelSize, request.grid, settings.compare, features]);
    let gaussian = this.#gaussianDistances.get(key);
    if (gaussian === undefined) {
      gaussian = await distancesOf(gaussianKernels(entries));
      this.#gaussianDistances.set(key, gaussian);
    }
    const shuffled = await distancesOf(shuffledKernels(request.kernels, entries));
    const shares = (distances: Float32Array) =>
      sharesFromCounts(labelsFromDistances(distances, features.length, settings.threshold).counts);
    return { gaussian: shares(gaussian), shuffled: shares(shuffled) };
  }
}
