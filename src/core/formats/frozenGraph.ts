import type { Network } from "../network/network.ts";
import type { ModelFormat, ReadContext } from "./format.ts";
import { withFileName } from "./protobuf/errors.ts";
import { assembleTensorFlowGraph } from "./tensorflow/assembleGraph.ts";
import { openFrozenGraph } from "./tensorflow/openFrozenGraph.ts";
import { looksLikeGraphDef } from "./tensorflow/recognise.ts";

async function read(context: ReadContext): Promise<Network> {
  try {
    return await readNetwork(context);
  } catch (thrown) {
    throw withFileName(thrown, context.source.name);
  }
}

async function readNetwork(context: ReadContext): Promise<Network> {
  const { nodes, constants } = await openFrozenGraph(context);
  const assembled = await assembleTensorFlowGraph(nodes, constants, context);
  return { format: "frozen-graph", producer: "TensorFlow", ...assembled, questions: [] };
}

/** TensorFlow's GraphDef with its weights frozen into constants. */
export const frozenGraphFormat: ModelFormat = {
  id: "frozen-graph",
  matches: looksLikeGraphDef,
  read,
};
