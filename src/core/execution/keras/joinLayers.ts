import { shownName } from "../../formats/shownName.ts";
import { axisIn, type KerasValue } from "./kerasValue.ts";
import { type LayerCall, numberOf, refusal } from "./layerCall.ts";

/**
 * What ONNX calls what these layers do, to all their inputs at once or two by two: ONNX Runtime has
 * no `Sum` for WebGPU (its webgpu-operators.md).
 */
const JOINS: ReadonlyMap<string, { readonly operator: string; readonly takesAll: boolean }> =
  new Map([
    ["Add", { operator: "Add", takesAll: false }],
    ["Subtract", { operator: "Sub", takesAll: false }],
    ["Multiply", { operator: "Mul", takesAll: false }],
    ["Average", { operator: "Mean", takesAll: true }],
    ["Maximum", { operator: "Max", takesAll: true }],
    ["Minimum", { operator: "Min", takesAll: true }],
  ]);

/** What Keras 1's `Merge` does, by its mode. */
const MODES: ReadonlyMap<unknown, string> = new Map([
  ["sum", "Add"],
  ["mul", "Multiply"],
  ["ave", "Average"],
  ["max", "Maximum"],
]);

/** True for the layers that `join` writes. */
export function isJoin(className: string): boolean {
  return JOINS.has(className);
}

/** `Add`, `Subtract`, `Multiply`, `Average`, `Maximum`, `Minimum`. */
export async function join(call: LayerCall, className = call.className): Promise<KerasValue> {
  const known = JOINS.get(className);
  const [first] = call.inputs;
  if (known === undefined || first === undefined) throw refusal(call, "joins what is not known");
  const operands = call.graph.inOneOrder(withSameRank(call));
  const names = operands.map(({ name }) => name);
  const [{ rank, isTurned }] = operands;
  const { operator, takesAll } = known;
  if (takesAll) return { name: call.graph.node(operator, names, call.name), rank, isTurned };
  const name = names.reduce((left, right) => call.graph.node(operator, [left, right], call.name));
  return { name, rank, isTurned };
}

/**
 * Of tensors with fewer axes than others, Keras gives them axes of length 1 behind the batch
 * (`_Merge.call` in keras/layers/merging/base_merge.py).
 */
function withSameRank({ graph, name, inputs }: LayerCall): readonly KerasValue[] {
  const rank = Math.max(...inputs.map((input) => input.rank));
  return inputs.map((input) => {
    if (input.rank === rank || input.rank === 0) return input;
    const axes = Array.from({ length: rank - input.rank }, (_, at) => at + 1);
    const operands = [graph.asKeras(input), graph.integers(`${name}/axes`, axes)];
    const wide = graph.node("Unsqueeze", operands, `${input.name}/wide`);
    return { name: wide, rank, isTurned: false };
  });
}

/** `Concatenate`, along an axis in Keras's order. */
export async function concatenate(call: LayerCall, stated: unknown): Promise<KerasValue> {
  const operands = call.graph.inOneOrder(call.inputs);
  const [first] = operands;
  const axis = first === undefined ? null : axisIn(first, numberOf(stated, -1));
  if (first === undefined || axis === null || operands.some(({ rank }) => rank !== first.rank)) {
    throw refusal(call, "joins what does not fit");
  }
  const names = operands.map(({ name }) => name);
  return { ...first, name: call.graph.node("Concat", names, call.name, { axis: { int: axis } }) };
}

/** Keras 1's layer for all of these. */
export async function merge(call: LayerCall): Promise<KerasValue> {
  const { mode = "sum", axis } = call.config;
  if (mode === "concat") return concatenate(call, axis);
  const className = MODES.get(mode);
  if (className === undefined) {
    throw refusal(call, `joins in a way that is not known (${shownName(String(mode))})`);
  }
  return join(call, className);
}
