import { isFloatType, isIntegerType, type OnnxNode } from "./model.ts";
import type { GraphValues } from "./values.ts";
import type { WeightLookup } from "./weights.ts";

/**
 * Inputs that hold no weights of the network: sizes, scales, limits, and the running
 * statistics of batch normalisation, which are measured and not learned.
 */
const NOT_WEIGHTS: ReadonlyMap<string, readonly number[]> = new Map([
  ["BatchNormalization", [3, 4]],
  ["Clip", [1, 2]],
  ["Dropout", [1]],
  ["DequantizeLinear", [1, 2]],
  ["QuantizeLinear", [1, 2]],
  ["DynamicQuantizeLinear", []],
  ["Pad", [1, 2]],
  ["QLinearConv", [1, 2, 4, 5, 6, 7]],
  ["QLinearConvTranspose", [1, 2, 4, 5, 6, 7]],
  ["QLinearMatMul", [1, 2, 4, 5, 6, 7]],
  ["QGemm", [1, 2, 4, 5, 7, 8]],
  ["Resize", [1, 2, 3]],
  ["Upsample", [1]],
]);

/** Inputs that hold weights as whole numbers. */
const QUANTIZED_WEIGHTS: ReadonlyMap<string, readonly number[]> = new Map([
  ["DequantizeLinear", [0]],
  ["QLinearConv", [3, 8]],
  ["QLinearConvTranspose", [3, 8]],
  ["QLinearMatMul", [3]],
  ["QGemm", [3, 6]],
  ["ConvInteger", [1]],
  ["MatMulInteger", [1]],
]);

/**
 * Number of weights: elements of all stored float tensors with at least one axis, and of
 * quantized weights (those of convolutions in `weights`, behind whatever nodes); each tensor once.
 */
export function countParameters(
  nodes: readonly OnnxNode[],
  values: GraphValues,
  weights: ReadonlyMap<OnnxNode, WeightLookup>,
): number {
  const counted = new Map<string, number>();
  for (const weight of weights.values()) {
    if (typeof weight !== "string") counted.set(weight.tensor.name, weight.tensor.elements);
  }
  for (const node of nodes) {
    const excluded = NOT_WEIGHTS.get(node.operator) ?? [];
    const quantized = QUANTIZED_WEIGHTS.get(node.operator) ?? [];
    for (const [position, input] of node.inputs.entries()) {
      const tensor = values.tensors.get(input);
      if (tensor === undefined || tensor.dimensions.length === 0) continue;
      if (excluded.includes(position)) continue;
      const isWeight = isFloatType(tensor.dataType)
        ? true
        : quantized.includes(position) && isIntegerType(tensor.dataType);
      if (isWeight) counted.set(tensor.name, tensor.elements);
    }
  }
  let parameters = 0;
  for (const elements of counted.values()) parameters += elements;
  return parameters;
}
