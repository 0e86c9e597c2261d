import type { Dimensions } from "../../network/graph.ts";
import { TO_CHANNELS_FIRST, TO_CHANNELS_LAST } from "../axisOrders.ts";
import { normalAxis, reshapedDimensions } from "./dimensions.ts";
import type { MapGraph } from "./mapGraph.ts";
import {
  type ComputedValue,
  computed,
  elementsOf,
  knownIntegers,
  knownNumbers,
  type MapOrder,
  type MapValue,
  storedIntegers,
} from "./mapValues.ts";
import { Untranslatable } from "./untranslatable.ts";

// Operators that name axes. A map that lies as (N,C,H,W) keeps its order where it can.

/** A value, and where each of TensorFlow's axes stands in it. */
interface Operand {
  readonly name: string;
  readonly order: MapOrder;
  readonly rank: number | null;
}

function operandOf(graph: MapGraph, value: MapValue, keepsOrder = true): Operand {
  const rank = value.dimensions?.length ?? null;
  const isFirst = value.kind === "computed" && value.order === "channelsFirst";
  return keepsOrder && isFirst
    ? { name: graph.channelsFirst(value), order: "channelsFirst", rank: 4 }
    : { name: graph.asStated(value), order: "asStated", rank };
}

/** Where an axis of TensorFlow's stands in the operand. */
function placed({ order, rank }: Operand, axis: number): number {
  if (order === "channelsFirst") return TO_CHANNELS_LAST[normalAxis(axis, 4)];
  return rank === null ? axis : normalAxis(axis, rank);
}

/** Joins values along an axis; lists of known whole numbers into another such list. */
export function concatenate(
  graph: MapGraph,
  values: readonly MapValue[],
  axis: number,
  label: string,
): MapValue {
  const dimensions = concatenatedDimensions(values, axis);
  const known = values.map(knownIntegers);
  if (dimensions?.length === 1 && known.every((numbers) => numbers !== null)) {
    return storedIntegers(label, known.flat());
  }
  const hasFirst = values.some((value) => value.kind === "computed" && value.order !== "asStated");
  const isFirst = hasFirst && dimensions?.length === 4;
  const names = values.map((value) =>
    isFirst ? graph.channelsFirst(value) : graph.asStated(value),
  );
  const order = isFirst ? "channelsFirst" : "asStated";
  const at = placed({ name: "", order, rank: dimensions?.length ?? null }, axis);
  const name = graph.node("Concat", names, label, { attributes: { axis: { int: at } } });
  return computed(name, dimensions, { order, elements: elementsOf(values[0]) });
}

function concatenatedDimensions(values: readonly MapValue[], axis: number): Dimensions | null {
  const all = values.map(({ dimensions }) => dimensions);
  const known = all.filter((dimensions) => dimensions !== null);
  const [first] = known;
  if (first === undefined || known.some(({ length }) => length !== first.length)) return null;
  const along = normalAxis(axis, first.length);
  return first.map((_, at) => {
    const lengths = known.map((dimensions) => dimensions[at]);
    if (at !== along) return lengths.find((length) => length !== null) ?? null;
    const isOpen = known.length < all.length || lengths.includes(null);
    return isOpen ? null : lengths.reduce<number>((sum, length) => sum + Number(length), 0);
  });
}

export type PadMode = "constant" | "reflect" | "symmetric";

/** @param pads whole numbers before and after each axis, (rank, 2). */
export function pad(
  graph: MapGraph,
  value: MapValue,
  pads: MapValue,
  { mode, fill = null, label }: { mode: PadMode; fill?: MapValue | null; label: string },
): ComputedValue {
  const numbers = knownIntegers(pads);
  if (mode === "symmetric" && !(numbers?.every((length) => length <= 1) ?? false)) {
    throw new Untranslatable("it mirrors a border of more than one pixel with the edge repeated");
  }
  const operand = operandOf(graph, value, numbers?.length === 8);
  const amounts =
    numbers === null
      ? computedPads(graph, pads, label)
      : storedPads(graph, operand, numbers, label);
  const inputs = [operand.name, amounts];
  const [number = null] = knownNumbers(fill) ?? [];
  if (number !== null && elementsOf(value) === "float32") {
    inputs.push(graph.number(`${label}_fill`, number));
  } else if (fill !== null) inputs.push(graph.asStated(fill));
  // An edge repeated once is the edge mirrored.
  const attributes = { mode: { text: mode === "symmetric" ? "edge" : mode } };
  const name = graph.node("Pad", inputs, label, { attributes });
  const padded = (length: number | null, axis: number) =>
    length === null || numbers === null ? null : length + numbers[2 * axis] + numbers[2 * axis + 1];
  return computed(name, value.dimensions?.map(padded) ?? null, {
    order: operand.order,
    elements: elementsOf(value),
  });
}

/** ONNX wants all that stands before, then all that stands after. */
function storedPads(graph: MapGraph, operand: Operand, pads: readonly number[], label: string) {
  const axes = [...pads.keys()].slice(0, pads.length / 2);
  const ordered = operand.order === "channelsFirst" ? TO_CHANNELS_FIRST : axes;
  return graph.integers(`${label}_pads`, [
    ...ordered.map((axis) => pads[2 * axis]),
    ...ordered.map((axis) => pads[2 * axis + 1]),
  ]);
}

