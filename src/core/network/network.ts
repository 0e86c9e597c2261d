import type { Graph } from "./graph.ts";
import type { KernelLayout } from "./kernelTensor.ts";
import type { Size2d } from "./size2d.ts";

/** Stable ids of the file formats; one file each in `core/formats`. */
export type FormatId =
  | "onnx"
  | "keras-hdf5"
  | "keras"
  | "pytorch"
  | "safetensors"
  | "tfjs"
  | "tflite"
  | "saved-model"
  | "frozen-graph"
  | "numpy";

export type ConvolutionOperator = "Conv2d" | "ConvTranspose2d";

/**
 * One convolution of a network with its kernels, whatever the file's layout was.
 * A depthwise convolution is a `Conv2d` whose `groups` equals `inChannels`.
 */
export interface ConvolutionLayer {
  /** Unique within the network; without a `.weight` / `/kernel` ending. */
  readonly name: string;
  readonly operator: ConvolutionOperator;
  readonly kernelSize: Size2d;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly groups: number;
  readonly stride: Size2d;
  readonly dilation: Size2d;
  /**
   * All 2-D slices K[o, i], row-major, cross-correlation orientation:
   * `outChannels * inChannels / groups` slices of `height * width` entries,
   * `o` outermost, then `i` (the input channel counted within its group).
   * Dequantized to float32; entries may be NaN or infinite if the file's are.
   */
  readonly kernels: Float32Array;
  /** Index in `Graph.nodes` of the node that applies it; null without a graph. */
  readonly graphNode: number | null;
}

/** Larger kernels span whole maps and are hardly filters; their PCA (15 x 15: 0.7 s) would take minutes. */
export const LARGEST_KERNEL_SIDE = 15;

/** Why a convolution of the file is listed but not analysed. */
export type SkipReason =
  | "1x1 kernel"
  | "1-D convolution"
  | "3-D convolution"
  | "kernel larger than 15 x 15"
  | "quantized weights of a kind not read yet"
  | "sparse weights"
  | "weights are computed while the network runs"
  | "weights are not in the file"
  | "weights do not have the shape of a convolution";

export interface SkippedLayer {
  readonly name: string;
  readonly reason: SkipReason;
}

/**
 * What a file of bare weights leaves open about a layer: PyTorch stores the weights of a
 * transposed convolution as those of a plain one with the channels exchanged, and arrays do not
 * say which of their axes is which.
 */
export interface LayoutQuestion {
  readonly layer: string;
  /** How it was read. */
  readonly readAs: KernelLayout;
  /** How else it could be read. */
  readonly alternatives: readonly KernelLayout[];
  /** A plain sentence why another reading is likely; null where nothing speaks for one. */
  readonly doubt: string | null;
}

/** What a reader makes of a file. */
export interface Network {
  readonly format: FormatId;
  /** Program that wrote the file, as the file says; null if it does not. */
  readonly producer: string | null;
  /** Number of weights of the network (optimizer copies not counted). */
  readonly parameters: number;
  /** In execution order where the graph is known, else in file order. */
  readonly layers: readonly ConvolutionLayer[];
  readonly skipped: readonly SkippedLayer[];
  /** Null for files that hold weights alone. */
  readonly graph: Graph | null;
  /** Readings that a person may correct; empty where the file tells. */
  readonly questions: readonly LayoutQuestion[];
  /** Plain sentences about what was odd in the file. */
  readonly warnings: readonly string[];
}

/** Number of 2-D slices of a layer. */
export function kernelCount(
  layer: Pick<ConvolutionLayer, "inChannels" | "outChannels" | "groups">,
): number {
  return (layer.outChannels * layer.inChannels) / layer.groups;
}
