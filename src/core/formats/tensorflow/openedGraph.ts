import type { StoredTensor, StoredTensors, TensorFlowNode } from "./graphDef.ts";

/** A graph with its weights at hand, whatever container it came in. */
export interface TensorFlowGraph {
  /** In any order; calls of functions are replaced by what they call. */
  readonly nodes: readonly TensorFlowNode[];
  /** The same object for the same node however often it is asked for. */
  readonly constants: StoredTensors;
  /** Results that the file names, in the words of nodes ("Identity:0"); null if it names none. */
  readonly outputs: readonly string[] | null;
}

/** One object for each tensor, however often it is asked for. */
export function remembered(constants: StoredTensors): StoredTensors {
  const known = new Map<string, StoredTensor | null>();
  return (nodeName) => {
    const before = known.get(nodeName);
    if (before !== undefined) return before;
    const found = constants(nodeName);
    known.set(nodeName, found);
    return found;
  };
}
