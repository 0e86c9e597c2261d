import { ConvAtlasError } from "../../errors.ts";
import type { ReadContext } from "../../formats/format.ts";
import { withFileName } from "../../formats/protobuf/errors.ts";
import { openCheckpointGraph } from "../../formats/tensorflow/readCheckpointFile.ts";
import { openSavedModel } from "../../formats/tensorflow/readSavedModel.ts";
import { looksLikeSortedTable } from "../../formats/tensorflow/sortedTable.ts";
import type { ExecutableFormat } from "../executableFormat.ts";
import { convertTensorFlowGraph } from "../tensorflow/convertGraph.ts";

/** TensorFlow's folders, and checkpoints with the graph of TensorFlow 1, as an ONNX model. */
export const executableSavedModel: ExecutableFormat = {
  async build(context, network) {
    try {
      return await convertTensorFlowGraph(await openGraph(context), context, network);
    } catch (thrown) {
      throw withFileName(thrown, context.source.name);
    }
  },
};

async function openGraph(context: ReadContext) {
  const { source } = context;
  if (!(await looksLikeSortedTable(source))) return openSavedModel(context);
  const graph = await openCheckpointGraph(context);
  if (graph !== null) return graph;
  throw new ConvAtlasError(
    "cannot-run",
    `${source.name} holds weights alone, not how the network computes with them; to run it, open the .meta file together with it, or save the network as a SavedModel.`,
  );
}
