import type { Graph, Operation } from "../../network/graph.ts";
import type { TensorFlowNode } from "./graphDef.ts";

/**
 * Number of channels that a node makes; null if it does not follow from its inputs. TensorFlow
 * states the groups of a convolution nowhere: they are the channels of its map over those of
 * its kernels.
 */
export function channelsMade(
  node: TensorFlowNode,
  operation: Operation,
  inputs: readonly (number | null)[],
  layout: Graph["layout"],
): number | null {
  const axis = layout === "channelsFirst" ? 1 : 3;
  switch (operation.kind) {
    case "input":
      return operation.dimensions[axis] ?? null;
    case "convolution":
    case "transposedConvolution":
      return operation.outChannels > 0 ? operation.outChannels : null;
    case "pool":
    case "globalPool":
    case "pad":
    case "computedPad":
      return inputs[0] ?? null;
    case "resize":
      // Blocks and reshapes move entries between channels and places.
      return node.op.startsWith("Resize") ? (inputs[0] ?? null) : null;
    case "elementwise":
      if (node.op === "Split" || node.op === "SplitV") return null;
      return inputs.reduce((most, each) => Math.max(most ?? 0, each ?? 0) || null, null);
    case "concatenate":
      if (operation.axis !== axis && operation.axis !== axis - 4) return null;
      return inputs.reduce((sum, each) => (sum === null || each === null ? null : sum + each), 0);
    case "constant":
    case "shapeOf":
    case "fill":
    case "reshapeVector":
    case "gather":
    case "slice":
    case "computedSlice":
    case "arithmetic":
    case "transpose":
    case "opaque":
      return null;
  }
}

/** Groups of a plain convolution with kernels of `kernelChannels` on a map of `mapChannels`. */
export function groupsOf(mapChannels: number | null, kernelChannels: number): number {
  if (mapChannels === null || kernelChannels < 1) return 1;
  const groups = mapChannels / kernelChannels;
  return Number.isInteger(groups) && groups >= 1 ? groups : 1;
}
