import type { Dimensions, Operation, Padding } from "../../network/graph.ts";
import type { Size2d } from "../../network/size2d.ts";
import { first, resizeBy, resizeByInput, resizeTo, type Translation } from "../translation.ts";
import type { FlatTable } from "./flatBuffer.ts";
import type { TfliteOperator } from "./model.ts";
import { translateShapeOperator, translateSlice, translateStridedSlice } from "./shapeOperators.ts";

// Operators: https://www.tensorflow.org/mlir/tfl_ops; settings by field number: schema.fbs.

/** What translating an operator needs to know about its surroundings. */
export interface OperatorSurroundings {
  /** Numbers of input `position` if it is a short stored tensor, flat. */
  constant(position: number): readonly number[] | null;
  /** Axis lengths of the weights of a convolution, as it sees them; null if not stored. */
  readonly weightAxes: readonly number[] | null;
  /** Shape of the first output as the file states it. */
  readonly outputDimensions: Dimensions;
}

/** Operators whose output has the size of their first input. */
const KEEPS_FIRST: ReadonlySet<string> = new Set(
  `ABS CAST CEIL COS DEQUANTIZE ELU EXP FAKE_QUANT FLOOR GELU HARD_SWISH L2_NORMALIZATION LEAKY_RELU
  LOCAL_RESPONSE_NORMALIZATION LOG LOGISTIC LOG_SOFTMAX NEG PRELU QUANTIZE RELU RELU6 RELU_0_TO_1
  RELU_N1_TO_1 ROUND RSQRT SIN SOFTMAX SQRT SQUARE TANH`.split(/\s+/),
);

/** Operators that broadcast all their inputs. */
const BROADCASTS: ReadonlySet<string> = new Set(
  `ADD ADD_N DIV EQUAL FLOOR_DIV FLOOR_MOD GREATER GREATER_EQUAL LESS LESS_EQUAL MAXIMUM MINIMUM MUL
  NOT_EQUAL POW SELECT SELECT_V2 SQUARED_DIFFERENCE SUB`.split(/\s+/),
);

/** Tensors of at most one axis are sizes and numbers, not maps. */
const LARGEST_VECTOR_RANK = 1;

/** The meaning of an operator for map sizes; `opaque` for what is not understood. */
export function translateOperator(
  operator: TfliteOperator,
  around: OperatorSurroundings,
): Translation {
  const worksOnShapes = around.outputDimensions.length <= LARGEST_VECTOR_RANK;
  const known = worksOnShapes
    ? translateShapeOperator(operator, around)
    : translateMapOperator(operator, around);
  if (known !== null) return known;
  const stated = worksOnShapes ? null : statedSize(around);
  // The file itself says what an operator unknown here makes of its map.
  if (stated !== null) return resizeTo(stated);
  const inputs = [...operator.inputs.keys()];
  return { operation: { kind: "opaque", operator: operator.operator }, inputs };
}

/** Resampling to the size that the input at `position` says. */
function resizeToValue(position: number, constant: readonly number[] | null): Translation {
  const [height, width] = constant?.length === 4 ? constant.slice(1, 3) : (constant ?? []);
  const isStored = height > 0 && width > 0;
  return isStored ? resizeTo([height, width]) : resizeByInput(position, "sizes");
}

/** Height and width of the output, where the file fixes both. */
function statedSize({ outputDimensions }: OperatorSurroundings): Size2d | null {
  if (outputDimensions.length !== 4) return null;
  const [, height, width] = outputDimensions;
  return height === null || width === null ? null : [height, width];
}

function translateMapOperator(
  { operator, inputs, options }: TfliteOperator,
  around: OperatorSurroundings,
): Translation | null {
  const everyInput = [...inputs.keys()];
  if (KEEPS_FIRST.has(operator)) return first({ kind: "elementwise" });
  if (BROADCASTS.has(operator)) return { operation: { kind: "elementwise" }, inputs: everyInput };
  switch (operator) {
    case "CONV_2D":
    case "DEPTHWISE_CONV_2D":
      return translateConvolution(operator, options, around);
    case "TRANSPOSE_CONV":
      return translateTransposedConvolution(options, around);
    case "AVERAGE_POOL_2D":
    case "MAX_POOL_2D":
    case "L2_POOL_2D":
      return translatePool(options);
    case "MEAN":
    case "SUM":
    case "REDUCE_MAX":
    case "REDUCE_MIN":
      return translateReduction(around);
    case "CONCATENATION": {
      const axis = options?.int32(0) ?? 0;
      return { operation: { kind: "concatenate", axis }, inputs: everyInput };
    }
    case "RESIZE_BILINEAR":
    case "RESIZE_NEAREST_NEIGHBOR":
      return resizeToValue(1, around.constant(1));
    case "RESHAPE":
      return translateReshape(around);
    case "DEPTH_TO_SPACE":
    case "SPACE_TO_DEPTH": {
      const block = options?.int32(0) || 1;
      const scale = operator === "DEPTH_TO_SPACE" ? block : 1 / block;
      return resizeBy([scale, scale]);
    }
    case "SPACE_TO_BATCH_ND":
      // With its inverse behind a convolution it only means a dilation: the map is the whole.
      return first({ kind: "elementwise" });
    case "PAD":
    case "PADV2":
    case "MIRROR_PAD":
      return translatePad(around);
    case "TRANSPOSE": {
      const permutation = around.constant(1);
      return permutation === null ? null : first({ kind: "transpose", permutation });
    }
    case "SPLIT":
      return channelsOnly(around.constant(0), 1);
    case "SPLIT_V":
      return channelsOnly(around.constant(2), 0);
    case "SLICE":
      return translateSlice(around);
    case "STRIDED_SLICE":
      return translateStridedSlice(options, around);
    default:
      return null;
  }
}

