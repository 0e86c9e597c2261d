import { withHdf5File } from "../../formats/hdf5/hdf5File.ts";
import { describeHdf5 } from "../../formats/keras/describeHdf5.ts";
import type { ExecutableFormat } from "../executableFormat.ts";
import { buildKeras } from "../keras/buildKeras.ts";

/** Keras models in HDF5, and weights whose configuration lies beside them. */
export const executableKerasHdf5: ExecutableFormat = {
  build: (context, network) =>
    withHdf5File(context.source, async (file) =>
      buildKeras(await describeHdf5(file, context), context, network),
    ),
};
