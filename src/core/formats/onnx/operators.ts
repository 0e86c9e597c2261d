import type { Dimensions, Operation } from "../../network/graph.ts";
import type { Size2d } from "../../network/size2d.ts";
import { first, resizeBy, resizeByInput, resizeTo, type Translation } from "../translation.ts";
import { paddingOf, paddingToSize, pairAttribute } from "./attributes.ts";
import type { OnnxNode } from "./model.ts";

// Operator definitions: https://onnx.ai/onnx/operators/

/** What translating a node needs to know about its surroundings. */
export interface NodeSurroundings {
  /** Numbers of input `position` if it is a short stored vector or scalar. */
  constant(position: number): readonly number[] | null;
  /** Axis lengths of the weights of a convolution, as it sees them; null if not stored. */
  readonly weightDimensions: readonly number[] | null;
  /** Shape of the first output as the file states it. */
  readonly statedShape: Dimensions | null;
  /** The node computes with shapes, not with maps. */
  readonly worksOnShapes: boolean;
  /**
   * Parts of the graph work on maps with channels last, between transposes: maps are followed
   * as if channels stood first throughout.
   */
  readonly ignoresTransposes: boolean;
}

/** To channels last and back. */
const LAYOUT_CHANGES: ReadonlySet<string> = new Set(["0,2,3,1", "0,3,1,2"]);

/** Operators whose output has the size of their first input. */
const KEEPS_FIRST: ReadonlySet<string> = new Set(
  `Abs Acos Acosh Asin Asinh Atan Atanh BatchNormalization Bernoulli BitwiseNot Cast CastLike Ceil
  Celu Clip Cos Cosh CumSum DequantizeLinear Dropout DynamicQuantizeLinear Elu Erf Exp Floor Gelu GroupNormalization
  HardSigmoid HardSwish Hardmax Identity InstanceNormalization IsInf IsNaN LRN LayerNormalization
  LeakyRelu Log LogSoftmax LpNormalization MeanVarianceNormalization Mish Neg Not PRelu
  QLinearLeakyRelu QLinearSigmoid QuantizeLinear QuickGelu Reciprocal Relu Round Selu Shrink Sigmoid
  Sign Sin Sinh Softmax Softplus Softsign Sqrt Swish Tan Tanh ThresholdedRelu`.split(/\s+/),
);

/** Operators that broadcast all their inputs. */
const BROADCASTS: ReadonlySet<string> = new Set(
  "Add And BitShift Div Equal Greater GreaterOrEqual If Less LessOrEqual Loop Max Mean Min Mod Mul Or Pow Sub Sum Where Xor".split(
    " ",
  ),
);

/** com.microsoft: inputs are (A, its scale, its zero point, B, its scale, ...). */
const QUANTIZED_BROADCASTS: ReadonlySet<string> = new Set(["QLinearAdd", "QLinearMul"]);

/** What these operators do to shape vectors. */
const SHAPE_ARITHMETIC: ReadonlyMap<
  string,
  Extract<Operation, { kind: "arithmetic" }>["operator"]
> = new Map([
  ["Add", "add"],
  ["Sub", "subtract"],
  ["Mul", "multiply"],
  ["Div", "divide"],
  ["Floor", "floor"],
  ["Ceil", "ceil"],
  ["Cast", "identity"],
  ["Identity", "identity"],
  ["Squeeze", "identity"],
  ["Unsqueeze", "identity"],
]);

/** What exporters lay out shape vectors with: PyTorch turns paddings about in this way. */
const SHAPE_LAYOUT: ReadonlySet<string> = new Set([
  "Concat",
  "ConstantOfShape",
  "Gather",
  "Reshape",
  "Slice",
  "Transpose",
]);

/** Operators that can compute with shape vectors. */
export function computesWithShapes(operator: string): boolean {
  return SHAPE_ARITHMETIC.has(operator) || SHAPE_LAYOUT.has(operator);
}

/** The meaning of an ONNX node for map sizes; `opaque` for what is not understood. */
export function translateNode(node: OnnxNode, around: NodeSurroundings): Translation {
  const known = around.worksOnShapes
    ? translateShapeNode(node, around)
    : translateMapNode(node, around);
  if (known !== null) return known;
  const stated = statedSize(around);
  // The file itself says what an operator unknown here makes of its map.
  if (stated !== null && !around.worksOnShapes) return resizeTo(stated);
  return {
    operation: { kind: "opaque", operator: node.operator },
    inputs: [...node.inputs.keys()],
  };
}

function statedSize({ statedShape }: NodeSurroundings): Size2d | null {
  const [, , height, width] = statedShape ?? [];
  return statedShape?.length === 4 && height && width ? [height, width] : null;
}

const all = (node: OnnxNode, operation: Operation): Translation => ({
  operation,
  inputs: [...node.inputs.keys()],
});

