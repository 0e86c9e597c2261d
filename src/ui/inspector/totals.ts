import type { AnalysedLayer } from "../../core/analysis/analysis.ts";

/** Labels and chance shares over several layers; null until all of them are known. */
export interface LabelTotals {
  /** Kernels per label, indeterminate last. */
  readonly counts: readonly number[];
  /** Shares that random kernels get, layers weighted by their number of kernels. */
  readonly gaussian: readonly number[];
  /** Shares that the layers' own kernels get with their entries shuffled. */
  readonly shuffled: readonly number[];
}

function weightedMean(
  layers: readonly AnalysedLayer[],
  sharesOf: (layer: AnalysedLayer) => readonly number[],
  length: number,
): readonly number[] {
  const total = layers.reduce((sum, layer) => sum + layer.kernelCount, 0);
  return Array.from({ length }, (_, label) =>
    layers.reduce(
      (sum, layer) => sum + ((sharesOf(layer)[label] ?? 0) * layer.kernelCount) / (total || 1),
      0,
    ),
  );
}

export function labelTotals(layers: readonly AnalysedLayer[]): LabelTotals | null {
  const first = layers[0]?.action;
  if (!first || layers.some((layer) => layer.action === null || layer.baseline === null)) {
    return null;
  }
  const length = first.counts.length;
  const counts = Array.from({ length }, (_, label) =>
    layers.reduce((sum, layer) => sum + (layer.action?.counts[label] ?? 0), 0),
  );
  return {
    counts,
    gaussian: weightedMean(layers, (layer) => layer.baseline?.gaussian ?? [], length),
    shuffled: weightedMean(layers, (layer) => layer.baseline?.shuffled ?? [], length),
  };
}
