import type { Operation } from "../../network/graph.ts";
import type { Translation } from "../translation.ts";
import type { FlatTable } from "./flatBuffer.ts";
import type { TfliteOperator } from "./model.ts";
import type { OperatorSurroundings } from "./operators.ts";

/** What these operators do to vectors of sizes. */
const ARITHMETIC: ReadonlyMap<string, Extract<Operation, { kind: "arithmetic" }>["operator"]> =
  new Map([
    ["ADD", "add"],
    ["SUB", "subtract"],
    ["MUL", "multiply"],
    ["DIV", "divide"],
    ["FLOOR_DIV", "divide"],
    ["FLOOR", "floor"],
    ["CEIL", "ceil"],
    ["CAST", "identity"],
    ["RESHAPE", "identity"],
    ["SQUEEZE", "identity"],
    ["EXPAND_DIMS", "identity"],
  ]);

/** An operator whose output is a vector of sizes, or one size. */
export function translateShapeOperator(
  { operator, inputs, options }: TfliteOperator,
  around: OperatorSurroundings,
): Translation | null {
  const everyInput = [...inputs.keys()];
  const arithmetic = ARITHMETIC.get(operator);
  if (arithmetic !== undefined) {
    const operation: Operation = { kind: "arithmetic", operator: arithmetic };
    const takesOne = ["identity", "floor", "ceil"].includes(arithmetic);
    return { operation, inputs: takesOne ? [0] : everyInput };
  }
  switch (operator) {
    case "SHAPE":
      return { operation: { kind: "shapeOf" }, inputs: [0] };
    case "CONCATENATION":
    case "PACK":
      return { operation: { kind: "concatenate", axis: 0 }, inputs: everyInput };
    case "GATHER":
      return { operation: { kind: "gather", axis: options?.int32(0) ?? 0 }, inputs: [0, 1] };
    case "SLICE":
      return translateSlice(around);
    case "STRIDED_SLICE":
      return translateStridedSlice(options, around);
    default:
      return null;
  }
}

/** Part of each axis from `begin` on; a size of -1 means all of the rest. */
export function translateSlice(around: OperatorSurroundings): Translation | null {
  const starts = around.constant(1);
  const sizes = around.constant(2);
  if (starts === null || sizes === null) return null;
  const ends = starts.map((start, axis) =>
    (sizes[axis] ?? -1) < 0 ? Number.MAX_SAFE_INTEGER : start + sizes[axis],
  );
  return sliced(
    starts,
    ends,
    starts.map(() => 1),
  );
}

/** StridedSliceOptions: bits of field 0 and 1 say where `begin` and `end` are ignored. */
export function translateStridedSlice(
  options: FlatTable | null,
  around: OperatorSurroundings,
): Translation | null {
  const begin = around.constant(1);
  const end = around.constant(2);
  const steps = around.constant(3);
  if (begin === null || end === null || steps === null) return null;
  const ellipsisMask = options?.int32(2) ?? 0;
  const newAxisMask = options?.int32(3) ?? 0;
  const shrinkMask = options?.int32(4) ?? 0;
  const rank = around.outputDimensions.length;
  // Axes that come or go would need the slice's own bookkeeping; for vectors one may go.
  if (ellipsisMask !== 0 || newAxisMask !== 0 || (shrinkMask !== 0 && rank > 1)) return null;
  const isSet = (mask: number, axis: number) => ((mask >> axis) & 1) === 1;
  const far = (step: number) => (step > 0 ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER);
  const starts = begin.map((at, axis) =>
    isSet(options?.int32(0) ?? 0, axis) ? -far(steps[axis]) : at,
  );
  const ends = end.map((at, axis) => {
    // A single entry is meant: with -1 the end, 0, would stand before it.
    if (isSet(shrinkMask, axis)) return begin[axis] === -1 ? far(1) : begin[axis] + 1;
    return isSet(options?.int32(1) ?? 0, axis) ? far(steps[axis]) : at;
  });
  return sliced(starts, ends, steps);
}

function sliced(
  starts: readonly number[],
  ends: readonly number[],
  steps: readonly number[],
): Translation {
  const axes = [...starts.keys()];
  return { operation: { kind: "slice", starts, ends, axes, steps }, inputs: [0] };
}
