import { boolAttribute, layoutOf, typeAttribute } from "../../formats/tensorflow/attributes.ts";
import { floatType, integerType } from "../../formats/tensorflow/dataTypes.ts";
import { softmax } from "./axisNodes.ts";
import { biasOperand } from "./convolutionNodes.ts";
import { withFused } from "./convolutionOperators.ts";
import { matrixProduct } from "./denseNodes.ts";
import {
  type BinaryOperator,
  binary,
  cast,
  clip,
  leaky,
  prelu,
  select,
  type UnaryOperator,
  unary,
} from "./entryNodes.ts";
import { computed, elementsOf, knownNumbers, type MapValue } from "./mapValues.ts";
import { floatAttribute, inputAt, type NodeCall, textsAttribute } from "./operatorCall.ts";
import { Untranslatable } from "./untranslatable.ts";

// Operators: https://www.tensorflow.org/api_docs/python/tf/raw_ops

const UNARY: ReadonlyMap<string, UnaryOperator> = new Map([
  ["Abs", "abs"],
  ["Acos", "acos"],
  ["Asin", "asin"],
  ["Atan", "atan"],
  ["Ceil", "ceil"],
  ["Cos", "cos"],
  ["Cosh", "cosh"],
  ["Elu", "elu"],
  ["Erf", "erf"],
  ["Exp", "exp"],
  ["Expm1", "expm1"],
  ["Floor", "floor"],
  ["Log", "log"],
  ["Log1p", "log1p"],
  ["LogicalNot", "not"],
  ["Neg", "negative"],
  ["Reciprocal", "reciprocal"],
  ["Relu", "relu"],
  ["Relu6", "relu6"],
  ["Rint", "round"],
  ["Round", "round"],
  ["Rsqrt", "rsqrt"],
  ["Selu", "selu"],
  ["Sigmoid", "sigmoid"],
  ["Sign", "sign"],
  ["Sin", "sin"],
  ["Sinh", "sinh"],
  ["Softplus", "softplus"],
  ["Softsign", "softsign"],
  ["Sqrt", "sqrt"],
  ["Square", "square"],
  ["Tan", "tan"],
  ["Tanh", "tanh"],
]);

const BINARY: ReadonlyMap<string, BinaryOperator> = new Map([
  ["Add", "add"],
  ["AddV2", "add"],
  ["Div", "divide"],
  ["Equal", "equal"],
  ["FloorDiv", "floorDivide"],
  ["FloorMod", "floorRemainder"],
  ["Greater", "greater"],
  ["GreaterEqual", "greaterEqual"],
  ["Less", "less"],
  ["LessEqual", "lessEqual"],
  ["LogicalAnd", "and"],
  ["LogicalOr", "or"],
  ["Maximum", "maximum"],
  ["Minimum", "minimum"],
  ["Mul", "multiply"],
  ["NotEqual", "notEqual"],
  ["Pow", "power"],
  ["RealDiv", "divide"],
  ["SquaredDifference", "squaredDifference"],
  ["Sub", "subtract"],
]);

/** Operators that hand on their first input as far as a trained network is concerned. */
const HANDS_ON: ReadonlySet<string> = new Set(
  `CheckNumerics EnsureShape FakeQuantWithMinMaxArgs FakeQuantWithMinMaxVars
  FakeQuantWithMinMaxVarsPerChannel Identity PlaceholderWithDefault PreventGradient ReadVariableOp
  RefIdentity Snapshot StopGradient`.split(/\s+/),
);

