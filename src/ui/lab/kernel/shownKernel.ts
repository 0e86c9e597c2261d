import type { AnalysedLayer, Analysis } from "../../../core/analysis/analysis.ts";
import { groupMembers } from "../../../core/selection/membership.ts";
import type { Selection } from "../../state/choices.ts";

export interface ShownKernel {
  /** Index in `Analysis.layers`. */
  readonly index: number;
  readonly layer: AnalysedLayer;
  readonly kernel: number;
}

/** The weights of one kernel, shared with its layer. */
export function kernelWeights(layer: AnalysedLayer, kernel: number): Float32Array {
  const [height, width] = layer.description.kernelSize;
  return layer.kernels.subarray(kernel * height * width, (kernel + 1) * height * width);
}

/** The kernel of the largest weights among some; its effect is the easiest to see. */
function strongestKernel(layer: AnalysedLayer, members: Uint8Array | null): number | null {
  let strongest: number | null = null;
  let most = -1;
  for (let kernel = 0; kernel < layer.kernelCount; kernel++) {
    if (members !== null && members[kernel] !== 1) continue;
    let energy = 0;
    for (const weight of kernelWeights(layer, kernel)) energy += weight * weight;
    if (energy > most) [strongest, most] = [kernel, energy];
  }
  return strongest;
}

/**
 * The kernel to be shown at work: the selected one, else the strongest of the selected group, of
 * the selected layer, or of the first layer. Null only for a network without kernels.
 */
export function shownKernel(analysis: Analysis, selection: Selection): ShownKernel | null {
  const { layers } = analysis;
  const found = layers.findIndex(({ description }) => description.name === selection.layer);
  const index = Math.max(0, found);
  const layer = layers[index];
  if (layer === undefined) return null;
  if (found >= 0 && selection.kernel !== null && selection.kernel < layer.kernelCount) {
    return { index, layer, kernel: selection.kernel };
  }
  const members = selection.group === null ? null : groupMembers(analysis, index, selection.group);
  const kernel = strongestKernel(layer, members) ?? strongestKernel(layer, null);
  return kernel === null ? null : { index, layer, kernel };
}
