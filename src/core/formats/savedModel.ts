import type { Network } from "../network/network.ts";
import type { ModelFormat, ReadContext } from "./format.ts";
import { withFileName } from "./protobuf/errors.ts";
import { readCheckpointFile } from "./tensorflow/readCheckpointFile.ts";
import { networkOf, openSavedModel } from "./tensorflow/readSavedModel.ts";
import { looksLikeSavedModel } from "./tensorflow/recognise.ts";
import { looksLikeSortedTable } from "./tensorflow/sortedTable.ts";

async function read(context: ReadContext): Promise<Network> {
  try {
    const isCheckpoint = await looksLikeSortedTable(context.source);
    if (isCheckpoint) return await readCheckpointFile(context);
    return await networkOf(await openSavedModel(context), context);
  } catch (thrown) {
    throw withFileName(thrown, context.source.name);
  }
}

/** TensorFlow's folders (saved_model.pb and its variables), and checkpoints without a graph. */
export const savedModelFormat: ModelFormat = {
  id: "saved-model",
  matches: async (source) =>
    (await looksLikeSavedModel(source)) || (await looksLikeSortedTable(source)),
  read,
};
