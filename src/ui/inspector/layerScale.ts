import type { AnalysedLayer } from "../../core/analysis/analysis.ts";

const scales = new WeakMap<Float32Array, number>();

/** Largest finite |weight| of a layer: the one scale of all its kernel pictures. */
export function layerScale(layer: AnalysedLayer): number {
  const known = scales.get(layer.kernels);
  if (known !== undefined) return known;
  let scale = 0;
  const { kernels } = layer;
  for (let at = 0; at < kernels.length; at++) {
    const size = Math.abs(kernels[at]);
    if (size > scale && size < Number.POSITIVE_INFINITY) scale = size;
  }
  scales.set(layer.kernels, scale);
  return scale;
}
