import type { ByteSource } from "../bytes/byteSource.ts";
import type { Network } from "../network/network.ts";
import type { ModelFormat, ReadContext } from "./format.ts";
import { looksLikePickle } from "./pickle/recognise.ts";
import { PickledDictionary } from "./pickle/values.ts";
import { chooseNetworks } from "./pytorch/chooseNetworks.ts";
import { dangerRemark } from "./pytorch/danger.ts";
import { emptyFileError } from "./pytorch/emptyFile.ts";
import { oldScriptError, oldTarError } from "./pytorch/errors.ts";
import { findNetworks } from "./pytorch/findNetworks.ts";
import { isOldTar } from "./pytorch/recognise.ts";
import { readStreamFile } from "./pytorch/streamFile.ts";
import type { TorchFile } from "./pytorch/torchFile.ts";
import { isOldScript, readZipFile, torchFolder } from "./pytorch/zipFile.ts";
import { describeTensors } from "./torchscript/scriptWeights.ts";
import { assembleWeights } from "./weights/assembleWeights.ts";
import { looksLikeZip } from "./zip/zipArchive.ts";

/** Files of torch.save (zip and legacy stream) and torch.jit.save: weights, checkpoints, modules. */
export const pytorchFormat: ModelFormat = { id: "pytorch", matches, read };

async function matches(source: ByteSource): Promise<boolean> {
  if (await looksLikeZip(source)) {
    return (await torchFolder(source)) !== null || isOldScript(source);
  }
  return (await isOldTar(source)) || looksLikePickle(source);
}

async function read(context: ReadContext): Promise<Network> {
  const file = await open(context);
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
      ...dangerRemark(file.pickle),
      ...warnings,
      ...described.warnings,
      ...assembled.warnings,
    ],
  };
}

async function open(context: ReadContext): Promise<TorchFile> {
  const { source, signal } = context;
  if (await isOldTar(source)) throw oldTarError(source.name);
  if (!(await looksLikeZip(source))) return readStreamFile(context);
  const folder = await torchFolder(source);
  if (folder === null) throw oldScriptError(source.name);
  return readZipFile(source, folder, signal);
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
