import type { ReadContext } from "../format.ts";
import { ChunkedFile } from "../protobuf/wire.ts";
import { inlineFunctions } from "./inlineFunctions.ts";
import { remembered, type TensorFlowGraph } from "./openedGraph.ts";
import { parseGraphDef } from "./parseGraphDef.ts";
import { storedConstant } from "./tensorProto.ts";

/** Opens a GraphDef; its weights are constants of the graph. */
export async function openFrozenGraph({
  source,
  signal,
}: Pick<ReadContext, "source" | "signal">): Promise<TensorFlowGraph> {
  const whole = { start: 0, end: source.byteLength };
  const graph = await parseGraphDef(new ChunkedFile(source), whole, signal);
  const { nodes, tensors } = inlineFunctions(graph);
  const constants = remembered((nodeName) => {
    const tensor = tensors.get(nodeName);
    return tensor === undefined ? null : storedConstant(nodeName, tensor, source);
  });
  return { nodes, constants, outputs: null };
}
