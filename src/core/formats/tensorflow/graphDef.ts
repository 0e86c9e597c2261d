import type { Dimensions } from "../../network/graph.ts";

// GraphDef and NodeDef as all of TensorFlow's containers hold them (tensorflow/core/framework/
// node_def.proto, attr_value.proto), apart from whether they are stored as protobuf or as JSON.

/** A node's attribute, as far as weights and map sizes depend on any. */
export type TensorFlowAttribute =
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "text"; readonly value: string }
  /** A `DataType` by its name, e.g. "DT_FLOAT". */
  | { readonly kind: "type"; readonly value: string }
  /** Null where even the number of axes is open. */
  | { readonly kind: "shape"; readonly dimensions: Dimensions | null }
  | { readonly kind: "function"; readonly name: string }
  | { readonly kind: "ints"; readonly values: readonly number[] }
  | { readonly kind: "texts"; readonly values: readonly string[] }
  | { readonly kind: "shapes"; readonly values: readonly (Dimensions | null)[] };

export interface TensorFlowNode {
  readonly name: string;
  /** The operator, e.g. "Conv2D". */
  readonly op: string;
  /**
   * Where its inputs come from, in TensorFlow's words: "node" (its first output), "node:1",
   * "^node" (waits for it, takes nothing), within functions "node:output:0".
   */
  readonly inputs: readonly string[];
  readonly attributes: ReadonlyMap<string, TensorFlowAttribute>;
}

/** A constant or a variable whose numbers lie in the file. */
export interface StoredTensor {
  /** What the file calls it, e.g. "conv2d_52/kernel"; the layer is named after it. */
  readonly name: string;
  readonly shape: readonly number[];
  /** False for whole numbers, which are weights only behind a `Dequantize`. */
  readonly isFloat: boolean;
  /** All entries as float32, row-major. */
  read(): Promise<Float32Array>;
  /** The numbers of a short integer tensor (shape, paddings, sizes); null for all others. */
  smallInts(): readonly number[] | null;
}

/** The stored tensor behind a `Const`, `VarHandleOp`, `VariableV2` ...; null if it has none. */
export type StoredTensors = (nodeName: string) => StoredTensor | null;

/** A node's input: which node, and which of its outputs. */
export interface InputReference {
  readonly node: string;
  readonly output: number;
}

/** Takes an input's text apart; null for control inputs, which carry no tensor. */
export function inputReference(input: string): InputReference | null {
  if (input.startsWith("^")) return null;
  const parts = input.split(":");
  const output = parts.length === 1 ? 0 : Number(parts[parts.length - 1]);
  return { node: parts[0], output: Number.isSafeInteger(output) ? output : 0 };
}
