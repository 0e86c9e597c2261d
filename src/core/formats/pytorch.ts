import type { Network } from "../network/network.ts";
import type { ModelFormat, ReadContext } from "./format.ts";
import { PickledDictionary } from "./pickle/values.ts";
import { chooseNetworks } from "./pytorch/chooseNetworks.ts";
import { dangerRemark } from "./pytorch/danger.ts";
import { emptyFileError } from "./pytorch/emptyFile.ts";
import { findNetworks } from "./pytorch/findNetworks.ts";
import { isTorchFile, openTorchFile } from "./pytorch/openTorchFile.ts";
import type { TorchFile } from "./pytorch/torchFile.ts";
import { partWarning } from "./shards/shardedWeights.ts";
import { describeTensors } from "./torchscript/scriptWeights.ts";
import { assembleWeights } from "./weights/assembleWeights.ts";

/** Files of torch.save (zip and legacy stream) and torch.jit.save: weights, checkpoints, modules. */
export const pytorchFormat: ModelFormat = {
  id: "pytorch",
  matches: isTorchFile,
  read,
};

async function read(context: ReadContext): Promise<Network> {
  const file = await openTorchFile(context);
  const { tensors, warnings } = chooseNetworks(findNetworks(file.content));
  const described = await describeTensors(tensors, file, context.signal);
  if (described.tensors.length === 0) throw emptyFileError(file);
  const assembled = await assembleWeights(
    described.tensors,
    file.isTorch ? "torch" : "unknown",
    context,
  );
  return {
    format: "pytorch",
    producer: producerOf(file),
    graph: described.graph,
    ...assembled,
    warnings: [
      ...partWarning(file.name),
      ...dangerRemark(file.pickle),
      ...warnings,
      ...described.warnings,
      ...assembled.warnings,
    ],
  };
}

/** Lightning writes its version beside the weights. */
function producerOf({ content, producer }: TorchFile): string {
  if (!(content instanceof PickledDictionary)) return producer;
  const version = content.entries.get("pytorch-lightning_version");
  const isVersion = typeof version === "string" && version.length <= MAX_VERSION;
  return isVersion ? `${producer}, PyTorch Lightning ${version}` : producer;
}

/** Characters of a version; longer text is none. */
const MAX_VERSION = 40;
