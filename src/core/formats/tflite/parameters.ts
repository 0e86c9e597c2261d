import { throwIfCancelled } from "../../errors.ts";
import { elementsOf, isFloatType, type TfliteSubgraph, type TfliteTensor } from "./model.ts";
import type { SubgraphValues } from "./values.ts";
import { isQuantized } from "./weights.ts";

/**
 * Number of weights: elements of the stored float and quantized tensors with at least one axis
 * that operators take; numbers that several tensors share count once. `counted` holds the
 * buffers counted so far.
 */
export function countParameters(
  { inputs, operators }: TfliteSubgraph,
  values: SubgraphValues,
  counted: Set<number>,
  signal: AbortSignal,
): number {
  const given = new Set(inputs);
  let parameters = 0;
  for (const operator of operators) {
    throwIfCancelled(signal);
    for (const index of operator.inputs) {
      const tensor = values.tensor(index);
      if (tensor === null || given.has(index) || values.producers.has(index)) continue;
      if (!isWeight(tensor) || counted.has(tensor.buffer)) continue;
      counted.add(tensor.buffer);
      parameters += elementsOf(tensor.shape);
    }
  }
  return parameters;
}

function isWeight(tensor: TfliteTensor): boolean {
  if (tensor.buffer === 0 || tensor.shape.length === 0) return false;
  return isFloatType(tensor.type) || isQuantized(tensor);
}
