import type { Dimensions } from "../../network/graph.ts";
import type { Segment } from "../protobuf/numberLists.ts";
import type { ByteRange } from "../protobuf/wire.ts";

// The parts of onnx.proto3 that ConvAtlas needs:
// https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3

export interface OnnxModel {
  /** Name and version of the exporter; null if the file names none. */
  readonly producer: string | null;
  /** Version of the default operator set; 0 if the file states none. */
  readonly opset: number;
  readonly graph: OnnxGraph | null;
  /** The model's own functions by `functionKey`. */
  readonly functions: ReadonlyMap<string, OnnxFunction>;
}

/** FunctionProto: nodes that stand for one node that calls them. */
export interface OnnxFunction {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly OnnxNode[];
  /** Attributes that a caller may leave out, with their values. */
  readonly defaults: ReadonlyMap<string, OnnxAttribute>;
}

export interface OnnxGraph {
  readonly nodes: OnnxNode[];
  readonly initializers: Map<string, OnnxTensor>;
  readonly inputs: OnnxValue[];
  readonly outputs: string[];
  /** Names of stored tensors that list only their entries other than zero. */
  readonly sparse: Set<string>;
  /** Stated shapes of values inside the graph and of its outputs. */
  readonly shapes: Map<string, Dimensions>;
}

export interface OnnxValue {
  readonly name: string;
  /** Null where the file does not even state the rank. */
  readonly dimensions: Dimensions | null;
}

export interface OnnxNode {
  readonly name: string;
  readonly operator: string;
  /** Whose operator it is; empty for ONNX's own. */
  readonly domain: string;
  /** Tells apart functions of one name (since IR version 10). */
  readonly overload: string;
  /** Value names; an empty one stands for an input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

/** Every kind of value that an attribute may have; the kinds not given are empty. */
export interface OnnxAttribute {
  readonly int: number | null;
  readonly float: number | null;
  readonly text: string | null;
  readonly ints: readonly number[];
  readonly floats: readonly number[];
  readonly tensor: OnnxTensor | null;
  /** Branches and loop bodies. */
  readonly graphs: readonly OnnxGraph[];
  /** Inside a function: the attribute of the caller whose value is meant; else empty. */
  readonly reference: string;
  readonly isSparse: boolean;
}

/** By what a node and the function that it calls find each other. */
export function functionKey(domain: string, name: string, overload: string): string {
  return `${domain}:${name}:${overload}`;
}

/** A tensor whose numbers are still in the file. */
export interface OnnxTensor {
  readonly name: string;
  readonly dimensions: readonly number[];
  /** Product of `dimensions`. */
  readonly elements: number;
  /** `TensorProto.DataType`. */
  readonly dataType: number;
  readonly data: TensorData;
}

export type TensorData =
  | { readonly kind: "raw"; readonly range: ByteRange }
  | { readonly kind: "typed"; readonly field: number; readonly segments: readonly Segment[] }
  | {
      readonly kind: "external";
      readonly location: string;
      readonly offset: number;
      /** Null: to the end of the file. */
      readonly length: number | null;
    }
  | { readonly kind: "values"; readonly values: readonly number[] };

/** The numbers of `TensorProto.DataType` that ConvAtlas knows. */
export const DATA_TYPE = {
  float: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  double: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
  float8E4M3: 17,
  float8E4M3Fnuz: 18,
  float8E5M2: 19,
  float8E5M2Fnuz: 20,
  uint4: 21,
  int4: 22,
} as const;

const FLOAT_TYPES: ReadonlySet<number> = new Set([
  DATA_TYPE.float,
  DATA_TYPE.float16,
  DATA_TYPE.double,
  DATA_TYPE.bfloat16,
  DATA_TYPE.float8E4M3,
  DATA_TYPE.float8E4M3Fnuz,
  DATA_TYPE.float8E5M2,
  DATA_TYPE.float8E5M2Fnuz,
]);

const INTEGER_TYPES: ReadonlySet<number> = new Set([
  DATA_TYPE.uint8,
  DATA_TYPE.int8,
  DATA_TYPE.uint16,
  DATA_TYPE.int16,
  DATA_TYPE.int32,
  DATA_TYPE.int64,
  DATA_TYPE.uint32,
  DATA_TYPE.uint64,
  DATA_TYPE.uint4,
  DATA_TYPE.int4,
]);

export function isFloatType(dataType: number): boolean {
  return FLOAT_TYPES.has(dataType);
}

export function isIntegerType(dataType: number): boolean {
  return INTEGER_TYPES.has(dataType);
}
