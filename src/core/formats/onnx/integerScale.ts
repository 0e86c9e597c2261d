import { isFloatType, type OnnxNode, type OnnxTensor } from "./model.ts";
import type { GraphValues } from "./values.ts";

/** Nodes between a convolution of whole numbers and the product with its scale. */
const MAX_STEPS_AFTER = 4;
/** Nodes that take such a value and are looked at; there is one. */
const MAX_USERS = 8;
/** Products within the factor; ONNX Runtime writes one, of the map's and the weights' scale. */
const MAX_FACTOR_DEPTH = 4;

/**
 * The scale of the weights of a `ConvInteger`, which stands behind it: its output is cast to
 * float and multiplied with the scale of the map, known only while the network runs, times the
 * scale of the weights, which is stored. Null if no such factor is found.
 */
export function integerScale(
  convolution: OnnxNode,
  outChannels: number,
  { tensors, producers }: GraphValues,
  consumers: ReadonlyMap<string, readonly OnnxNode[]>,
): OnnxTensor | null {
  const storedFactor = (name: string, depth: number): OnnxTensor | null => {
    const tensor = tensors.get(name);
    if (tensor !== undefined) return isScale(tensor, outChannels) ? tensor : null;
    const node = producers.get(name);
    if (node === undefined || depth === 0) return null;
    const inputs = node.operator === "Mul" ? node.inputs.slice(0, 2) : keptInputs(node);
    for (const input of inputs) {
      const found = storedFactor(input, depth - 1);
      if (found !== null) return found;
    }
    return null;
  };
  let value = convolution.outputs[0] ?? "";
  for (let count = 0; count < MAX_STEPS_AFTER; count += 1) {
    const users = (consumers.get(value) ?? []).slice(0, MAX_USERS);
    const product = users.find(({ operator }) => operator === "Mul");
    if (product !== undefined) {
      const factor = product.inputs.find((input) => input !== value);
      return factor === undefined ? null : storedFactor(factor, MAX_FACTOR_DEPTH);
    }
    const next = users.find((user) => ["Cast", "Identity", "Add"].includes(user.operator));
    if (next === undefined) return null;
    value = next.outputs[0] ?? "";
  }
  return null;
}

/** Inputs whose numbers a node hands on, in another shape at most. */
function keptInputs({ operator, inputs }: OnnxNode): readonly string[] {
  const keeps = ["Identity", "Cast", "Reshape", "Squeeze", "Unsqueeze"].includes(operator);
  return keeps ? inputs.slice(0, 1) : [];
}

/** One number for all, or one for each output channel, as (C), (C, 1, 1) or (1, C, 1, 1). */
function isScale({ dataType, elements }: OnnxTensor, outChannels: number): boolean {
  return isFloatType(dataType) && (elements === 1 || elements === outChannels);
}
