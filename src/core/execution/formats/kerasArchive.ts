import { withKerasState } from "../../formats/kerasArchive.ts";
import type { ExecutableFormat } from "../executableFormat.ts";
import { buildKeras } from "../keras/buildKeras.ts";

/** Archives of Keras 3, and weights in shards whose configuration lies beside them. */
export const executableKerasArchive: ExecutableFormat = {
  build: (context, network) =>
    withKerasState(context, (model) => buildKeras(model, context, network)),
};
