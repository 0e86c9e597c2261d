import type { Dimensions } from "../../network/graph.ts";
import type { ByteRange, FlatTable } from "./flatBuffer.ts";

// The parts of the schema that ConvAtlas needs:
// https://github.com/tensorflow/tensorflow/blob/master/tensorflow/compiler/mlir/lite/schema/schema.fbs

export interface TfliteModel {
  /** Program that wrote the file, as the file says. */
  readonly producer: string | null;
  /** The first is the network; the others are called by it or are further signatures. */
  readonly subgraphs: readonly TfliteSubgraph[];
  /** Where the numbers of a tensor lie; null if it gets them while the network runs. */
  readonly dataOf: (tensor: TfliteTensor) => Promise<ByteRange | null>;
}

export interface TfliteSubgraph {
  readonly tensors: readonly TfliteTensor[];
  /** Indexes of the tensors that the subgraph is given. */
  readonly inputs: readonly number[];
  /** Indexes of its results; they are not checked. */
  readonly outputs: readonly number[];
  readonly operators: readonly TfliteOperator[];
}

export interface TfliteTensor {
  readonly name: string;
  /** Axis lengths; those that are open are 1 here. */
  readonly shape: readonly number[];
  /** Axis lengths as far as the file fixes them. */
  readonly dimensions: Dimensions;
  /** `TensorType`. */
  readonly type: number;
  /** Index of the buffer with its numbers; 0 for none. */
  readonly buffer: number;
  /** `QuantizationParameters`. */
  readonly quantization: FlatTable | null;
  readonly isSparse: boolean;
}

export interface TfliteOperator {
  /** As the schema calls it, or "custom " and the name of a custom operator. */
  readonly operator: string;
  /** Indexes of tensors; -1 stands for an input that is left out. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Settings, such as `Conv2DOptions`. */
  readonly options: FlatTable | null;
}

/** The numbers of `TensorType` whose values are read. */
export const TENSOR_TYPE = {
  float32: 0,
  float16: 1,
  int32: 2,
  uint8: 3,
  int64: 4,
  int16: 7,
  int8: 9,
  float64: 10,
  int4: 17,
  bfloat16: 18,
} as const;

const FLOAT_TYPES: ReadonlySet<number> = new Set([
  TENSOR_TYPE.float32,
  TENSOR_TYPE.float16,
  TENSOR_TYPE.float64,
  TENSOR_TYPE.bfloat16,
]);

export function isFloatType(type: number): boolean {
  return FLOAT_TYPES.has(type);
}

/** Product of axis lengths. */
export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
