import { StoredTensor } from "../pytorch/torchTensor.ts";
import { isNumber, itemsOf, type OperatorCall } from "./operatorCall.ts";
import type { ScriptGraph } from "./scriptGraph.ts";
import {
  ScriptDictionary,
  ScriptList,
  type ScriptValue,
  type SizeNumber,
  TensorValue,
  UNKNOWN,
  Unknown,
} from "./values.ts";

/** Operators that give their first argument back, as a number or as a tensor of one number. */
const KEEPS_NUMBER: ReadonlySet<string> = new Set(
  `NumToTensor ScalarImplicit FloatImplicit Float Scalar tensor scalar_tensor item to detach clone
  alias float contiguous type_as data _to_copy`.split(/\s+/),
);

const COMPARISONS: ReadonlyMap<string, (one: number, other: number) => boolean> = new Map([
  ["eq", (one, other) => one === other],
  ["ne", (one, other) => one !== other],
  ["lt", (one, other) => one < other],
  ["le", (one, other) => one <= other],
  ["gt", (one, other) => one > other],
  ["ge", (one, other) => one >= other],
]);

const SINGLE: ReadonlyMap<string, (value: number) => number> = new Map([
  ["int", Math.trunc],
  ["Int", Math.trunc],
  ["IntImplicit", Math.trunc],
  ["floor", Math.floor],
  ["ceil", Math.ceil],
  ["trunc", Math.trunc],
  ["neg", (value) => -value],
  ["abs", Math.abs],
  ["sqrt", Math.sqrt],
]);

const PAIRED: ReadonlyMap<string, (one: number, other: number) => number> = new Map([
  ["add", (one, other) => one + other],
  ["sub", (one, other) => one - other],
  ["rsub", (one, other) => other - one],
  ["mul", (one, other) => one * other],
  ["div", (one, other) => one / other],
  ["true_divide", (one, other) => one / other],
  ["floordiv", (one, other) => Math.floor(one / other)],
  ["floor_divide", (one, other) => Math.floor(one / other)],
  ["remainder", (one, other) => one - other * Math.floor(one / other)],
  ["pow", (one, other) => one ** other],
  ["min", Math.min],
  ["max", Math.max],
]);

/** The same in the vocabulary of the graph; `floored` where the fraction is cut. */
const GRAPH_ARITHMETIC = {
  add: "add",
  sub: "subtract",
  mul: "multiply",
  div: "divide",
  true_divide: "divide",
  floordiv: "divide",
  floor_divide: "divide",
} as const;

const FLOORED: ReadonlySet<string> = new Set(["floordiv", "floor_divide"]);

/**
 * What an operator makes of values that are no tensors of the network: numbers, lists, sizes;
 * undefined if it is none of these.
 */
export function computePlain(call: OperatorCall, graph: ScriptGraph): ScriptValue | undefined {
  return (
    logic(call) ?? loop(call) ?? collection(call) ?? size(call, graph) ?? arithmetic(call, graph)
  );
}

function logic({ name, args }: OperatorCall): ScriptValue | undefined {
  const [first, second] = args;
  switch (name) {
    case "__is__":
      return isSame(first, second);
    case "__isnot__":
      return negated(isSame(first, second));
    case "__not__":
      return negated(truthOf(first));
    case "eq":
    case "ne": {
      const isPlain = typeof first !== "number" && isAtom(first) && isAtom(second);
      return isPlain ? (first === second) === (name === "eq") : undefined;
    }
    case "_unwrap_optional":
    case "unchecked_unwrap_optional":
      return first ?? UNKNOWN;
    case "bool":
    case "Bool":
      return truthOf(first) ?? UNKNOWN;
    default:
      return undefined;
  }
}

function isAtom(value: ScriptValue | undefined): boolean {
  return value === null || ["string", "boolean", "number"].includes(typeof value);
}

function isSame(one: ScriptValue | undefined, other: ScriptValue | undefined): ScriptValue {
  return one instanceof Unknown || other instanceof Unknown ? UNKNOWN : one === other;
}

function negated(truth: ScriptValue | undefined): ScriptValue {
  return typeof truth === "boolean" ? !truth : UNKNOWN;
}

/** Python's truth of a value; null if it is not known. */
export function truthOf(value: ScriptValue | undefined): boolean | null {
  if (value === null) return false;
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value !== 0;
  if (typeof value === "string") return value !== "";
  if (value instanceof ScriptList) return value.items.length > 0;
  return null;
}

/** Loops over ranges count from 0; these give how often they run, and the number that is meant. */
function loop({ name, args }: OperatorCall): ScriptValue | undefined {
  if (name !== "__range_length" && name !== "__derive_index") return undefined;
  const [first, second, step] = args;
  const isPlain =
    typeof first === "number" && typeof second === "number" && typeof step === "number";
  if (!isPlain || step === 0) return UNKNOWN;
  if (name === "__derive_index") return second + first * step;
  return Math.max(0, Math.ceil((second - first) / step));
}

