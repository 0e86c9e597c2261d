import type { TensorFlowAttribute } from "../../formats/tensorflow/graphDef.ts";
import { isFloatType } from "../../formats/tflite/model.ts";
import { translateAxes } from "../tensorflow/axisOperators.ts";
import type { MapValue } from "../tensorflow/mapValues.ts";
import { translatePlain } from "../tensorflow/plainOperators.ts";
import { type TfliteCall, withActivation } from "./tfliteCall.ts";

// Most operators of TensorFlow Lite are TensorFlow's with the same inputs: they differ in their
// names, and in that settings have numbers instead of names.
// Operators: https://www.tensorflow.org/mlir/tfl_ops; settings by field number: schema.fbs.

/** Reads a setting as TensorFlow states it. */
type Setting = (call: TfliteCall) => TensorFlowAttribute;

interface Counterpart {
  /** TensorFlow's name of the operator. */
  readonly op: string;
  /** By TensorFlow's names. */
  readonly settings?: Readonly<Record<string, Setting>>;
  /** Field of the activation that TensorFlow Lite applies to what the operator makes. */
  readonly activation?: number;
}

const int =
  (field: number): Setting =>
  ({ options }) => ({ kind: "int", value: options?.int32(field) ?? 0 });

const bool =
  (field: number): Setting =>
  ({ options }) => ({ kind: "bool", value: options?.int8(field) === 1 });

const alpha: Setting = ({ options }) => ({ kind: "float", value: options?.float32(0) ?? 0 });

/** A block of nothing is one that is not stated. */
const block: Setting = ({ options }) => ({ kind: "int", value: options?.int32(0) || 1 });

const mirrorMode: Setting = ({ options }) => ({
  kind: "text",
  value: options?.int8(0) === 1 ? "SYMMETRIC" : "REFLECT",
});

/** The file lists what an operator makes, so the number of parts need not be believed. */
const parts: Setting = ({ outputs }) => ({ kind: "int", value: outputs.length });

/** `TensorType` BOOL. */
const BOOL = 6;

const outputType: Setting = ({ outputs: [{ type }] }) => {
  if (isFloatType(type)) return { kind: "type", value: "DT_FLOAT" };
  return { kind: "type", value: type === BOOL ? "DT_BOOL" : "DT_INT64" };
};

/** Which corner of a resampled map lies where. */
const corners = (first: number) => ({
  align_corners: bool(first),
  half_pixel_centers: bool(first + 1),
});

