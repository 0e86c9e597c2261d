import type { KernelLayout } from "../network/kernelTensor.ts";

/**
 * A network as ONNX Runtime can run it, with handles on its convolutions: what a
 * file's own graph is turned into. Names are those of values in the ONNX graph.
 */
export interface ExecutableNetwork {
  /** An encoded `ModelProto` (onnx.proto3). */
  readonly model: Uint8Array<ArrayBuffer>;
  /** Files that the model names for weights outside it. */
  readonly externalData: readonly ExternalData[];
  /**
   * Those of `Network.layers` that the graph applies, in its order; without those that stand
   * in branches, loops or functions only, whose values cannot be reached (`remarks` tells).
   */
  readonly convolutions: readonly ExecutableConvolution[];
  /** Plain sentences about what was left out or done differently. */
  readonly remarks: readonly string[];
}

export interface ExternalData {
  /** As the model writes it. */
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Where a layer stands in the graph; of a layer applied several times, its first use. */
export interface ExecutableConvolution {
  /** Name in `Network.layers`. */
  readonly layer: string;
  /** The maps it receives. */
  readonly input: string;
  /** What it makes of them, bias included, before any activation that is not part of it. */
  readonly output: string;
  /** The same after the activation that follows at once; null if none does. */
  readonly activated: string | null;
  /** Where the channels of these maps stand. */
  readonly maps: "channelsFirst" | "channelsLast";
  /** How to put other kernels in; a plain reason where that cannot be done. */
  readonly weights: ReplaceableWeights | string;
}

/** The weights of a convolution, as the node or nodes that apply them take them. */
export interface ReplaceableWeights {
  /** The value that the nodes take today. */
  readonly value: string;
  /** Outputs of the nodes that take it: in ONNX a node is told by what it makes. */
  readonly nodes: readonly string[];
  readonly layout: Extract<KernelLayout, "out,in/g,h,w" | "in,out/g,h,w" | "out,h,w,in/g">;
  /** Axis lengths in that layout. */
  readonly dimensions: readonly number[];
  readonly elements: "float32" | "float16" | "float64";
}