function collection({ name, args }: OperatorCall): ScriptValue | undefined {
  const [first, second, third, fourth] = args;
  switch (name) {
    case "len":
      if (first instanceof ScriptList) return first.items.length;
      if (first instanceof ScriptDictionary) return first.entries.size;
      return typeof first === "string" ? first.length : UNKNOWN;
    case "append":
      if (first instanceof ScriptList && second !== undefined) first.items.push(second);
      return UNKNOWN;
    case "list":
      return first instanceof ScriptList ? new ScriptList([...first.items]) : UNKNOWN;
    case "__contains__":
      return contains(first, second);
    case "_set_item":
      if (first instanceof ScriptDictionary && isKey(second)) {
        first.entries.set(second, third ?? null);
      }
      return UNKNOWN;
    case "slice": {
      if (!(first instanceof ScriptList)) return undefined;
      const bounds = [second ?? 0, third ?? first.items.length, fourth ?? 1];
      const [start, end, step] = bounds;
      const isPlain = typeof start === "number" && typeof end === "number" && step === 1;
      return isPlain ? new ScriptList(first.items.slice(start, end)) : UNKNOWN;
    }
    case "add": {
      const [one, other] = [itemsOf(first), itemsOf(second)];
      return one === null || other === null ? undefined : new ScriptList([...one, ...other]);
    }
    default:
      return undefined;
  }
}

export function isKey(value: ScriptValue | undefined): value is string | number {
  return typeof value === "string" || typeof value === "number";
}

function contains(container: ScriptValue | undefined, item: ScriptValue | undefined): ScriptValue {
  if (container instanceof ScriptDictionary && isKey(item)) return container.entries.has(item);
  if (!(container instanceof ScriptList) || !isAtom(item)) return UNKNOWN;
  return container.items.every(isAtom) ? container.items.includes(item ?? null) : UNKNOWN;
}

function size({ name, args }: OperatorCall, graph: ScriptGraph): ScriptValue | undefined {
  const [tensor, axis] = args;
  if (name === "dim") {
    if (tensor instanceof TensorValue) return tensor.rank ?? UNKNOWN;
    return tensor instanceof StoredTensor ? tensor.shape.length : UNKNOWN;
  }
  if (name !== "size" && name !== "shape") return undefined;
  if (tensor instanceof StoredTensor) {
    if (typeof axis === "number") return tensor.shape.at(axis) ?? UNKNOWN;
    return new ScriptList([...tensor.shape]);
  }
  if (!(tensor instanceof TensorValue)) return UNKNOWN;
  if (typeof axis === "number") return graph.sizeOf(tensor, axis);
  if (axis !== undefined || tensor.rank === null) return UNKNOWN;
  const axes = Array.from({ length: tensor.rank }, (_, at) => graph.sizeOf(tensor, at));
  return new ScriptList(axes);
}

function arithmetic(call: OperatorCall, graph: ScriptGraph): ScriptValue | undefined {
  const { name, args } = call;
  const [first, second] = args.map((argument) => asNumber(argument, graph));
  // Numbers of stored tensors alone are weights.
  if (!isNumber(first) || args.slice(0, 2).every((value) => value instanceof StoredTensor)) {
    return undefined;
  }
  if (KEEPS_NUMBER.has(name)) return first;
  const single = SINGLE.get(name);
  if (single !== undefined)
    return typeof first === "number" ? single(first) : cut(name, first, graph);
  if (!isNumber(second)) return undefined;
  const paired = PAIRED.get(name);
  const compare = COMPARISONS.get(name);
  const isPlain = typeof first === "number" && typeof second === "number";
  if (compare !== undefined) return isPlain ? compare(first, second) : UNKNOWN;
  if (paired === undefined) return undefined;
  const isFloored = FLOORED.has(name) || ["floor", "trunc"].includes(roundingOf(call));
  if (isPlain) return isFloored ? Math.floor(paired(first, second)) : paired(first, second);
  const operands = name === "rsub" ? [second, first] : [first, second];
  const operator = operatorOf(name);
  if (operator === null) return UNKNOWN;
  const result = graph.compute(operator, operands);
  return isFloored ? graph.compute("floor", [result]) : result;
}

function operatorOf(name: string) {
  if (name === "rsub") return "subtract";
  return Object.hasOwn(GRAPH_ARITHMETIC, name)
    ? GRAPH_ARITHMETIC[name as keyof typeof GRAPH_ARITHMETIC]
    : null;
}

function roundingOf({ keywords }: OperatorCall): string {
  const mode = keywords.get("rounding_mode");
  return typeof mode === "string" ? mode : "";
}

function asNumber(value: ScriptValue, graph: ScriptGraph): ScriptValue {
  return value instanceof StoredTensor ? (graph.numberIn(value) ?? value) : value;
}

/** Sizes are never negative: cutting off a fraction is rounding down. */
function cut(name: string, size: SizeNumber, graph: ScriptGraph): ScriptValue {
  if (name === "ceil") return graph.compute("ceil", [size]);
  if (name === "neg") return graph.compute("multiply", [size, -1]);
  const isCut = ["int", "Int", "IntImplicit", "floor", "trunc"].includes(name);
  return isCut ? graph.compute("floor", [size]) : UNKNOWN;
}