/** `Padding`: SAME is 0, VALID is 1. */
export function paddingOf(options: FlatTable | null): Padding {
  if ((options?.int8(0) ?? 0) === 0) return { kind: "same" };
  return { kind: "explicit", before: [0, 0], after: [0, 0] };
}

/** All operators with strides keep the horizontal one in field 1, the vertical one in field 2. */
export function stridesOf(options: FlatTable | null): Size2d {
  return options === null ? [1, 1] : [options.int32(2), options.int32(1)];
}

/** Conv2DOptions keeps dilations in fields 4 and 5, DepthwiseConv2DOptions one further on. */
export function dilationsOf(operator: string, options: FlatTable | null): Size2d {
  const field = operator === "CONV_2D" ? 4 : 5;
  if (options === null || operator === "TRANSPOSE_CONV") return [1, 1];
  return [options.int32(field + 1, 1), options.int32(field, 1)];
}

/** Both weights are laid out with height and width in the middle: OHWI, and 1HWO. */
function kernelOf({ weightAxes }: OperatorSurroundings): Size2d | null {
  return weightAxes?.length === 4 ? [weightAxes[1], weightAxes[2]] : null;
}

function translateConvolution(
  operator: string,
  options: FlatTable | null,
  around: OperatorSurroundings,
): Translation | null {
  const kernelSize = kernelOf(around);
  if (kernelSize === null) return null;
  return first({
    kind: "convolution",
    kernelSize,
    stride: stridesOf(options),
    dilation: dilationsOf(operator, options),
    padding: paddingOf(options),
    outChannels: around.weightAxes?.[operator === "CONV_2D" ? 0 : 3] ?? 0,
  });
}

/** Inputs are the shape of the output, the weights, and the map. */
function translateTransposedConvolution(
  options: FlatTable | null,
  around: OperatorSurroundings,
): Translation | null {
  const kernelSize = kernelOf(around);
  if (kernelSize === null) return null;
  const shape = around.constant(0);
  const outputSize: Size2d | null = shape?.length === 4 ? [shape[1], shape[2]] : statedSize(around);
  const operation: Operation = {
    kind: "transposedConvolution",
    kernelSize,
    stride: stridesOf(options),
    dilation: [1, 1],
    padding: paddingOf(options),
    outputPadding: [0, 0],
    outputSize,
    outChannels: around.weightAxes?.[0] ?? 0,
  };
  return { operation, inputs: [2] };
}

/** Pool2DOptions: the window's width is field 3, its height field 4. */
function translatePool(options: FlatTable | null): Translation | null {
  if (options === null) return null;
  return first({
    kind: "pool",
    window: [options.int32(4), options.int32(3)],
    stride: stridesOf(options),
    dilation: [1, 1],
    padding: paddingOf(options),
    roundUp: false,
  });
}

function translateReduction(around: OperatorSurroundings): Translation | null {
  const axes = new Set(around.constant(1)?.map((axis) => (axis < 0 ? axis + 4 : axis)));
  return axes.size === 2 && axes.has(1) && axes.has(2) ? first({ kind: "globalPool" }) : null;
}

function translateReshape(around: OperatorSurroundings): Translation | null {
  if (around.outputDimensions.length !== 4) return null;
  const stated = statedSize(around);
  return stated === null ? resizeToValue(1, around.constant(1)) : resizeTo(stated);
}

/** Pads stand in pairs (before, behind) for each axis. */
function translatePad(around: OperatorSurroundings): Translation | null {
  const pads = around.constant(1);
  if (pads?.length !== 8) return null;
  return first({ kind: "pad", before: [pads[2], pads[4]], after: [pads[3], pads[5]] });
}

function channelsOnly(axis: readonly number[] | null, input: number): Translation | null {
  const isChannels = axis !== null && [3, -1].includes(axis[0]);
  return isChannels ? { operation: { kind: "elementwise" }, inputs: [input] } : null;
}
