import type { Analysis } from "../../core/analysis/analysis.ts";
import type { LayerOperator } from "../../core/operator/layerOperator.ts";
import type { ClusterNumbers } from "../../core/values/clusterNumbers.ts";

type Of = Pick<Analysis, "model" | "settings" | "layers">;

/**
 * What a person had computed about single layers: shown again when they come back to a layer, and
 * part of the exported results. Outside the store of plain JSON, which arrays have no place in.
 */
export interface KeptByLayer<T> {
  /** @param layer index in the analysis. */
  get(analysis: Of, layer: number): T | null;
  set(analysis: Of, layer: number, value: T): void;
  /** All that holds for this analysis, by index of the layer. */
  all(analysis: Of): ReadonlyMap<number, T>;
}

/**
 * Keeps results for one model at a time; those of the model before are forgotten.
 *
 * @param dependsOn what else than the model and the layer's weights a result depends on; plain JSON.
 */
export function keptByLayer<T>(
  dependsOn: (analysis: Of, layer: number) => unknown,
): KeptByLayer<T> {
  const kept = new Map<string, T>();
  let model = "";
  const keyOf = (analysis: Of, layer: number) => {
    const { description } = analysis.layers[layer];
    // A person may have corrected how the weights are read.
    const { corrections } = analysis.settings;
    return JSON.stringify([layer, description, corrections, dependsOn(analysis, layer)]);
  };
  const get = (analysis: Of, layer: number) =>
    analysis.model.sha256 === model ? (kept.get(keyOf(analysis, layer)) ?? null) : null;
  return {
    get,
    set(analysis, layer, value) {
      if (analysis.model.sha256 !== model) kept.clear();
      model = analysis.model.sha256;
      kept.set(keyOf(analysis, layer), value);
    },
    all(analysis) {
      const found = new Map<number, T>();
      if (kept.size === 0) return found;
      for (const layer of analysis.layers.keys()) {
        const value = get(analysis, layer);
        if (value !== null) found.set(layer, value);
      }
      return found;
    },
  };
}

/** An operator takes one map. */
export const keptOperators = keptByLayer<LayerOperator>(
  ({ layers }, layer) => layers[layer].place.grid,
);

export const keptClusterNumbers = keptByLayer<ClusterNumbers>(
  ({ settings }) => settings.normalisation,
);
