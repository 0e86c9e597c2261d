import { withFileName } from "../../formats/protobuf/errors.ts";
import { openFrozenGraph } from "../../formats/tensorflow/openFrozenGraph.ts";
import type { ExecutableFormat } from "../executableFormat.ts";
import { convertTensorFlowGraph } from "../tensorflow/convertGraph.ts";

/** A GraphDef of TensorFlow, its weights among its nodes, as an ONNX model. */
export const executableFrozenGraph: ExecutableFormat = {
  async build(context, network) {
    try {
      return await convertTensorFlowGraph(await openFrozenGraph(context), context, network);
    } catch (thrown) {
      throw withFileName(thrown, context.source.name);
    }
  },
};
