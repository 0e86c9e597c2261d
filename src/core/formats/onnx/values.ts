import type { OnnxAttribute, OnnxGraph, OnnxNode, OnnxTensor } from "./model.ts";
import { DATA_TYPE } from "./model.ts";

/** Every value of the graph by name: stored tensors, and the nodes that make the others. */
export interface GraphValues {
  readonly tensors: ReadonlyMap<string, OnnxTensor>;
  readonly producers: ReadonlyMap<string, OnnxNode>;
  /** Stored tensors that list only their entries other than zero. */
  readonly sparse: ReadonlySet<string>;
}

/** Names the values of a graph, constants among its nodes taken for stored tensors. */
export function collectValues(graph: OnnxGraph): GraphValues {
  const tensors = new Map(graph.initializers);
  const producers = new Map<string, OnnxNode>();
  const sparse = new Set(graph.sparse);
  for (const node of graph.nodes) {
    const tensor = node.operator === "Constant" ? constantOf(node) : null;
    const isSparse = node.attributes.get("sparse_value")?.isSparse ?? false;
    for (const output of node.outputs) {
      if (tensor !== null) tensors.set(output, { ...tensor, name: output });
      else if (isSparse) sparse.add(output);
      else producers.set(output, node);
    }
  }
  return { tensors, producers, sparse };
}

/** The tensor of a `Constant` node; null for sparse tensors and texts. */
function constantOf(node: OnnxNode): OnnxTensor | null {
  const attribute = (name: string): OnnxAttribute | undefined => node.attributes.get(name);
  const tensor = attribute("value")?.tensor;
  if (tensor) return tensor;
  const float = attribute("value_float")?.float;
  if (typeof float === "number") return written([], DATA_TYPE.float, [float]);
  const int = attribute("value_int")?.int;
  if (typeof int === "number") return written([], DATA_TYPE.int64, [int]);
  const floats = attribute("value_floats")?.floats;
  if (floats !== undefined) return written([floats.length], DATA_TYPE.float, floats);
  const ints = attribute("value_ints")?.ints;
  if (ints !== undefined) return written([ints.length], DATA_TYPE.int64, ints);
  return null;
}

function written(
  dimensions: readonly number[],
  dataType: number,
  values: readonly number[],
): OnnxTensor {
  return {
    name: "",
    dimensions,
    elements: values.length,
    dataType,
    data: { kind: "values", values },
  };
}
