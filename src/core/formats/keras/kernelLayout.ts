import { type KernelLayout, kernelShape, kernelSlices } from "../../network/kernelTensor.ts";
import type { ConvolutionLayer, SkipReason } from "../../network/network.ts";
import type { StoredWeight } from "./storedWeights.ts";

/** The kinds of 2-D kernels, each with a layout of its own. */
export type KernelKind = "plain" | "transposed" | "depthwise";

const LAYOUTS: Readonly<Record<KernelKind, KernelLayout>> = {
  plain: "h,w,in/g,out",
  transposed: "h,w,out,in",
  depthwise: "h,w,in,multiplier",
};

/** What of a layer its kernel tensor tells. */
export type KernelTensor = Pick<
  ConvolutionLayer,
  "operator" | "kernelSize" | "inChannels" | "outChannels" | "groups" | "kernels"
>;

/** What the reader knows besides the tensor. */
export interface KernelLayoutOptions {
  readonly kind: KernelKind;
  readonly groups: number;
  /** Theano convolves where all others correlate: its kernels are stored turned by 180 degrees. */
  readonly turned: boolean;
}

/** Reads a kernel tensor into slices. Nothing is read of kernels that are not analysed. */
export function readKernelTensor(
  weight: StoredWeight,
  { kind, groups, turned }: KernelLayoutOptions,
): KernelTensor | SkipReason {
  const shape = kernelShape(weight.shape, LAYOUTS[kind], groups);
  if (typeof shape === "string") return shape;
  if (!weight.isFloat) return "quantized weights of a kind not read yet";
  const operator = kind === "transposed" ? "ConvTranspose2d" : "Conv2d";
  const kernels = kernelSlices(weight.read(), shape, LAYOUTS[kind], turned);
  return { operator, ...shape, kernels };
}
