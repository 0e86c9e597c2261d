import type { AttributeValue } from "../onnxModel.ts";
import { foldBinary, foldUnary } from "./foldNumbers.ts";
import type { MapGraph, NodeRole } from "./mapGraph.ts";
import { computed, elementsOf, type MapValue, storedFloats } from "./mapValues.ts";

// Operators that go entry by entry.

/** Operators of one operand that ONNX has as they are. */
const PLAIN = {
  abs: "Abs",
  acos: "Acos",
  asin: "Asin",
  atan: "Atan",
  ceil: "Ceil",
  cos: "Cos",
  cosh: "Cosh",
  erf: "Erf",
  exp: "Exp",
  floor: "Floor",
  log: "Log",
  negative: "Neg",
  reciprocal: "Reciprocal",
  // Halves to the even neighbour, in both.
  round: "Round",
  sign: "Sign",
  sin: "Sin",
  sinh: "Sinh",
  sqrt: "Sqrt",
  tan: "Tan",
} as const;

const ACTIVATIONS = {
  elu: "Elu",
  hardSwish: "HardSwish",
  relu: "Relu",
  selu: "Selu",
  sigmoid: "Sigmoid",
  softplus: "Softplus",
  softsign: "Softsign",
  tanh: "Tanh",
} as const;

/** Activations that cut at both ends. */
const CLIPS = { relu6: [0, 6], relu1: [-1, 1], relu0To1: [0, 1] } as const;

const LOGICAL = { not: "Not" } as const;

export type UnaryOperator =
  | keyof typeof PLAIN
  | keyof typeof ACTIVATIONS
  | keyof typeof CLIPS
  | keyof typeof LOGICAL
  | "square"
  | "rsqrt"
  | "expm1"
  | "log1p"
  | "gelu"
  | "geluByTanh";

/** An operator of one operand; what follows from known numbers is worked out at once. */
export function unary(
  graph: MapGraph,
  operator: UnaryOperator,
  value: MapValue,
  label: string,
): MapValue {
  const folded = foldUnary(operator, value, label);
  if (folded !== null) return folded;
  if (operator in CLIPS) {
    const [low, high] = CLIPS[operator as keyof typeof CLIPS];
    return clip(graph, value, low, high, label, "activation");
  }
  if (operator in ACTIVATIONS) {
    const name = ACTIVATIONS[operator as keyof typeof ACTIVATIONS];
    return graph.entrywise(name, [value], label, { role: "activation" });
  }
  if (operator in PLAIN) {
    return graph.entrywise(PLAIN[operator as keyof typeof PLAIN], [value], label);
  }
  return composed(graph, operator, value, label);
}

function composed(
  graph: MapGraph,
  operator: UnaryOperator,
  value: MapValue,
  label: string,
): MapValue {
  switch (operator) {
    case "not":
      return graph.entrywise("Not", [asBool(graph, value)], label, { elements: "bool" });
    case "square":
      return graph.entrywise("Mul", [value, value], label);
    case "rsqrt":
      return graph.entrywise(
        "Reciprocal",
        [graph.entrywise("Sqrt", [value], `${label}_root`)],
        label,
      );
    case "expm1":
      return graph.entrywise(
        "Sub",
        [graph.entrywise("Exp", [value], `${label}_exp`), one()],
        label,
      );
    case "log1p":
      return graph.entrywise(
        "Log",
        [graph.entrywise("Add", [value, one()], `${label}_sum`)],
        label,
      );
    default:
      return gelu(graph, value, operator === "geluByTanh", label);
  }
}

const one = () => storedFloats("one", [], Float32Array.of(1));

function scalar(value: number): MapValue {
  return storedFloats("number", [], Float32Array.of(value));
}

/** Hendrycks and Gimpel, arXiv 1606.08415: x Phi(x), or their approximation of it. */
function gelu(graph: MapGraph, x: MapValue, isApproximate: boolean, label: string): MapValue {
  const on = (operator: string, ...values: MapValue[]) =>
    graph.entrywise(operator, values, `${label}_${operator}`);
  const inner = isApproximate
    ? on("Tanh", on("Mul", scalar(Math.sqrt(2 / Math.PI)), cubed(on, x)))
    : on("Erf", on("Mul", x, scalar(Math.SQRT1_2)));
  return graph.entrywise("Mul", [on("Mul", x, scalar(0.5)), on("Add", inner, one())], label);
}

function cubed(on: (operator: string, ...values: MapValue[]) => MapValue, x: MapValue): MapValue {
  return on("Add", x, on("Mul", scalar(0.044715), on("Mul", x, on("Mul", x, x))));
}

/** Entries that are no less than `low` and no more than `high`. */
export function clip(
  graph: MapGraph,
  value: MapValue,
  low: number,
  high: number,
  label: string,
  role: NodeRole = "other",
): MapValue {
  const { names, dimensions, order, apart } = graph.broadcast([value]);
  const bounds = [graph.number(`${label}_low`, low), graph.number(`${label}_high`, high)];
  const name = graph.node("Clip", [names[0], ...bounds], label, { role });
  return computed(name, dimensions, { order, apart });
}

