import type { AnalysedLayer } from "../../core/analysis/analysis.ts";
import type { Settings } from "../../core/analysis/settings.ts";
import { normaliseKernels } from "../../core/values/normalisation.ts";

interface PlacedKernel {
  readonly layer: AnalysedLayer;
  readonly kernel: number;
}

function weightsOf({ layer, kernel }: PlacedKernel): Float32Array {
  const [height, width] = layer.description.kernelSize;
  const entries = height * width;
  return layer.kernels.subarray(kernel * entries, (kernel + 1) * entries);
}

/**
 * A neighbour's weights as the distance sees them: where lengths or signs do not count, with
 * the length and sign of the kernel that it is a neighbour of.
 */
export function shownAsNeighbour(
  of: PlacedKernel,
  near: PlacedKernel,
  normalisation: Settings["normalisation"],
): ArrayLike<number> {
  const own = weightsOf(of);
  const other = weightsOf(near);
  if (normalisation === "none") return other;
  const unit = normaliseKernels(own, own.length, normalisation);
  // From the normalised kernel back to its own numbers: one factor, best read off the largest.
  const largest = unit.reduce(
    (best, entry, at) => (Math.abs(entry) > Math.abs(unit[best]) ? at : best),
    0,
  );
  const factor = unit[largest] === 0 ? 1 : own[largest] / unit[largest];
  return normaliseKernels(other, other.length, normalisation).map((entry) => entry * factor);
}