function computedPads(graph: MapGraph, pads: MapValue, label: string): string {
  const turned = graph.node("Transpose", [graph.asStated(pads)], `${label}_pairs`, {
    attributes: { perm: { ints: [1, 0] } },
  });
  const flat = graph.integers(`${label}_flat`, [-1]);
  return graph.node("Reshape", [turned, flat], `${label}_pads`);
}

export type Reduction = "ReduceMean" | "ReduceMax" | "ReduceMin" | "ReduceSum" | "ReduceProd";

/** @param axes null for all of them. */
export function reduce(
  graph: MapGraph,
  operator: Reduction,
  value: MapValue,
  axes: readonly number[] | null,
  keepsAxes: boolean,
  label: string,
): MapValue {
  const rank = value.dimensions?.length ?? null;
  if (rank === null && (axes === null || axes.some((axis) => axis < 0)) && !keepsAxes) {
    return reduceUnknown(graph, operator, value, axes, label);
  }
  const all = Array.from({ length: rank ?? 0 }, (_, axis) => axis);
  const reduced = new Set((axes ?? all).map((axis) => normalAxis(axis, rank ?? 0)));
  if (reduced.size === 0 && axes !== null) return value;
  // What is left of (N,C,H,W) is in TensorFlow's order if it is (N,C).
  const leavesOrder = keepsAxes || (reduced.has(1) && reduced.has(2)) || reduced.has(3);
  const operand = operandOf(graph, value, leavesOrder);
  const name = reduceNode(
    graph,
    operator,
    operand.name,
    [...reduced].map((axis) => placed(operand, axis)),
    keepsAxes,
    label,
  );
  const dimensions =
    value.dimensions?.flatMap((length, axis) => {
      if (!reduced.has(axis)) return [length];
      return keepsAxes ? [1] : [];
    }) ?? null;
  const order = keepsAxes ? operand.order : "asStated";
  return computed(name, dimensions, { order, elements: elementsOf(value) });
}

function reduceUnknown(
  graph: MapGraph,
  operator: Reduction,
  value: MapValue,
  axes: readonly number[] | null,
  label: string,
): MapValue {
  const name = reduceNode(graph, operator, graph.asStated(value), axes, false, label);
  return computed(name, axes === null ? [] : null, { elements: elementsOf(value) });
}

/** Sums alone take their axes as an input in this operator set. */
function reduceNode(
  graph: MapGraph,
  operator: Reduction,
  name: string,
  axes: readonly number[] | null,
  keepsAxes: boolean,
  label: string,
): string {
  const keepdims = { int: keepsAxes ? 1 : 0 };
  if (axes === null) return graph.node(operator, [name], label, { attributes: { keepdims } });
  if (operator === "ReduceSum") {
    const list = graph.integers(`${label}_axes`, axes);
    return graph.node(operator, [name, list], label, { attributes: { keepdims } });
  }
  return graph.node(operator, [name], label, { attributes: { axes: { ints: axes }, keepdims } });
}

/** Softmax over one axis, TensorFlow's last. */
export function softmax(
  graph: MapGraph,
  operator: "Softmax" | "LogSoftmax",
  value: MapValue,
  label: string,
): ComputedValue {
  const operand = operandOf(graph, value);
  const attributes = { axis: { int: placed(operand, -1) } };
  const name = graph.node(operator, [operand.name], label, { attributes, role: "activation" });
  return computed(name, value.dimensions, { order: operand.order });
}

/** The place of the largest or smallest entry along an axis, which goes. */
export function argument(
  graph: MapGraph,
  operator: "ArgMax" | "ArgMin",
  value: MapValue,
  axis: number,
  label: string,
): ComputedValue {
  const rank = value.dimensions?.length ?? null;
  const isLast = axis === -1 || axis === 3;
  const operand = operandOf(graph, value, isLast);
  const attributes = { axis: { int: placed(operand, axis) }, keepdims: { int: 0 } };
  const name = graph.node(operator, [operand.name], label, { attributes });
  const left = rank === null ? null : normalAxis(axis, rank);
  const dimensions = value.dimensions?.filter((_, at) => at !== left) ?? null;
  return computed(name, dimensions, { elements: "int64" });
}

/** @param shape may leave one length open as -1. */
export function reshape(
  graph: MapGraph,
  value: MapValue,
  shape: MapValue,
  label: string,
): MapValue {
  const wanted = knownIntegers(shape);
  const dimensions =
    wanted === null ? openDimensions(shape) : reshapedDimensions(value.dimensions, wanted);
  if (value.kind === "stored" && dimensions !== null) {
    const isKnown = dimensions.every((length) => length !== null);
    if (isKnown) return { ...value, label, dimensions: dimensions.map(Number) };
  }
  const name = graph.node("Reshape", [graph.asStated(value), graph.asStated(shape)], label);
  return computed(name, dimensions, { elements: elementsOf(value) });
}

