import type { AnalysedLayer } from "../analysis/analysis.ts";

const known = new WeakMap<Float32Array, number>();

/** Largest finite |weight| of a layer (0 if there is none): the one scale of all its kernel pictures. */
export function largestWeight({ kernels }: Pick<AnalysedLayer, "kernels">): number {
  const before = known.get(kernels);
  if (before !== undefined) return before;
  let largest = 0;
  for (let at = 0; at < kernels.length; at++) {
    const size = Math.abs(kernels[at]);
    if (size > largest && size < Number.POSITIVE_INFINITY) largest = size;
  }
  known.set(kernels, largest);
  return largest;
}
