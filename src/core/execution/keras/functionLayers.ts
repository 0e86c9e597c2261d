import { isObject, listOf } from "../../formats/keras/configValues.ts";
import { shownName } from "../../formats/shownName.ts";
import { activate, isActivation } from "./activationFunctions.ts";
import { concatenate } from "./joinLayers.ts";
import { axisIn, type KerasValue } from "./kerasValue.ts";
import { inputOf, type LayerCall, numberOf, refusal } from "./layerCall.ts";
import { resizing } from "./mapLayers.ts";

// Functions as layers: TFOpLambda and TensorFlowOpLayer of Keras 2, operations of Keras 3.

/** Names of one function in TensorFlow, in its graphs and in Keras 3. */
function named(entries: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(entries).flatMap(([names, onnx]) =>
      names.split(" ").map((name) => [name, onnx] as const),
    ),
  );
}

const BINARY = named({
  "add addv2 biasadd bias_add": "Add",
  "sub subtract": "Sub",
  "mul multiply": "Mul",
  "div realdiv divide truediv true_divide truedivide": "Div",
  maximum: "Max",
  minimum: "Min",
  "pow power": "Pow",
});

const UNARY = named({
  "abs absolute": "Abs",
  "neg negative": "Neg",
  exp: "Exp",
  log: "Log",
  sqrt: "Sqrt",
});

const REDUCTIONS = named({
  "mean reduce_mean": "ReduceMean",
  "max amax reduce_max": "ReduceMax",
  "min amin reduce_min": "ReduceMin",
});

const IDENTITIES: ReadonlySet<string> = new Set(["identity", "stop_gradient", "stopgradient"]);
/** Casts to these change nothing that is computed here. */
const FLOATS: ReadonlySet<unknown> = new Set(["float32", "float16", "bfloat16", "mixed_float16"]);

/** The name of the function that a layer applies; null for layers that do not name one. */
function calledFunction({ config }: LayerCall): string | null {
  const node = isObject(config.node_def) ? config.node_def.op : undefined;
  const called = [config.function, node].find((name) => typeof name === "string");
  return called === undefined ? null : String(called);
}

/** A function of tensors and numbers. */
export async function functionLayer(call: LayerCall): Promise<KerasValue> {
  const { graph, config, settings } = call;
  const called = calledFunction(call);
  const name = (called ?? call.className).split(".").at(-1)?.toLowerCase() ?? "";
  const keywords = { ...config, ...settings.keywords };
  const binary = BINARY.get(name);
  if (binary !== undefined) return broadcast(call, binary);
  const unary = UNARY.get(name);
  if (unary !== undefined) {
    const input = inputOf(call);
    return { ...input, name: graph.node(unary, [input.name], call.name) };
  }
  const reduction = REDUCTIONS.get(name);
  if (reduction !== undefined) return reduced(call, reduction, keywords);
  if (isActivation(name)) {
    return activate(call, inputOf(call), { name, settings: keywords });
  }
  if (IDENTITIES.has(name)) return inputOf(call);
  switch (name) {
    case "square":
      return broadcast({ ...call, inputs: [inputOf(call), inputOf(call)] }, "Mul");
    case "cast":
      if (FLOATS.has(keywords.dtype)) return inputOf(call);
      throw refusal(call, "computes with other numbers than float32");
    case "concat":
    case "concatenate":
      return concatenate(call, keywords.axis);
    case "resize":
      return resizing(call, keywords.size);
    case "clip_by_value":
    case "clip":
      return clip(call, keywords);
    default:
      if (called === null) throw refusal(call, "is of a class that is not known");
      throw refusal(call, `applies the function “${shownName(called)}”, which is not known`);
  }
}

/** Two operands entry by entry, either of which may be a number. */
function broadcast(call: LayerCall, operator: string): KerasValue {
  const { graph, name } = call;
  const operands = operandsOf(call);
  if (operands.length !== 2) throw refusal(call, `takes ${operands.length} tensors and numbers`);
  const values = graph.inOneOrder(
    operands.map((operand): KerasValue => {
      if (typeof operand !== "number") return operand;
      return { name: graph.number(`${name}/constant`, operand), rank: 0, isTurned: false };
    }),
  );
  const names = values.map((value) => value.name);
  const rank = Math.max(...values.map((value) => value.rank));
  const isTurned = values.some((value) => value.isTurned);
  return { name: graph.node(operator, names, name), rank, isTurned };
}

/** Tensors and numbers in the order of the arguments. */
function operandsOf(call: LayerCall): readonly (KerasValue | number)[] {
  const { config, settings, inputs } = call;
  const operands: (KerasValue | number)[] = [...inputs];
  const numbers: { readonly at: number; readonly value: unknown }[] = [];
  if (isObject(config.constants)) {
    // TensorFlowOpLayer: numbers by their position among all operands.
    for (const [at, value] of Object.entries(config.constants)) {
      numbers.push({ at: Number(at), value });
    }
  } else {
    for (const [index, { after, value }] of settings.constants.entries()) {
      numbers.push({ at: after + index, value });
    }
    const [keyword] = ["y", "x2"].map((word) => settings.keywords[word]).filter(isNumber);
    if (keyword !== undefined) numbers.push({ at: operands.length, value: keyword });
  }
  for (const { at, value } of numbers.sort((one, other) => one.at - other.at)) {
    if (!isNumber(value)) throw refusal(call, "takes numbers that are not known");
    operands.splice(at, 0, value);
  }
  return operands;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

function clip(call: LayerCall, keywords: Readonly<Record<string, unknown>>): KerasValue {
  const { graph, name } = call;
  const input = inputOf(call);
  const low = keywords.clip_value_min ?? keywords.x_min;
  const high = keywords.clip_value_max ?? keywords.x_max;
  if (!isNumber(low) || !isNumber(high)) throw refusal(call, "clips to what is not known");
  const bounds = [graph.number(`${name}/low`, low), graph.number(`${name}/high`, high)];
  return { ...input, name: graph.node("Clip", [input.name, ...bounds], name) };
}

/** Mean or extreme along axes, such as that of the channels in attention over places. */
function reduced(
  call: LayerCall,
  operator: string,
  keywords: Readonly<Record<string, unknown>>,
): KerasValue {
  const { graph, name } = call;
  const input = inputOf(call);
  const stated = listOf(keywords.axis).length > 0 ? listOf(keywords.axis) : [keywords.axis];
  const keeps = keywords.keepdims === true || keywords.keep_dims === true;
  const from = keeps ? input : { ...input, name: graph.asKeras(input), isTurned: false };
  const axes = stated.map((axis) => axisIn(from, numberOf(axis, Number.NaN)));
  const known = axes.filter((axis) => axis !== null);
  if (known.length !== axes.length) throw refusal(call, "reduces axes that are not known");
  const attributes = { axes: { ints: known }, keepdims: { int: keeps ? 1 : 0 } };
  const made = graph.node(operator, [from.name], name, attributes);
  return { ...from, name: made, rank: keeps ? from.rank : from.rank - known.length };
}
