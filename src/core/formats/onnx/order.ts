import { malformedFile } from "../protobuf/errors.ts";
import { shownName } from "../shownName.ts";
import type { OnnxNode } from "./model.ts";

/**
 * The nodes in an order of execution: each after those whose outputs it takes. The file's
 * order is kept where it is one already, as the format demands.
 * @throws ConvAtlasError `malformed` if nodes wait for each other or two make one value.
 */
export function executionOrder(nodes: readonly OnnxNode[]): OnnxNode[] {
  const producer = new Map<string, number>();
  for (const [index, node] of nodes.entries()) {
    for (const output of node.outputs) {
      if (output === "") continue;
      if (producer.has(output))
        throw malformedFile(`two of its nodes make the value ${shownName(output)}`);
      producer.set(output, index);
    }
  }
  const ordered: OnnxNode[] = [];
  const state = new Uint8Array(nodes.length);
  const PLACED = 2;
  const OPEN = 1;
  const stack: { index: number; nextInput: number }[] = [];
  for (const start of nodes.keys()) {
    if (state[start] === PLACED) continue;
    state[start] = OPEN;
    stack.push({ index: start, nextInput: 0 });
    // Depth first with a stack of its own: graphs are deeper than the call stack.
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const node = nodes[top.index];
      if (top.nextInput === node.inputs.length) {
        state[top.index] = PLACED;
        ordered.push(node);
        stack.pop();
        continue;
      }
      const before = producer.get(node.inputs[top.nextInput]);
      top.nextInput += 1;
      if (before === undefined || state[before] === PLACED) continue;
      if (state[before] === OPEN) {
        throw malformedFile("its nodes wait for each other in a circle", `at node ${node.name}`);
      }
      state[before] = OPEN;
      stack.push({ index: before, nextInput: 0 });
    }
  }
  return ordered;
}
