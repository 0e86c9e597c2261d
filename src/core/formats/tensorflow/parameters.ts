import type { StoredTensor, StoredTensors, TensorFlowNode } from "./graphDef.ts";
import type { NodeTable } from "./nodeTable.ts";

/** Inputs that are measured or chosen, not learned. */
const NOT_WEIGHTS: ReadonlyMap<string, readonly number[]> = new Map([
  ["FusedBatchNorm", [3, 4]],
  ["FusedBatchNormV2", [3, 4]],
  ["FusedBatchNormV3", [3, 4]],
  ["_FusedBatchNormEx", [3, 4]],
  ["BatchNormWithGlobalNormalization", [1, 2]],
  ["ClipByValue", [1, 2]],
]);

/** Number of weights that the nodes take: entries of float tensors with axes, each once. */
export function countParameters(
  nodes: readonly TensorFlowNode[],
  table: NodeTable,
  constants: StoredTensors,
): number {
  const excluded = new Set<StoredTensor>();
  const found = new Set<StoredTensor>();
  for (const node of nodes) {
    const left = NOT_WEIGHTS.get(node.op) ?? [];
    for (const [position, input] of node.inputs.entries()) {
      const producer = table.producer(input);
      const tensor = producer === null ? null : constants(producer.node.name);
      if (tensor === null || !tensor.isFloat || tensor.shape.length === 0) continue;
      if (left.includes(position)) excluded.add(tensor);
      else found.add(tensor);
    }
  }
  let parameters = 0;
  for (const tensor of found) {
    if (excluded.has(tensor)) continue;
    parameters += tensor.shape.reduce((product, length) => product * length, 1);
  }
  return parameters;
}
