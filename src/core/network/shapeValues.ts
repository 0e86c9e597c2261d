import type { Dimensions, Operation } from "./graph.ts";
import { slicePositions } from "./slicePositions.ts";

/** Numbers of a shape vector; null where one is not known. Scalars are vectors of one. */
export type ShapeVector = readonly (number | null)[];

/** Vectors longer than this describe no shape and are not followed. */
const LONGEST_VECTOR = 64;

/**
 * Numbers of a node's output if it is a shape vector: exporters compute sizes inside the
 * graph (shape of a map, part of it, times two, joined) before a resize or reshape.
 */
export function computeValue(
  operation: Operation,
  values: readonly (ShapeVector | null)[],
  shapes: readonly (Dimensions | null)[],
): ShapeVector | null {
  const first = values[0] ?? null;
  switch (operation.kind) {
    case "constant":
      return operation.value;
    case "shapeOf":
      return shapes[0] ?? null;
    case "concatenate":
      return joined(values);
    case "gather":
      return gathered(first, values[1] ?? null);
    case "slice":
      return sliced(first, operation);
    case "arithmetic":
      return combined(operation.operator, values);
    case "input":
    case "convolution":
    case "transposedConvolution":
    case "pool":
    case "globalPool":
    case "resize":
    case "pad":
    case "elementwise":
    case "transpose":
    case "opaque":
      return null;
  }
}

function joined(values: readonly (ShapeVector | null)[]): ShapeVector | null {
  const parts: (number | null)[] = [];
  for (const value of values) {
    if (value === null || parts.length + value.length > LONGEST_VECTOR) return null;
    parts.push(...value);
  }
  return parts;
}

function gathered(data: ShapeVector | null, indices: ShapeVector | null): ShapeVector | null {
  if (data === null || indices === null) return null;
  return indices.map((index) =>
    index === null ? null : (data[index < 0 ? index + data.length : index] ?? null),
  );
}

function sliced(
  data: ShapeVector | null,
  operation: Extract<Operation, { kind: "slice" }>,
): ShapeVector | null {
  if (data === null || operation.axes.length !== 1) return null;
  const step = operation.steps[0];
  const { first, count } = slicePositions(
    data.length,
    operation.starts[0],
    operation.ends[0],
    step,
  );
  return Array.from({ length: count }, (_, index) => data[first + index * step] ?? null);
}

function combined(
  operator: Extract<Operation, { kind: "arithmetic" }>["operator"],
  values: readonly (ShapeVector | null)[],
): ShapeVector | null {
  const [left, right] = values;
  if (!left) return null;
  const single = (change: (value: number) => number) =>
    left.map((value) => (value === null ? null : change(value)));
  const paired = (change: (one: number, other: number) => number) => {
    if (!right) return null;
    const length = Math.max(left.length, right.length);
    return Array.from({ length }, (_, index) => {
      const one = left[left.length === 1 ? 0 : index] ?? null;
      const other = right[right.length === 1 ? 0 : index] ?? null;
      return one === null || other === null ? null : change(one, other);
    });
  };
  switch (operator) {
    case "add":
      return paired((one, other) => one + other);
    case "subtract":
      return paired((one, other) => one - other);
    case "multiply":
      return paired((one, other) => one * other);
    case "divide":
      return paired((one, other) => one / other);
    case "floor":
      return single(Math.floor);
    case "ceil":
      return single(Math.ceil);
    case "identity":
      return left;
  }
}
