import {
  type ConvolutionLayer,
  LARGEST_KERNEL_SIDE,
  type SkipReason,
} from "../../network/network.ts";
import { elementCount, type StoredWeight } from "./storedWeights.ts";

/** The layouts of 2-D kernels on disk. */
export type KernelKind = "plain" | "transposed" | "depthwise";

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

/** The channels and sides that a kernel's shape means. */
function dimensionsOf(shape: readonly number[], { kind, groups }: KernelLayoutOptions) {
  const [height, width, third, fourth] = shape;
  const kernelSize = [height, width] as const;
  switch (kind) {
    case "plain":
      return { kernelSize, inChannels: third * groups, outChannels: fourth, groups };
    case "transposed":
      return { kernelSize, inChannels: fourth, outChannels: third, groups: 1 };
    case "depthwise":
      return { kernelSize, inChannels: third, outChannels: third * fourth, groups: third };
  }
}

/** The channels that a convolution with this kernel makes; null if it is no 2-D kernel. */
export function outputChannels(
  shape: readonly number[],
  options: KernelLayoutOptions,
): number | null {
  return shape.length === 4 ? dimensionsOf(shape, options).outChannels : null;
}

/**
 * Reads a kernel tensor and puts its slices in order: o outermost, then i, then rows.
 * Nothing is read of kernels that are not analysed.
 */
export function readKernelTensor(
  weight: StoredWeight,
  options: KernelLayoutOptions,
): KernelTensor | SkipReason {
  const { shape } = weight;
  if (shape.length !== 4 || elementCount(shape) === 0) {
    return "weights do not have the shape of a convolution";
  }
  const dimensions = dimensionsOf(shape, options);
  const [height, width] = dimensions.kernelSize;
  if (dimensions.outChannels % dimensions.groups !== 0) {
    return "weights do not have the shape of a convolution";
  }
  if (height === 1 && width === 1) return "1x1 kernel";
  if (Math.max(height, width) > LARGEST_KERNEL_SIDE) return "kernel larger than 15 x 15";
  if (!weight.isFloat) return "quantized weights of a kind not read yet";
  const operator = options.kind === "transposed" ? "ConvTranspose2d" : "Conv2d";
  return { operator, ...dimensions, kernels: slices(weight.read(), shape, options) };
}

/**
 * Plain kernels lie as (kh, kw, i, o): the slice number is o * I + i. Transposed ones lie as
 * (kh, kw, o, i) and depthwise ones as (kh, kw, c, m) with output channel c * M + m: for both
 * the slice number is the position along the last two axes.
 */
function slices(
  stored: Float32Array,
  shape: readonly number[],
  { kind, turned }: KernelLayoutOptions,
): Float32Array {
  const [height, width, third, fourth] = shape;
  const area = height * width;
  const count = third * fourth;
  const kernels = new Float32Array(area * count);
  for (let entry = 0; entry < area; entry += 1) {
    const to = turned ? area - 1 - entry : entry;
    for (let a = 0; a < third; a += 1) {
      for (let b = 0; b < fourth; b += 1) {
        const slice = kind === "plain" ? b * third + a : a * fourth + b;
        kernels[slice * area + to] = stored[entry * count + a * fourth + b];
      }
    }
  }
  return kernels;
}
