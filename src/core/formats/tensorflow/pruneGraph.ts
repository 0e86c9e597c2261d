import type { GraphNode } from "../../network/graph.ts";

/**
 * Leaves out the nodes that only bring weights to where they are used. What is kept keeps its
 * order; `newIndex` tells where an old index went.
 */
export function pruneGraph(nodes: readonly GraphNode[]): {
  readonly nodes: readonly GraphNode[];
  readonly newIndex: (old: number) => number | null;
} {
  const isKept: boolean[] = [];
  for (const { operation, inputs } of nodes) {
    const isOrigin = ["input", "convolution", "transposedConvolution"].includes(operation.kind);
    isKept.push(isOrigin || inputs.some((input) => input !== null && isKept[input]));
  }
  for (let index = nodes.length - 1; index >= 0; index -= 1) {
    if (!isKept[index]) continue;
    for (const input of nodes[index].inputs) if (input !== null) isKept[input] = true;
  }
  const places: (number | null)[] = [];
  let count = 0;
  for (const kept of isKept) {
    places.push(kept ? count : null);
    if (kept) count += 1;
  }
  const newIndex = (old: number) => places[old] ?? null;
  const pruned = nodes
    .filter((_, index) => isKept[index])
    .map((node) => ({
      ...node,
      inputs: node.inputs.map((input) => (input === null ? null : newIndex(input))),
    }));
  return { nodes: pruned, newIndex };
}
