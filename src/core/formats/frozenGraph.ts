import type { Network } from "../network/network.ts";
import type { ModelFormat, ReadContext } from "./format.ts";
import { withFileName } from "./protobuf/errors.ts";
import { ChunkedFile } from "./protobuf/wire.ts";
import { assembleTensorFlowGraph } from "./tensorflow/assembleGraph.ts";
import { inlineFunctions } from "./tensorflow/inlineFunctions.ts";
import { parseGraphDef } from "./tensorflow/parseGraphDef.ts";
import { looksLikeGraphDef } from "./tensorflow/recognise.ts";
import { storedConstant } from "./tensorflow/tensorProto.ts";

async function read(context: ReadContext): Promise<Network> {
  try {
    return await readNetwork(context);
  } catch (thrown) {
    throw withFileName(thrown, context.source.name);
  }
}

async function readNetwork(context: ReadContext): Promise<Network> {
  const { source, signal } = context;
  const whole = { start: 0, end: source.byteLength };
  const graph = await parseGraphDef(new ChunkedFile(source), whole, signal);
  const { nodes, tensors } = inlineFunctions(graph);
  const constants = (nodeName: string) => {
    const tensor = tensors.get(nodeName);
    return tensor === undefined ? null : storedConstant(nodeName, tensor, source);
  };
  const assembled = await assembleTensorFlowGraph(nodes, constants, context);
  return { format: "frozen-graph", producer: "TensorFlow", ...assembled, questions: [] };
}

/** TensorFlow's GraphDef with its weights frozen into constants. */
export const frozenGraphFormat: ModelFormat = {
  id: "frozen-graph",
  matches: looksLikeGraphDef,
  read,
};
