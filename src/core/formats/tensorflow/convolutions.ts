import type { KernelLayout } from "../../network/kernelTensor.ts";
import type { SkipReason } from "../../network/network.ts";
import type { TensorFlowNode } from "./graphDef.ts";

/** How an operator convolves, and which of its inputs are its data and its weights. */
export interface ConvolutionKind {
  readonly layout: KernelLayout;
  readonly data: number;
  readonly weights: number;
  /** Why its kernels are never analysed. */
  readonly skip: SkipReason | null;
}

const PLAIN: ConvolutionKind = { layout: "h,w,in/g,out", data: 0, weights: 1, skip: null };
const DEPTHWISE: ConvolutionKind = { ...PLAIN, layout: "h,w,in,multiplier" };
const TRANSPOSED: ConvolutionKind = { layout: "h,w,out,in", data: 2, weights: 1, skip: null };
const VOLUME: ConvolutionKind = { ...PLAIN, skip: "3-D convolution" };
const QUANTIZED: ConvolutionKind = {
  ...PLAIN,
  skip: "quantized weights of a kind not read yet",
};

// https://www.tensorflow.org/api_docs/python/tf/raw_ops; fused ones from the graph optimisers
const KINDS: ReadonlyMap<string, ConvolutionKind> = new Map([
  ["Conv2D", PLAIN],
  ["_FusedConv2D", PLAIN],
  ["FusedConv2D", PLAIN],
  ["_FusedConv2DWithBias", PLAIN],
  ["DepthwiseConv2dNative", DEPTHWISE],
  ["DepthwiseConv2d", DEPTHWISE],
  ["_FusedDepthwiseConv2dNative", DEPTHWISE],
  ["FusedDepthwiseConv2dNative", DEPTHWISE],
  ["Conv2DBackpropInput", TRANSPOSED],
  ["FusedPadConv2D", { ...PLAIN, weights: 2 }],
  ["FusedResizeAndPadConv2D", { ...PLAIN, weights: 3 }],
  ["Conv1D", { ...PLAIN, skip: "1-D convolution" }],
  ["Conv3D", VOLUME],
  ["_FusedConv3D", VOLUME],
  ["Conv3DBackpropInput", { ...VOLUME, data: 2 }],
  ["Conv3DBackpropInputV2", { ...VOLUME, data: 2 }],
]);

/** Scopes in which TensorFlow writes the derivatives of a network that is being trained. */
const GRADIENT_SCOPE = /(^|\/)(gradients(_\d+)?|gradient_tape)\//;

/** Null if the node is no convolution of the network. */
export function convolutionKind({ op, name }: TensorFlowNode): ConvolutionKind | null {
  // The derivative of a convolution is a transposed convolution with the same weights.
  if (GRADIENT_SCOPE.test(name)) return null;
  const kind = KINDS.get(op);
  if (kind !== undefined) return kind;
  return op.startsWith("Quantized") && op.includes("Conv2D") ? QUANTIZED : null;
}
