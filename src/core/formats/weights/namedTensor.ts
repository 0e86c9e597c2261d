import { ConvAtlasError } from "../../errors.ts";
import type { ConvolutionOperator } from "../../network/network.ts";
import type { Size2d } from "../../network/size2d.ts";

/** Convolutional networks have some thousand tensors; sorting more would take seconds. */
export const MAX_TENSORS = 50_000;

export function tooManyTensors(fileName: string): ConvAtlasError {
  return new ConvAtlasError(
    "too-large",
    `${fileName} holds more than ${MAX_TENSORS} tensors, which no convolutional network has; check that it is the right file.`,
  );
}

/** What a file of weights says of the module that owns a tensor, where it says anything. */
export interface ModuleSettings {
  readonly operator: ConvolutionOperator;
  /** Null where the file does not tell. */
  readonly groups: number | null;
  readonly stride: Size2d | null;
  readonly dilation: Size2d | null;
  /** Index in `Graph.nodes` of the convolution; left out where the file has no graph. */
  readonly graphNode?: number;
}

/** One array of a file that holds weights without a graph. */
export interface NamedTensor {
  /** As the file names it: "module.encoder.0.conv1.weight". */
  readonly name: string;
  readonly shape: readonly number[];
  /** False for integers and truth values, which are no kernels. */
  readonly isFloat: boolean;
  /** Known for whole pickled modules and TorchScript; null in bare dictionaries of arrays. */
  readonly module: ModuleSettings | null;
  /** All entries as float32, row-major. */
  read(): Promise<Float32Array>;
}

/**
 * How the writer lays out convolution weights: `torch` for files that say they are PyTorch's
 * (out, in, h, w; transposed: in, out, h, w), `tensorflow` (h, w, in, out; Flax and Keras too),
 * `mlx` (out, h, w, in), `unknown` for arrays of any origin.
 */
export type LayoutConvention = "torch" | "tensorflow" | "mlx" | "unknown";