/** Activations with a setting. */
export function leaky(
  graph: MapGraph,
  operator: "LeakyRelu" | "Elu",
  value: MapValue,
  alpha: number,
  label: string,
): MapValue {
  const attributes: Readonly<Record<string, AttributeValue>> = { alpha: { float: alpha } };
  return graph.entrywise(operator, [value], label, { attributes, role: "activation" });
}

/** max(x, 0) + slope min(x, 0), the slope given for each channel or entry. */
export function prelu(graph: MapGraph, value: MapValue, slope: MapValue, label: string): MapValue {
  return graph.entrywise("PRelu", [value, slope], label, { role: "activation" });
}

const BINARY = {
  add: "Add",
  subtract: "Sub",
  multiply: "Mul",
  divide: "Div",
  maximum: "Max",
  minimum: "Min",
  power: "Pow",
} as const;

const COMPARISONS = {
  equal: "Equal",
  greater: "Greater",
  greaterEqual: "GreaterOrEqual",
  less: "Less",
  lessEqual: "LessOrEqual",
} as const;

const BOTH_LOGICAL = { and: "And", or: "Or" } as const;

export type BinaryOperator =
  | keyof typeof BINARY
  | keyof typeof COMPARISONS
  | keyof typeof BOTH_LOGICAL
  | "notEqual"
  | "floorDivide"
  | "floorRemainder"
  | "squaredDifference";

/**
 * The same of two operands, broadcast as numpy does.
 * @param role of the node that is made; `bias` belongs to the convolution before it.
 */
export function binary(
  graph: MapGraph,
  operator: BinaryOperator,
  first: MapValue,
  second: MapValue,
  label: string,
  role: NodeRole = "other",
): MapValue {
  const folded = foldBinary(operator, first, second, label);
  if (folded !== null) return folded;
  const pair = [first, second];
  if (operator in BINARY) {
    return graph.entrywise(BINARY[operator as keyof typeof BINARY], pair, label, { role });
  }
  if (operator in COMPARISONS) {
    const name = COMPARISONS[operator as keyof typeof COMPARISONS];
    return graph.entrywise(name, pair, label, { elements: "bool" });
  }
  if (operator in BOTH_LOGICAL) {
    const bools = pair.map((value) => asBool(graph, value));
    const name = BOTH_LOGICAL[operator as keyof typeof BOTH_LOGICAL];
    return graph.entrywise(name, bools, label, { elements: "bool" });
  }
  switch (operator) {
    case "notEqual": {
      const equal = graph.entrywise("Equal", pair, `${label}_equal`, { elements: "bool" });
      return graph.entrywise("Not", [equal], label, { elements: "bool" });
    }
    case "squaredDifference": {
      const difference = graph.entrywise("Sub", pair, `${label}_difference`);
      return graph.entrywise("Mul", [difference, difference], label);
    }
    case "floorRemainder": {
      const whole = floorDivide(graph, first, second, `${label}_whole`);
      const part = graph.entrywise("Mul", [whole, second], `${label}_part`);
      return graph.entrywise("Sub", [first, part], label);
    }
    default:
      return floorDivide(graph, first, second, label);
  }
}

/** ONNX divides whole numbers towards zero; sizes are positive, where that is the same. */
function floorDivide(graph: MapGraph, first: MapValue, second: MapValue, label: string): MapValue {
  if (elementsOf(first) === "int64") return graph.entrywise("Div", [first, second], label);
  const ratio = graph.entrywise("Div", [first, second], `${label}_ratio`);
  return graph.entrywise("Floor", [ratio], label);
}

/** One of two values for each entry. */
export function select(
  graph: MapGraph,
  condition: MapValue,
  chosen: MapValue,
  other: MapValue,
  label: string,
): MapValue {
  const values = [asBool(graph, condition), chosen, other];
  return graph.entrywise("Where", values, label, { elements: elementsOf(chosen) });
}

/** ONNX's numbers of `TensorProto.DataType`. */
const DATA_TYPES = { float32: 1, int64: 7, bool: 9 } as const;

/** Entries of another type; stored real numbers lose what stands behind their point. */
export function cast(
  graph: MapGraph,
  value: MapValue,
  elements: keyof typeof DATA_TYPES,
  label: string,
): MapValue {
  if (elementsOf(value) === elements) return value;
  if (value.kind === "stored" && elements !== "bool") {
    const { numbers, dimensions } = value;
    const isFloat = elements === "float32";
    return {
      ...value,
      label,
      dimensions,
      numbers: isFloat ? Float32Array.from(numbers) : Array.from(numbers, Math.trunc),
    };
  }
  const attributes = { to: { int: DATA_TYPES[elements] } };
  return graph.entrywise("Cast", [value], label, { attributes, elements });
}

function asBool(graph: MapGraph, value: MapValue): MapValue {
  return cast(graph, value, "bool", "truth");
}
