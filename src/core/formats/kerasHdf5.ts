import type { Network } from "../network/network.ts";
import type { ModelFormat, ReadContext } from "./format.ts";
import { type Hdf5File, withHdf5File } from "./hdf5/hdf5File.ts";
import { findSuperblock } from "./hdf5/superblock.ts";
import { assembleModel } from "./keras/assembleNetwork.ts";
import { describeHdf5 } from "./keras/describeHdf5.ts";
import { producerOf } from "./keras/writer.ts";

/** Models and weights that Keras saved as HDF5: 1 and 2, and 3 in its legacy form or alone. */
export const kerasHdf5Format: ModelFormat = {
  id: "keras-hdf5",
  matches: async (source) => (await findSuperblock(source)) !== null,
  read: (context) => withHdf5File(context.source, (file) => readNetwork(file, context)),
};

async function readNetwork(file: Hdf5File, context: ReadContext): Promise<Network> {
  const model = await describeHdf5(file, context);
  const assembled = await assembleModel(model, context);
  return { format: "keras-hdf5", producer: producerOf(model.writer), ...assembled, questions: [] };
}