const COUNTERPARTS: ReadonlyMap<string, Counterpart> = new Map([
  ["ABS", { op: "Abs" }],
  ["ADD", { op: "Add", activation: 0 }],
  ["ADD_N", { op: "AddN" }],
  ["ARG_MAX", { op: "ArgMax" }],
  ["ARG_MIN", { op: "ArgMin" }],
  ["BATCH_MATMUL", { op: "BatchMatMulV2", settings: { adj_x: bool(0), adj_y: bool(1) } }],
  ["CAST", { op: "Cast", settings: { DstT: outputType } }],
  ["CEIL", { op: "Ceil" }],
  ["COS", { op: "Cos" }],
  ["DEPTH_TO_SPACE", { op: "DepthToSpace", settings: { block_size: block } }],
  ["DIV", { op: "Div", activation: 0 }],
  ["ELU", { op: "Elu" }],
  ["EQUAL", { op: "Equal" }],
  ["EXP", { op: "Exp" }],
  ["EXPAND_DIMS", { op: "ExpandDims" }],
  ["FILL", { op: "Fill" }],
  ["FLOOR", { op: "Floor" }],
  ["FLOOR_DIV", { op: "FloorDiv" }],
  ["FLOOR_MOD", { op: "FloorMod" }],
  ["GREATER", { op: "Greater" }],
  ["GREATER_EQUAL", { op: "GreaterEqual" }],
  ["LEAKY_RELU", { op: "LeakyRelu", settings: { alpha } }],
  ["LESS", { op: "Less" }],
  ["LESS_EQUAL", { op: "LessEqual" }],
  ["LOG", { op: "Log" }],
  ["LOGICAL_AND", { op: "LogicalAnd" }],
  ["LOGICAL_NOT", { op: "LogicalNot" }],
  ["LOGICAL_OR", { op: "LogicalOr" }],
  ["LOGISTIC", { op: "Sigmoid" }],
  ["LOG_SOFTMAX", { op: "LogSoftmax" }],
  ["MAXIMUM", { op: "Maximum" }],
  ["MEAN", { op: "Mean", settings: { keep_dims: bool(0) } }],
  ["MINIMUM", { op: "Minimum" }],
  ["MIRROR_PAD", { op: "MirrorPad", settings: { mode: mirrorMode } }],
  ["MUL", { op: "Mul", activation: 0 }],
  ["NEG", { op: "Neg" }],
  ["NOT_EQUAL", { op: "NotEqual" }],
  ["PACK", { op: "Pack", settings: { axis: int(1) } }],
  ["PAD", { op: "Pad" }],
  ["PADV2", { op: "PadV2" }],
  ["POW", { op: "Pow" }],
  ["PRELU", { op: "Prelu" }],
  ["REDUCE_MAX", { op: "Max", settings: { keep_dims: bool(0) } }],
  ["REDUCE_MIN", { op: "Min", settings: { keep_dims: bool(0) } }],
  ["RELU", { op: "Relu" }],
  ["RELU6", { op: "Relu6" }],
  ["RESIZE_BILINEAR", { op: "ResizeBilinear", settings: corners(2) }],
  ["RESIZE_NEAREST_NEIGHBOR", { op: "ResizeNearestNeighbor", settings: corners(0) }],
  ["ROUND", { op: "Round" }],
  ["RSQRT", { op: "Rsqrt" }],
  ["SELECT", { op: "Select" }],
  ["SELECT_V2", { op: "SelectV2" }],
  ["SHAPE", { op: "Shape" }],
  ["SIN", { op: "Sin" }],
  ["SLICE", { op: "Slice" }],
  ["SPACE_TO_DEPTH", { op: "SpaceToDepth", settings: { block_size: block } }],
  ["SPLIT", { op: "Split", settings: { num_split: parts } }],
  ["SPLIT_V", { op: "SplitV" }],
  ["SQRT", { op: "Sqrt" }],
  ["SQUARE", { op: "Square" }],
  ["SQUARED_DIFFERENCE", { op: "SquaredDifference" }],
  [
    "STRIDED_SLICE",
    {
      op: "StridedSlice",
      settings: {
        begin_mask: int(0),
        end_mask: int(1),
        ellipsis_mask: int(2),
        new_axis_mask: int(3),
        shrink_axis_mask: int(4),
      },
    },
  ],
  ["SUB", { op: "Sub", activation: 0 }],
  ["SUM", { op: "Sum", settings: { keep_dims: bool(0) } }],
  ["TANH", { op: "Tanh" }],
  ["TILE", { op: "Tile" }],
  ["TRANSPOSE", { op: "Transpose" }],
  ["UNPACK", { op: "Unpack", settings: { num: parts, axis: int(1) } }],
]);

/** Operators that TensorFlow has too; null for any other. */
export function translateCounterpart(call: TfliteCall): readonly MapValue[] | null {
  const { graph, inputs, label } = call;
  const counterpart = COUNTERPARTS.get(call.operator.operator);
  if (counterpart === undefined) return null;
  const { op, settings = {}, activation } = counterpart;
  const attributes = new Map(
    Object.entries(settings).map(([name, read]) => [name, read(call)] as const),
  );
  const node = { name: label, op, inputs: [], attributes };
  const nodeCall = { graph, node, inputs };
  const made = translatePlain(nodeCall) ?? translateAxes(nodeCall);
  if (made === null || activation === undefined) return made;
  return made.map((value) => withActivation(call, value, activation));
}
