import type { AnalysedLayer } from "../../core/analysis/analysis.ts";

const scales = new WeakMap<Float32Array, number>();

/** Largest finite |weight| of a layer: the one scale of all its kernel pictures. */
export function layerScale(layer: AnalysedLayer): number {
  const known = scales.get(layer.kernels);
  if (known !== undefined) return known;
  let scale = 0;
  for (const weight of layer.kernels) {
    const size = Math.abs(weight);
    if (size > scale && Number.isFinite(size)) scale = size;
  }
  scales.set(layer.kernels, scale);
  return scale;
}
