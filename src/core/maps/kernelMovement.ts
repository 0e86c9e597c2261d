import type { GraphNode, Operation, Padding } from "../network/graph.ts";
import type { ConvolutionLayer } from "../network/network.ts";
import type { Size2d } from "../network/size2d.ts";
import type { KernelMovement } from "./filteredMap.ts";

/**
 * How a layer moves its kernels over maps of a size.
 *
 * @param node the layer's node in `Graph.nodes`: it knows the padding.
 * @param inputSize of the maps that the layer receives.
 * @param outputSize of the maps that it makes of them.
 * @returns null where the node is no convolution.
 */
export function kernelMovement(
  layer: Pick<ConvolutionLayer, "operator" | "kernelSize" | "stride" | "dilation">,
  { operation }: GraphNode,
  inputSize: Size2d,
  outputSize: Size2d,
): KernelMovement | null {
  if (operation.kind !== "convolution" && operation.kind !== "transposedConvolution") return null;
  const { operator, kernelSize, stride, dilation } = layer;
  // A transposed convolution is the way back: it takes what the other would have made.
  const [larger, smaller] =
    operator === "Conv2d" ? [inputSize, outputSize] : [outputSize, inputSize];
  const padding = paddingOf(operation);
  const before = (axis: 0 | 1): number => {
    if (padding.kind === "explicit") return padding.before[axis];
    const reach = dilation[axis] * (kernelSize[axis] - 1) + 1;
    const total = (smaller[axis] - 1) * stride[axis] + reach - larger[axis];
    const half = Math.max(0, total) / 2;
    return padding.odd === "before" ? Math.ceil(half) : Math.floor(half);
  };
  return {
    operator,
    kernelSize,
    stride,
    dilation,
    padding: [before(0), before(1)],
    outputSize,
  };
}

/** A result of a stated size is padded to that size, whatever else is stated. */
function paddingOf(
  operation: Extract<Operation, { kind: "convolution" | "transposedConvolution" }>,
): Padding {
  const { padding } = operation;
  const isStated = operation.kind === "transposedConvolution" && operation.outputSize !== null;
  return isStated && padding.kind === "explicit" ? { kind: "same" } : padding;
}
