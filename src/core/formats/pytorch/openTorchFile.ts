import type { ByteSource } from "../../bytes/byteSource.ts";
import type { ReadContext } from "../format.ts";
import { looksLikePickle } from "../pickle/recognise.ts";
import { looksLikeZip } from "../zip/zipArchive.ts";
import { oldScriptError, oldTarError, packageError } from "./errors.ts";
import { isOldTar } from "./recognise.ts";
import { readStreamFile } from "./streamFile.ts";
import type { TorchFile } from "./torchFile.ts";
import { isOldScript, isPackage, readZipFile, torchFolder } from "./zipFile.ts";

/** True for archives of torch.save and torch.jit.save, and for all pickles. */
export async function isTorchFile(source: ByteSource): Promise<boolean> {
  if (await looksLikeZip(source)) {
    return (
      (await torchFolder(source)) !== null ||
      (await isOldScript(source)) ||
      (await isPackage(source))
    );
  }
  return (await isOldTar(source)) || looksLikePickle(source);
}

/** Reads the pickle of a file, whichever form of PyTorch's it has; its weights stay where they are. */
export async function openTorchFile(
  context: Pick<ReadContext, "source" | "companions" | "signal">,
): Promise<TorchFile> {
  const { source, signal } = context;
  if (await isOldTar(source)) throw oldTarError(source.name);
  if (!(await looksLikeZip(source))) return readStreamFile(context);
  const folder = await torchFolder(source);
  if (folder === null) {
    throw (await isPackage(source)) ? packageError(source.name) : oldScriptError(source.name);
  }
  return readZipFile(source, folder, signal);
}