function translateShapeNode(node: OnnxNode, around: NodeSurroundings): Translation | null {
  const arithmetic = SHAPE_ARITHMETIC.get(node.operator);
  if (arithmetic === "identity") return first({ kind: "arithmetic", operator: arithmetic });
  if (arithmetic !== undefined) return all(node, { kind: "arithmetic", operator: arithmetic });
  switch (node.operator) {
    case "ConstantOfShape":
      return first({ kind: "fill" });
    case "Reshape": {
      const axes = around.constant(1);
      return axes === null ? null : first({ kind: "reshapeVector", axes });
    }
    case "Transpose":
      return translateTranspose(node);
    default:
      return translateIndexing(node, around);
  }
}

/** Operators that mean the same for shape vectors and for maps. */
function translateIndexing(node: OnnxNode, around: NodeSurroundings): Translation | null {
  const axis = node.attributes.get("axis")?.int;
  switch (node.operator) {
    case "Concat":
      return all(node, { kind: "concatenate", axis: axis ?? 1 });
    case "Gather":
      return { operation: { kind: "gather", axis: axis ?? 0 }, inputs: [0, 1] };
    case "Slice":
      return translateSlice(node, around);
    default:
      return null;
  }
}

function translateMapNode(node: OnnxNode, around: NodeSurroundings): Translation | null {
  const { operator } = node;
  if (KEEPS_FIRST.has(operator)) return first({ kind: "elementwise" });
  if (BROADCASTS.has(operator)) return all(node, { kind: "elementwise" });
  if (QUANTIZED_BROADCASTS.has(operator)) {
    return { operation: { kind: "elementwise" }, inputs: [0, 3] };
  }
  switch (operator) {
    case "Conv":
    case "DeformConv":
    case "FusedConv":
    case "NhwcConv":
    case "NhwcFusedConv":
    case "QLinearConv":
    case "ConvInteger":
      return translateConvolution(node, around);
    case "ConvTranspose":
    case "QLinearConvTranspose":
      return translateTransposedConvolution(node, around);
    case "MaxPool":
    case "AveragePool":
    case "LpPool":
    case "QLinearAveragePool":
      return translatePool(node);
    case "GlobalAveragePool":
    case "GlobalMaxPool":
    case "GlobalLpPool":
    case "QLinearGlobalAveragePool":
      return first({ kind: "globalPool" });
    case "ReduceMean":
    case "ReduceMax":
    case "ReduceMin":
    case "ReduceSum":
    case "ReduceL2":
      return translateReduce(node, around);
    case "Resize":
    case "Upsample":
      return translateResize(node, around);
    case "DepthToSpace":
    case "SpaceToDepth": {
      const block = node.attributes.get("blocksize")?.int ?? 1;
      const scale = operator === "DepthToSpace" ? block : 1 / block;
      return resizeBy([scale, scale]);
    }
    case "Pad":
      return translatePad(node, around);
    case "QLinearConcat": {
      // com.microsoft: (scale, zero point, then tensor, scale, zero point for each).
      const inputs = [...node.inputs.keys()].filter((at) => at >= 2 && (at - 2) % 3 === 0);
      const axis = node.attributes.get("axis")?.int ?? 1;
      return { operation: { kind: "concatenate", axis }, inputs };
    }
    case "Split":
      return [1, -3].includes(node.attributes.get("axis")?.int ?? 0)
        ? first({ kind: "elementwise" })
        : null;
    case "Shape":
      return first({ kind: "shapeOf" });
    case "Transpose": {
      const permutation = node.attributes.get("perm")?.ints ?? [];
      const isIgnored = around.ignoresTransposes && LAYOUT_CHANGES.has(permutation.join());
      return isIgnored ? first({ kind: "elementwise" }) : translateTranspose(node);
    }
    case "Reshape":
      return translateReshape(around);
    default:
      return translateIndexing(node, around);
  }
}

function translateTranspose({ attributes }: OnnxNode): Translation | null {
  const permutation = attributes.get("perm")?.ints ?? [];
  return permutation.length === 0 ? null : first({ kind: "transpose", permutation });
}

function translateConvolution(node: OnnxNode, around: NodeSurroundings): Translation | null {
  const dimensions = around.weightDimensions;
  if (dimensions !== null && dimensions.length !== 4) return null;
  const kernelSize = dimensions ? ([dimensions[2], dimensions[3]] as const) : statedKernel(node);
  if (kernelSize === null) return null;
  return first({
    kind: "convolution",
    kernelSize,
    stride: pairAttribute(node, "strides", 1),
    dilation: pairAttribute(node, "dilations", 1),
    padding: paddingOf(node),
    outChannels: dimensions?.[0] ?? 0,
  });
}