/** As many open lengths as a computed shape has entries. */
function openDimensions({ dimensions }: MapValue): Dimensions | null {
  const rank = dimensions?.length === 1 ? dimensions[0] : null;
  return rank === null ? null : Array<null>(rank).fill(null);
}

/** @param permutation axis i of the result is axis `permutation[i]` of the value. */
export function transpose(
  graph: MapGraph,
  value: MapValue,
  permutation: readonly number[],
  label: string,
): MapValue {
  const dimensions = value.dimensions;
  const turned = dimensions === null ? null : permutation.map((axis) => dimensions[axis] ?? null);
  if (value.kind === "computed" && value.apart === null) {
    const isSame = (other: readonly number[]) => permutation.join() === other.join();
    // What TensorFlow turns may lie in the wanted order already.
    if (value.order === "channelsFirst" && isSame(TO_CHANNELS_FIRST)) {
      return { ...value, order: "asStated", dimensions: turned };
    }
    if (value.order === "asStated" && isSame(TO_CHANNELS_LAST)) {
      return { ...value, order: "channelsFirst", dimensions: turned };
    }
  }
  const attributes = { perm: { ints: permutation } };
  const name = graph.node("Transpose", [graph.asStated(value)], label, { attributes });
  return computed(name, turned, { elements: elementsOf(value) });
}

/** @param axes none given: all of length 1. */
export function squeeze(
  graph: MapGraph,
  value: MapValue,
  axes: readonly number[],
  label: string,
): MapValue {
  const rank = value.dimensions?.length ?? null;
  if (rank === null && axes.length === 0) throw new Untranslatable("its axes are not known");
  const ones = (value.dimensions ?? []).flatMap((length, axis) => (length === 1 ? [axis] : []));
  const removed = new Set(
    axes.length === 0 ? ones : axes.map((axis) => normalAxis(axis, rank ?? 0)),
  );
  const dimensions = value.dimensions?.filter((_, axis) => !removed.has(axis)) ?? null;
  if (value.kind === "stored")
    return { ...value, label, dimensions: (dimensions ?? []).map(Number) };
  const leavesOrder = removed.has(3) || (removed.has(1) && removed.has(2));
  const operand = operandOf(graph, value, leavesOrder);
  const places = [...removed].map((axis) => placed(operand, axis));
  const list = graph.integers(`${label}_axes`, places);
  const name = graph.node("Squeeze", [operand.name, list], label);
  return computed(name, dimensions, { elements: value.elements });
}

/** @param axis where the result has a new axis of length 1. */
export function expandDimensions(
  graph: MapGraph,
  value: MapValue,
  axis: number,
  label: string,
): MapValue {
  const rank = value.dimensions?.length ?? null;
  const at = rank === null ? axis : normalAxis(axis, rank + 1);
  const dimensions = value.dimensions?.toSpliced(at, 0, 1) ?? null;
  if (value.kind === "stored")
    return { ...value, label, dimensions: (dimensions ?? []).map(Number) };
  const list = graph.integers(`${label}_axes`, [at]);
  const name = graph.node("Unsqueeze", [graph.asStated(value), list], label);
  return computed(name, dimensions, { elements: value.elements });
}

/** @param repeats how often along each axis. */
export function tile(
  graph: MapGraph,
  value: MapValue,
  repeats: MapValue,
  label: string,
): ComputedValue {
  const numbers = knownIntegers(repeats);
  const operand = operandOf(graph, value, numbers?.length === 4);
  const ordered =
    numbers === null || operand.order === "asStated"
      ? graph.asStated(repeats)
      : graph.integers(
          `${label}_repeats`,
          TO_CHANNELS_FIRST.map((axis) => numbers[axis]),
        );
  const name = graph.node("Tile", [operand.name, ordered], label);
  const dimensions =
    value.dimensions?.map((length, axis) =>
      length === null || numbers === null ? null : length * numbers[axis],
    ) ?? null;
  return computed(name, dimensions, { order: operand.order, elements: elementsOf(value) });
}

/** The shape of a value in TensorFlow's order; stored where all lengths are known. */
export function shapeOf(graph: MapGraph, value: MapValue, label: string): MapValue {
  const { dimensions } = value;
  if (dimensions?.every((length) => length !== null)) {
    return storedIntegers(label, dimensions.map(Number));
  }
  const operand = operandOf(graph, value);
  const shape = graph.node("Shape", [operand.name], `${label}_shape`);
  const rank = dimensions?.length ?? null;
  if (operand.order === "asStated") return computed(shape, [rank], { elements: "int64" });
  const order = graph.integers(`${label}_order`, TO_CHANNELS_LAST);
  const name = graph.node("Gather", [shape, order], label, { attributes: { axis: { int: 0 } } });
  return computed(name, [4], { elements: "int64" });
}

/** One number throughout a tensor of a shape. */
export function fill(graph: MapGraph, shape: MapValue, value: MapValue, label: string): MapValue {
  const lengths = knownIntegers(shape);
  const name = graph.node("Expand", [graph.asStated(value), graph.asStated(shape)], label);
  return computed(name, lengths ?? openDimensions(shape), { elements: elementsOf(value) });
}
