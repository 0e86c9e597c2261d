import type { Dimensions, Graph, Operation } from "../../network/graph.ts";
import type { Size2d } from "../../network/size2d.ts";
import { first, resizeBy, resizeByInput, resizeTo, type Translation } from "../translation.ts";
import {
  boolAttribute,
  intAttribute,
  intsAttribute,
  layoutOf,
  paddingOf,
  paddingOfPairs,
  pairAttribute,
  spatialPair,
  statedShape,
  typeAttribute,
} from "./attributes.ts";
import type { TensorFlowNode } from "./graphDef.ts";
import { stridedSlice } from "./stridedSlice.ts";

// Operators: https://www.tensorflow.org/api_docs/python/tf/raw_ops

/** What translating a node needs to know about its surroundings. */
export interface NodeSurroundings {
  /** Numbers of input `position` if it is a short stored vector of whole numbers. */
  constant(position: number): readonly number[] | null;
  /** Order of axes of the network's maps. */
  readonly layout: Graph["layout"];
}

/** Operators whose output has the size of their first input. */
const KEEPS_FIRST: ReadonlySet<string> = new Set(
  `Abs Acos Acosh Asin Asinh Atan Atanh BatchNormWithGlobalNormalization BatchToSpaceND BiasAdd
  BiasAddV1 Cast Ceil CheckNumerics ClipByValue Cos Cosh Cumsum Dequantize Elu EnsureShape Enter
  Erf Exit Exp Expm1 FakeQuantWithMinMaxArgs FakeQuantWithMinMaxVars
  FakeQuantWithMinMaxVarsPerChannel Floor FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3
  _FusedBatchNormEx Identity InvertPermutation IsFinite L2Loss L2Normalize LRN LeakyRelu Log Log1p
  LogSoftmax LogicalNot MirrorPadGrad Neg NextIteration Prelu PlaceholderWithDefault
  PreventGradient QuantizeAndDequantize QuantizeAndDequantizeV2 QuantizeAndDequantizeV3
  QuantizeAndDequantizeV4 QuantizeV2 Reciprocal RefEnter RefIdentity RefSwitch Relu Relu6
  Reverse ReverseV2 Rint Round Rsqrt Selu Sigmoid Sign Sin Sinh Snapshot Softmax Softplus Softsign
  SpaceToBatchND Sqrt Square Step StopGradient Switch Tan Tanh`.split(/\s+/),
);

/** Operators that broadcast all their inputs. */
const BROADCASTS: ReadonlySet<string> = new Set(
  `Add AddN AddV2 Atan2 Div DivNoNan Equal FloorDiv FloorMod Greater GreaterEqual Less LessEqual
  LogicalAnd LogicalOr Maximum Merge Minimum Mod Mul MulNoNan NotEqual Pow RealDiv Select SelectV2
  SquaredDifference Sub TruncateDiv Xdivy Xlogy`.split(/\s+/),
);

const RESIZES: ReadonlySet<string> = new Set([
  "ResizeArea",
  "ResizeBicubic",
  "ResizeBilinear",
  "ResizeNearestNeighbor",
  "ScaleAndTranslate",
]);

const POOLS: ReadonlySet<string> = new Set([
  "AvgPool",
  "MaxPool",
  "MaxPoolV2",
  "MaxPoolWithArgmax",
]);

const REDUCTIONS: ReadonlySet<string> = new Set(["Max", "Mean", "Min", "Prod", "Sum"]);

/** Nodes that give a graph its images. */
const INPUTS: ReadonlySet<string> = new Set([
  "Placeholder",
  "PlaceholderV2",
  "_Arg",
  "IteratorGetNext",
]);

/** An image of a rank that the file does not state is taken as one with four axes. */
const UNSTATED: Dimensions = [null, null, null, null];

/** The meaning of a node that works on maps; `opaque` for what is not understood. */
export function translateMapNode(node: TensorFlowNode, around: NodeSurroundings): Translation {
  const known = translateKnown(node, around);
  if (known !== null) return known;
  const stated = spatialPair(
    (statedShape(node) ?? []).map((length) => length ?? 0),
    around.layout,
  );
  // The file itself says what an operator unknown here makes of its map.
  if (stated !== null && stated[0] > 0 && stated[1] > 0) return resizeTo(stated);
  return opaque(node);
}

export function opaque(node: TensorFlowNode): Translation {
  return all(node, { kind: "opaque", operator: node.op });
}

export const all = (node: TensorFlowNode, operation: Operation): Translation => ({
  operation,
  inputs: node.inputs.flatMap((input, position) => (input.startsWith("^") ? [] : [position])),
});

