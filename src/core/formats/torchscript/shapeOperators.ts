import type { Operation } from "../../network/graph.ts";
import { itemsOf, type OperatorCall } from "./operatorCall.ts";
import type { ScriptGraph } from "./scriptGraph.ts";
import { resizedTo } from "./sizeOperators.ts";
import { ScriptList, type ScriptValue, TensorValue, UNKNOWN } from "./values.ts";

/** A channel may be split into so many parts at most; networks have some ten. */
const MAX_PARTS = 4096;

/** The end of a slice that goes on to the last. */
const TO_THE_LAST = Number.MAX_SAFE_INTEGER;

/** What operators make that take parts of a tensor or turn its axes; undefined for others. */
export function translateShape(call: OperatorCall, graph: ScriptGraph): ScriptValue | undefined {
  const { name, args } = call;
  const [map, second, third] = args;
  if (!(map instanceof TensorValue)) return undefined;
  const { rank } = map;
  switch (name) {
    case "chunk":
    case "split":
    case "split_with_sizes":
    case "unsafe_chunk":
    case "unsafe_split":
      return parts(call, map, graph);
    case "max":
    case "min":
      // Along the channels; the places of the largest come with them.
      if (third !== true || (second !== 1 && second !== -3)) return undefined;
      return new ScriptList([graph.add(name, { kind: "elementwise" }, [map], rank), UNKNOWN]);
    case "slice":
      return sliced(call, map, graph);
    case "narrow":
      if (typeof third !== "number" || typeof args[3] !== "number") return undefined;
      return cut(name, map, second, third, third + args[3], 1, graph);
    case "select":
      return removed(name, map, graph);
    case "permute":
      return permuted(name, map, itemsOf(second), graph);
    case "transpose":
    case "swapaxes":
      return exchanged(name, map, second, third, graph);
    case "view":
    case "reshape":
      return reshaped(name, map, itemsOf(second), graph);
    case "unsqueeze":
      return withRank(name, map, rank === null ? null : rank + 1, graph);
    case "flatten":
      return withRank(name, map, second === 1 && third === undefined ? 2 : null, graph);
    case "expand":
      return withRank(name, map, itemsOf(second)?.length ?? null, graph);
    case "squeeze":
      return withRank(name, map, rank === null || second === undefined ? null : rank - 1, graph);
    case "mean":
    case "sum":
    case "amax":
    case "amin": {
      const axes = itemsOf(second)?.length ?? 1;
      const left = third === true ? rank : rank === null ? null : rank - axes;
      return withRank(name, map, second === undefined ? null : left, graph);
    }
    case "repeat":
      return repeated(name, map, itemsOf(second), graph);
    case "linear":
      return withRank(name, map, rank, graph);
    default:
      return undefined;
  }
}

function withRank(name: string, map: TensorValue, rank: number | null, graph: ScriptGraph) {
  return graph.add(name, { kind: "opaque", operator: name }, [map], rank);
}

function removed(name: string, map: TensorValue, graph: ScriptGraph): TensorValue {
  return withRank(name, map, map.rank === null ? null : map.rank - 1, graph);
}

/** Parts along the channels have the size of the whole. */
function parts({ name, args }: OperatorCall, map: TensorValue, graph: ScriptGraph): ScriptValue {
  const [, count, axis = 0] = args;
  const isChannels = axis === 1 || axis === -3;
  const operation: Operation = isChannels
    ? { kind: "elementwise" }
    : { kind: "opaque", operator: name };
  const part = graph.add(name, operation, [map], map.rank);
  const sizes = itemsOf(count);
  if (sizes !== null) return new ScriptList(sizes.slice(0, MAX_PARTS).map(() => part));
  // How many parts a split has depends on the channels, which are not followed: all are alike.
  if (!name.endsWith("chunk") || typeof count !== "number") return part;
  return new ScriptList(Array.from({ length: Math.min(count, MAX_PARTS) }, () => part));
}

/** (map, axis, start, end, step). */
function sliced({ name, args }: OperatorCall, map: TensorValue, graph: ScriptGraph) {
  const [, axis = 0, start, end, step] = args;
  return cut(name, map, axis, start ?? 0, end ?? TO_THE_LAST, step ?? 1, graph);
}

function cut(
  name: string,
  map: TensorValue,
  axis: ScriptValue,
  start: ScriptValue,
  end: ScriptValue,
  step: ScriptValue,
  graph: ScriptGraph,
): TensorValue {
  const isKnown =
    typeof axis === "number" &&
    typeof start === "number" &&
    typeof end === "number" &&
    typeof step === "number" &&
    step >= 1;
  if (!isKnown) return withRank(name, map, map.rank, graph);
  const operation: Operation = {
    kind: "slice",
    starts: [start],
    ends: [end],
    axes: [axis],
    steps: [step],
  };
  return graph.add(name, operation, [map], map.rank);
}

function permuted(
  name: string,
  map: TensorValue,
  axes: readonly ScriptValue[] | null,
  graph: ScriptGraph,
): TensorValue {
  const rank = axes?.length ?? null;
  const order = (axes ?? [])
    .filter((axis) => typeof axis === "number")
    .map((axis) => (axis < 0 && rank !== null ? axis + rank : axis));
  const isOrder =
    rank !== null && new Set(order).size === rank && order.every((axis) => axis < rank);
  if (!isOrder) return withRank(name, map, rank, graph);
  return graph.add(name, { kind: "transpose", permutation: order }, [map], rank);
}

function exchanged(
  name: string,
  map: TensorValue,
  one: ScriptValue | undefined,
  other: ScriptValue | undefined,
  graph: ScriptGraph,
): TensorValue {
  const { rank } = map;
  if (rank === null || typeof one !== "number" || typeof other !== "number") {
    return withRank(name, map, rank, graph);
  }
  const axes: ScriptValue[] = Array.from({ length: rank }, (_, axis) => axis);
  const [from, to] = [one, other].map((axis) => (axis < 0 ? axis + rank : axis));
  if (axes[from] === undefined || axes[to] === undefined) return withRank(name, map, rank, graph);
  [axes[from], axes[to]] = [axes[to], axes[from]];
  return permuted(name, map, axes, graph);
}

/** Copies side by side. */
function repeated(
  name: string,
  map: TensorValue,
  times: readonly ScriptValue[] | null,
  graph: ScriptGraph,
): TensorValue {
  const [height, width] = times?.slice(2) ?? [];
  const isKnown = times?.length === 4 && typeof height === "number" && typeof width === "number";
  if (!isKnown || map.rank !== 4) return withRank(name, map, times?.length ?? null, graph);
  const scale: Operation = {
    kind: "resize",
    scale: [height, width],
    size: null,
    valueInput: null,
    valueMeans: "scales",
  };
  return graph.add(name, scale, [map], 4);
}

/** A shape of four axes gives its last two as the size of the map. */
function reshaped(
  name: string,
  map: TensorValue,
  shape: readonly ScriptValue[] | null,
  graph: ScriptGraph,
): ScriptValue {
  const sides = shape?.slice(2) ?? [];
  const isMap = shape?.length === 4 && sides.every((side) => typeof side !== "number" || side > 0);
  const resized = isMap ? resizedTo(name, map, sides, graph) : undefined;
  return resized ?? withRank(name, map, shape?.length ?? null, graph);
}
