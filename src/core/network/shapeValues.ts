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
      return sliced(first, shapes[0] ?? null, operation);
    case "transpose":
      return transposed(first, shapes[0] ?? null);
    case "fill":
      return filled(first);
    case "reshapeVector":
      return first;
    case "arithmetic":
      return combined(operation.operator, values);
    case "input":
    case "convolution":
    case "transposedConvolution":
    case "pool":
    case "globalPool":
    case "resize":
    case "pad":
    case "computedPad":
    case "computedSlice":
    case "elementwise":
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

/** Of a table of two axes, whole rows. */
function sliced(
  data: ShapeVector | null,
  dimensions: Dimensions | null,
  operation: Extract<Operation, { kind: "slice" }>,
): ShapeVector | null {
  if (data === null || operation.axes.length !== 1) return null;
  const columns = columnsOf(data, dimensions);
  if (columns === null || (columns > 1 && operation.axes[0] !== 0)) return null;
  const step = operation.steps[0];
  const { first, count } = slicePositions(
    data.length / columns,
    operation.starts[0],
    operation.ends[0],
    step,
  );
  return Array.from({ length: count * columns }, (_, index) => {
    const row = first + Math.floor(index / columns) * step;
    return data[row * columns + (index % columns)] ?? null;
  });
}

function transposed(data: ShapeVector | null, dimensions: Dimensions | null): ShapeVector | null {
  if (data === null) return null;
  const columns = columnsOf(data, dimensions);
  if (columns === null) return null;
  const rows = data.length / columns;
  return data.map((_, index) => data[(index % rows) * columns + Math.floor(index / rows)]);
}

/** Columns of a table of two axes, 1 of a vector; null for what is neither. */
function columnsOf(data: ShapeVector, dimensions: Dimensions | null): number | null {
  if (dimensions === null || dimensions.length <= 1) return 1;
  const [rows, columns] = dimensions;
  const isTable = dimensions.length === 2 && rows !== null && columns !== null;
  return isTable && rows * columns === data.length ? columns : null;
}

/** A vector as long as a vector of one says; its numbers are not followed. */
function filled(shape: ShapeVector | null): ShapeVector | null {
  const length = shape?.length === 1 ? shape[0] : null;
  const isVector = length !== null && Number.isInteger(length) && length >= 0;
  return isVector && length <= LONGEST_VECTOR ? Array.from({ length }, () => null) : null;
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