function translateKnown(node: TensorFlowNode, around: NodeSurroundings): Translation | null {
  const { op } = node;
  if (INPUTS.has(op))
    return { operation: { kind: "input", dimensions: imageShape(node) }, inputs: [] };
  if (KEEPS_FIRST.has(op)) return first({ kind: "elementwise" });
  if (BROADCASTS.has(op)) return all(node, { kind: "elementwise" });
  if (RESIZES.has(op)) return translateResize(around);
  if (POOLS.has(op)) return translatePool(node, around);
  if (REDUCTIONS.has(op)) return translateReduction(node, around);
  switch (op) {
    case "Concat":
    case "ConcatV2":
      return translateConcatenation(node, around);
    case "Pad":
    case "PadV2":
    case "MirrorPad": {
      const padding = paddingOfPairs(around.constant(1) ?? [], around.layout);
      if (padding?.kind !== "explicit") return null;
      return first({ kind: "pad", before: padding.before, after: padding.after });
    }
    case "DepthToSpace":
    case "SpaceToDepth": {
      const block = intAttribute(node, "block_size", 1);
      const scale = op === "DepthToSpace" ? block : 1 / block;
      return resizeBy([scale, scale]);
    }
    case "CropAndResize": {
      const [height, width] = around.constant(3) ?? [];
      return height > 0 && width > 0 ? resizeTo([height, width]) : null;
    }
    case "Tile": {
      const scale = spatialPair(around.constant(1) ?? [], around.layout);
      return scale === null ? null : resizeBy(scale);
    }
    case "Split":
    case "SplitV":
      return translateSplit(node, around);
    case "Shape":
      return first({ kind: "shapeOf" });
    case "StridedSlice":
      return stridedSlice(node, around);
    case "Transpose": {
      const permutation = around.constant(1);
      return permutation === null ? null : first({ kind: "transpose", permutation });
    }
    case "Reshape":
      return translateToShape(around, 1);
    case "Slice":
      return translateToShape(around, 2);
    default:
      return null;
  }
}

/** Numbers and switches that a graph takes beside its image have another type or no axes. */
function imageShape(node: TensorFlowNode): Dimensions {
  const isImage = (typeAttribute(node, "dtype") ?? "DT_FLOAT") !== "DT_BOOL";
  return statedShape(node) ?? (isImage ? UNSTATED : []);
}

function translatePool(node: TensorFlowNode, around: NodeSurroundings): Translation | null {
  const layout = layoutOf(node);
  // The second version takes its settings as inputs.
  const list = (name: string, position: number) =>
    spatialPair(
      node.op === "MaxPoolV2" ? (around.constant(position) ?? []) : intsAttribute(node, name),
      layout,
    );
  const [window, stride] = [list("ksize", 1), list("strides", 2)];
  if (window === null || stride === null) return null;
  const padding = paddingOf(node);
  return first({ kind: "pool", window, stride, dilation: [1, 1], padding, roundUp: false });
}

function translateResize(around: NodeSurroundings): Translation | null {
  const size = around.constant(1);
  if (size === null) return resizeByInput(1, "sizes");
  return size.length === 2 ? resizeTo([size[0], size[1]]) : null;
}

function translateReduction(node: TensorFlowNode, around: NodeSurroundings): Translation | null {
  const axes = new Set(around.constant(1)?.map((axis) => (axis < 0 ? axis + 4 : axis)) ?? []);
  const [spatial, channel] = around.layout === "channelsFirst" ? [[2, 3], 1] : [[1, 2], 3];
  if (axes.size === 2 && spatial.every((axis) => axes.has(axis))) {
    return first({ kind: "globalPool" });
  }
  const keepsMap = axes.size === 1 && axes.has(channel) && boolAttribute(node, "keep_dims");
  return keepsMap ? first({ kind: "elementwise" }) : null;
}

function translateConcatenation(
  node: TensorFlowNode,
  around: NodeSurroundings,
): Translation | null {
  const { inputs } = all(node, { kind: "elementwise" });
  const isOld = node.op === "Concat";
  const axis = around.constant(isOld ? inputs[0] : inputs[inputs.length - 1])?.[0];
  if (axis === undefined) return null;
  const data = isOld ? inputs.slice(1) : inputs.slice(0, -1);
  return { operation: { kind: "concatenate", axis }, inputs: data };
}

/** Along the channels, each part has the size of the whole. */
function translateSplit(node: TensorFlowNode, around: NodeSurroundings): Translation | null {
  const [data, axisInput] = node.op === "Split" ? [1, 0] : [0, 2];
  const axis = around.constant(axisInput)?.[0];
  const channel = around.layout === "channelsFirst" ? 1 : 3;
  const isChannels = axis === channel || axis === channel - 4;
  return isChannels ? { operation: { kind: "elementwise" }, inputs: [data] } : null;
}

/** To a shape that input `position` holds: that of a reshaped map, or of a part cut out. */
function translateToShape(around: NodeSurroundings, position: number): Translation | null {
  const target = around.constant(position);
  if (target === null) return resizeByInput(position, "shape");
  const size = spatialPair(target, around.layout);
  return size !== null && size[0] > 0 && size[1] > 0 ? resizeTo(size) : null;
}

/** A convolution; its weights' axes as (height, width, ...). */
export function translateConvolution(
  node: TensorFlowNode,
  kernelSize: Size2d,
  outChannels: number,
): Extract<Operation, { kind: "convolution" }> {
  return {
    kind: "convolution",
    kernelSize,
    stride: pairAttribute(node, "strides"),
    dilation: pairAttribute(node, "dilations"),
    padding: paddingOf(node),
    outChannels,
  };
}

/** A transposed convolution, whose input 0 may tell the size of its output. */
export function translateTransposed(
  node: TensorFlowNode,
  kernelSize: Size2d,
  outChannels: number,
  around: NodeSurroundings,
): Extract<Operation, { kind: "transposedConvolution" }> {
  const sizes = around.constant(0) ?? [];
  // Only height and width are given where the kernel tells the rest.
  const stated =
    sizes.length === 2 ? ([sizes[0], sizes[1]] as const) : spatialPair(sizes, layoutOf(node));
  const isKnown = stated !== null && stated[0] > 0 && stated[1] > 0;
  return {
    kind: "transposedConvolution",
    kernelSize,
    stride: pairAttribute(node, "strides"),
    dilation: pairAttribute(node, "dilations"),
    padding: paddingOf(node),
    outputPadding: [0, 0],
    outputSize: isKnown ? stated : null,
    outChannels,
  };
}
