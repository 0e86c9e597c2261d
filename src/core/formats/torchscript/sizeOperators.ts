import type { Operation, Padding } from "../../network/graph.ts";
import type { Size2d } from "../../network/size2d.ts";
import { isNumber, itemsOf, type OperatorCall, pairOf, pairOr } from "./operatorCall.ts";
import type { ScriptGraph } from "./scriptGraph.ts";
import { ScriptList, type ScriptValue, type SizeNumber, TensorValue, UNKNOWN } from "./values.ts";

/** Operators that give the places of the largest numbers beside the numbers. */
const WITH_PLACES: ReadonlySet<string> = new Set([
  "max_pool2d_with_indices",
  "adaptive_max_pool2d",
]);

/** Where the arguments of resampling stand behind (map, size). */
const UPSAMPLING: ReadonlySet<string> = new Set([
  "upsample_nearest2d",
  "_upsample_nearest_exact2d",
  "upsample_bilinear2d",
  "_upsample_bilinear2d_aa",
  "upsample_bicubic2d",
  "_upsample_bicubic2d_aa",
]);

const PADDING: ReadonlySet<string> = new Set([
  "pad",
  "constant_pad_nd",
  "reflection_pad2d",
  "replication_pad2d",
  "_pad_circular",
]);

/** What operators that change the size of maps make; undefined for others. */
export function translateSize(call: OperatorCall, graph: ScriptGraph): ScriptValue | undefined {
  const { name, args } = call;
  const operation = operationOf(call);
  if (operation !== undefined) {
    const result = graph.add(name, operation, [args[0]], 4);
    return WITH_PLACES.has(name) ? new ScriptList([result, UNKNOWN]) : result;
  }
  if (UPSAMPLING.has(name)) return upsampled(call, graph);
  return PADDING.has(name) ? padded(call, graph) : undefined;
}

function operationOf({ name, args }: OperatorCall): Operation | undefined {
  switch (name) {
    case "max_pool2d":
    case "max_pool2d_with_indices":
    case "quantized_max_pool2d":
      return poolOf(args, 4, 5);
    case "avg_pool2d":
      return poolOf(args, null, 4);
    case "adaptive_avg_pool2d":
    case "adaptive_max_pool2d":
      return sizedTo(pairOf(args[1]));
    case "max_unpool2d":
      return resizeTo(pairOf(args[2]));
    case "pixel_shuffle":
      return scaledBy(args[1], (factor) => factor);
    case "pixel_unshuffle":
      return scaledBy(args[1], (factor) => 1 / factor);
    case "mean":
    case "sum":
    case "amax":
    case "amin":
      return reduced(args);
    default:
      return undefined;
  }
}

function poolOf(
  args: readonly ScriptValue[],
  dilationAt: number | null,
  roundUpAt: number,
): Operation | undefined {
  const window = pairOf(args[1]);
  if (window === null) return undefined;
  // An empty list stands for windows side by side.
  const isLeftOut = itemsOf(args[2])?.length === 0;
  const stride = isLeftOut ? window : pairOr(args[2], window);
  const padding = pairOr(args[3], [0, 0]);
  const dilation = dilationAt === null ? ([1, 1] as const) : pairOr(args[dilationAt], [1, 1]);
  if (stride === null || padding === null || dilation === null) return undefined;
  const sides: Padding = { kind: "explicit", before: padding, after: padding };
  const roundUp = args[roundUpAt] === true;
  return { kind: "pool", window, stride, dilation, padding: sides, roundUp };
}

function sizedTo(size: Size2d | null): Operation | undefined {
  return size?.join() === "1,1" ? { kind: "globalPool" } : resizeTo(size);
}

function resizeTo(size: Size2d | null): Operation | undefined {
  if (size === null) return undefined;
  return { kind: "resize", scale: null, size, valueInput: null, valueMeans: "sizes" };
}

function scaledBy(
  factor: ScriptValue | undefined,
  scaleOf: (factor: number) => number,
): Operation | undefined {
  if (typeof factor !== "number" || factor < 1) return undefined;
  const scale: Size2d = [scaleOf(factor), scaleOf(factor)];
  return { kind: "resize", scale, size: null, valueInput: null, valueMeans: "scales" };
}

/** Pads are (left, right, top, bottom, ...): from the last axis on. */
function padded({ name, args }: OperatorCall, graph: ScriptGraph): ScriptValue | undefined {
  const [map, pads] = args;
  const sides = itemsOf(pads) ?? [];
  const isPairs = sides.length === 2 || sides.length === 4;
  if (!isPairs || !sides.every(isNumber) || !(map instanceof TensorValue)) return undefined;
  const [left, right, top = 0, bottom = 0] = sides;
  const plain = [left, right, top, bottom].filter((side) => typeof side === "number");
  if (plain.length === 4) {
    const [before, after]: Size2d[] = [
      [plain[2], plain[0]],
      [plain[3], plain[1]],
    ];
    return graph.add(name, { kind: "pad", before, after }, [map], map.rank);
  }
  const sideOf = (axis: number, before: number | SizeNumber, after: number | SizeNumber) =>
    graph.compute("add", [graph.compute("add", [graph.sizeOf(map, axis), before]), after]);
  return resizedTo(name, map, [sideOf(2, top, bottom), sideOf(3, left, right)], graph);
}

/** (map, axes, keeps the axes). */
function reduced([, stated, keeps]: readonly ScriptValue[]): Operation | undefined {
  const axes = typeof stated === "number" ? [stated] : (itemsOf(stated) ?? []);
  const named = axes.map((axis) => (typeof axis === "number" && axis < 0 ? axis + 4 : axis));
  if (keeps !== true) return undefined;
  if (named.length === 2 && named.includes(2) && named.includes(3)) return { kind: "globalPool" };
  return named.length === 1 && named[0] === 1 ? { kind: "elementwise" } : undefined;
}

/**
 * (map, size, [corners aligned], scales), where the scales are a list, or two numbers in the code
 * of older versions.
 */
function upsampled(call: OperatorCall, graph: ScriptGraph): ScriptValue | undefined {
  const { name, args } = call;
  const [map, size, ...rest] = args;
  const sides = itemsOf(size);
  if (sides !== null) return resizedTo(name, map, sides, graph);
  const scales = rest.findLast((argument) => argument instanceof ScriptList);
  const [height, width = height, ...more] =
    itemsOf(scales) ?? rest.filter((argument) => typeof argument === "number");
  if (!isNumber(height) || !isNumber(width) || more.length > 0) return undefined;
  if (typeof height !== "number" || typeof width !== "number") {
    return graph.resizeBy(name, map, graph.pair(height, width), "scales");
  }
  const operation: Operation = {
    kind: "resize",
    scale: [height, width],
    size: null,
    valueInput: null,
    valueMeans: "scales",
  };
  return graph.add(name, operation, [map], 4);
}

/** A resize to a height and a width, of which the graph may compute either. */
export function resizedTo(
  name: string,
  map: ScriptValue,
  sides: readonly ScriptValue[],
  graph: ScriptGraph,
): ScriptValue | undefined {
  const [height, width = height, ...more] = sides;
  if (!isNumber(height) || !isNumber(width) || more.length > 0) return undefined;
  if (typeof height !== "number" || typeof width !== "number") {
    return graph.resizeBy(name, map, graph.pair(height, width), "sizes");
  }
  const operation = resizeTo([height, width]);
  return operation && graph.add(name, operation, [map], 4);
}