function translateTransposedConvolution(
  node: OnnxNode,
  around: NodeSurroundings,
): Translation | null {
  const dimensions = around.weightDimensions;
  if (dimensions !== null && dimensions.length !== 4) return null;
  const kernelSize = dimensions ? ([dimensions[2], dimensions[3]] as const) : statedKernel(node);
  if (kernelSize === null) return null;
  const outputShape = node.attributes.get("output_shape")?.ints ?? [];
  const [height, width] = outputShape.slice(-2);
  const hasSize = outputShape.length >= 2;
  return first({
    kind: "transposedConvolution",
    kernelSize,
    stride: pairAttribute(node, "strides", 1),
    dilation: pairAttribute(node, "dilations", 1),
    padding: hasSize ? paddingToSize(node) : paddingOf(node),
    outputPadding: pairAttribute(node, "output_padding", 0),
    outputSize: hasSize ? [height, width] : null,
    outChannels: (dimensions?.[1] ?? 0) * (node.attributes.get("group")?.int ?? 1),
  });
}

function statedKernel(node: OnnxNode): Size2d | null {
  const ints = node.attributes.get("kernel_shape")?.ints ?? [];
  return ints.length === 2 ? [ints[0], ints[1]] : null;
}

function translatePool(node: OnnxNode): Translation | null {
  const window = statedKernel(node);
  if (window === null) return null;
  return first({
    kind: "pool",
    window,
    stride: pairAttribute(node, "strides", 1),
    dilation: pairAttribute(node, "dilations", 1),
    padding: paddingOf(node),
    roundUp: (node.attributes.get("ceil_mode")?.int ?? 0) === 1,
  });
}

function translateReduce(node: OnnxNode, around: NodeSurroundings): Translation | null {
  const stated = around.constant(1) ?? node.attributes.get("axes")?.ints ?? [];
  const axes = new Set(stated.map((axis) => (axis < 0 ? axis + 4 : axis)));
  if (axes.size === 2 && axes.has(2) && axes.has(3)) return first({ kind: "globalPool" });
  const keepsAxes = (node.attributes.get("keepdims")?.int ?? 1) === 1;
  return axes.size === 1 && axes.has(1) && keepsAxes ? first({ kind: "elementwise" }) : null;
}

function translateResize(node: OnnxNode, around: NodeSurroundings): Translation | null {
  const axes = node.attributes.get("axes")?.ints ?? [];
  if (axes.length > 0 && axes.join() !== "2,3") return null;
  const attribute = node.attributes.get("scales")?.floats ?? [];
  if (attribute.length === 4) return resizeBy([attribute[2], attribute[3]]);
  const isGiven = (position: number) =>
    (node.inputs[position] ?? "") !== "" && around.constant(position)?.length !== 0;
  const means = isGiven(3) ? "sizes" : "scales";
  // Before opset 11 the scales are input 1, where later the region of interest is.
  const position = means === "sizes" ? 3 : isGiven(2) ? 2 : 1;
  if (!isGiven(position)) return null;
  const stored = around.constant(position);
  if (stored === null) return resizeByInput(position, means);
  if (stored.length !== 4 && stored.length !== 2) return null;
  const [height, width] = stored.slice(-2);
  return means === "sizes" ? resizeTo([height, width]) : resizeBy([height, width]);
}

function translateReshape(around: NodeSurroundings): Translation | null {
  const target = around.constant(1);
  if (target === null) return resizeByInput(1, "shape");
  const [height, width] = target.slice(-2);
  return target.length === 4 && height > 0 && width > 0 ? resizeTo([height, width]) : null;
}

function translatePad(node: OnnxNode, around: NodeSurroundings): Translation | null {
  const attribute = node.attributes.get("pads")?.ints ?? [];
  const pads = attribute.length > 0 ? attribute : around.constant(1);
  if ((node.inputs[3] ?? "") !== "") return null;
  if (pads === null && statedSize(around) === null) {
    return { operation: { kind: "computedPad" }, inputs: [0, 1] };
  }
  if (pads?.length !== 8) return null;
  return first({ kind: "pad", before: [pads[2], pads[3]], after: [pads[6], pads[7]] });
}

function translateSlice(node: OnnxNode, around: NodeSurroundings): Translation | null {
  const stated = (name: string) => node.attributes.get(name)?.ints ?? null;
  const starts = stated("starts") ?? around.constant(1);
  const ends = stated("ends") ?? around.constant(2);
  const hasInput = (position: number) => (node.inputs[position] ?? "") !== "";
  const given = stated("axes") ?? (hasInput(3) ? around.constant(3) : null);
  if (starts === null || ends === null) {
    // PyTorch computes where it parts channels; the parts are maps of the same size.
    const isPartOfChannels = given?.every((axis) => axis === 1 || axis === -3) ?? false;
    if (given === null || around.worksOnShapes) return null;
    if (isPartOfChannels) return first({ kind: "elementwise" });
    // Maps cropped to the size of others.
    const steps = hasInput(4) ? around.constant(4) : given.map(() => 1);
    if (steps === null) return null;
    return { operation: { kind: "computedSlice", axes: given, steps }, inputs: [0, 1, 2] };
  }
  const axes = hasInput(3) ? given : (given ?? [...starts.keys()]);
  const steps = hasInput(4) ? around.constant(4) : starts.map(() => 1);
  if (axes === null || steps === null) return null;
  return first({ kind: "slice", starts, ends, axes, steps });
}