/** Operators that go entry by entry, and dense layers; null for any other. */
export function translatePlain(call: NodeCall): readonly MapValue[] | null {
  const { node, graph } = call;
  const label = node.name;
  const first = () => inputAt(call, 0);
  if (HANDS_ON.has(node.op)) return [first()];
  const one = UNARY.get(node.op);
  if (one !== undefined) return [unary(graph, one, first(), label)];
  const two = BINARY.get(node.op);
  if (two !== undefined) {
    const pair = [first(), inputAt(call, 1)] as const;
    const role = two === "add" && pair.some(isBias) ? "bias" : "other";
    return [binary(graph, two, ...pair, label, role)];
  }
  switch (node.op) {
    case "AddN":
      return [sum(call)];
    case "BiasAdd":
    case "BiasAddV1":
      return [addBias(call)];
    case "Cast":
      return [castTo(call)];
    case "ClipByValue":
      return [clipped(call)];
    case "LeakyRelu":
      return [leaky(graph, "LeakyRelu", first(), floatAttribute(node, "alpha", 0.2), label)];
    case "Prelu":
      return [prelu(graph, first(), inputAt(call, 1), label)];
    case "Softmax":
    case "LogSoftmax":
      return [softmax(graph, node.op, first(), label)];
    case "Select":
    case "SelectV2":
      return [select(graph, first(), inputAt(call, 1), inputAt(call, 2), label)];
    case "MatMul":
    case "_FusedMatMul":
      return [denseLayer(call, "transpose_a", "transpose_b")];
    case "BatchMatMul":
    case "BatchMatMulV2":
    case "BatchMatMulV3":
      return [denseLayer(call, "adj_x", "adj_y")];
    default:
      return null;
  }
}

/** A stored number for each channel of maps (N,H,W,C). */
function isBias({ kind, dimensions }: MapValue): boolean {
  return kind === "stored" && (dimensions ?? []).slice(0, -1).every((length) => length === 1);
}

function sum({ graph, node, inputs }: NodeCall): MapValue {
  const values = inputs.filter((value) => value !== null);
  return values.reduce((total, value, index) =>
    binary(
      graph,
      "add",
      total,
      value,
      index === values.length - 1 ? node.name : `${node.name}_sum`,
    ),
  );
}

function addBias(call: NodeCall): MapValue {
  const { graph, node } = call;
  const [maps, bias] = [inputAt(call, 0), inputAt(call, 1)];
  if (layoutOf(node) === "channelsLast" || maps.dimensions?.length !== 4) {
    return binary(graph, "add", maps, bias, node.name, "bias");
  }
  const names = [graph.asStated(maps), biasOperand(graph, bias)];
  return computed(graph.node("Add", names, node.name, { role: "bias" }), maps.dimensions);
}

function castTo(call: NodeCall): MapValue {
  const { graph, node } = call;
  const type = typeAttribute(node, "DstT") ?? "";
  const value = inputAt(call, 0);
  if (floatType(type) !== null) return cast(graph, value, "float32", node.name);
  if (type === "DT_BOOL") return cast(graph, value, "bool", node.name);
  if (integerType(type) === null) throw new Untranslatable(`it makes values of type ${type}`);
  return cast(graph, value, "int64", node.name);
}

function clipped(call: NodeCall): MapValue {
  const { graph, node } = call;
  const [low, high] = [1, 2].map((position) => knownNumbers(inputAt(call, position)));
  const value = inputAt(call, 0);
  if (low?.length === 1 && high?.length === 1 && elementsOf(value) === "float32") {
    return clip(graph, value, low[0], high[0], node.name);
  }
  const raised = binary(graph, "maximum", value, inputAt(call, 1), `${node.name}_raised`);
  return binary(graph, "minimum", raised, inputAt(call, 2), node.name);
}

function denseLayer(call: NodeCall, turnsFirst: string, turnsSecond: string): MapValue {
  const { graph, node } = call;
  const turned = [boolAttribute(node, turnsFirst), boolAttribute(node, turnsSecond)] as const;
  const factors = [inputAt(call, 0), inputAt(call, 1)] as const;
  const fused = textsAttribute(node, "fused_ops");
  const product = matrixProduct(graph, factors, turned, node.name);
  if (fused[0] !== "BiasAdd") return withFused(call, product, fused, 2);
  const shifted = binary(graph, "add", product, inputAt(call, 2), `${node.name}_BiasAdd`);
  return withFused(call, shifted, fused, 3);
}
