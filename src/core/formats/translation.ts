import type { Operation } from "../network/graph.ts";
import type { Size2d } from "../network/size2d.ts";

/** What an operator of a file means, and which of its inputs are the data. */
export interface Translation {
  readonly operation: Operation;
  /** Positions among the operator's inputs, in the order that the operation expects. */
  readonly inputs: readonly number[];
}

/** An operation on the first input alone. */
export function first(operation: Operation): Translation {
  return { operation, inputs: [0] };
}

/** Resampling of the first input to `size`. */
export function resizeTo(size: Size2d): Translation {
  return first({ kind: "resize", scale: null, size, valueInput: null, valueMeans: "sizes" });
}

/** Resampling of the first input by factors. */
export function resizeBy(scale: Size2d): Translation {
  return first({ kind: "resize", scale, size: null, valueInput: null, valueMeans: "scales" });
}

/** Resampling of the first input by what input `position` holds, where the graph computes it. */
export function resizeByInput(
  position: number,
  valueMeans: Extract<Operation, { kind: "resize" }>["valueMeans"],
): Translation {
  const computed = { scale: null, size: null, valueInput: 1, valueMeans } as const;
  return { operation: { kind: "resize", ...computed }, inputs: [0, position] };
}
