import type { ByteSource } from "../../bytes/byteSource.ts";
import { ConvAtlasError } from "../../errors.ts";
import { runPickle } from "../pickle/pickleMachine.ts";
import { PickleStream } from "../pickle/pickleStream.ts";
import { itemsOf } from "../pickle/values.ts";
import { shownName } from "../shownName.ts";
import { openZip, type ZipArchive } from "../zip/zipArchive.ts";
import { bigEndianError } from "./errors.ts";
import { packedConvolution } from "./packedConvolution.ts";
import { PickleStorages, type TorchFile } from "./torchFile.ts";
import { TorchPickle } from "./torchPickle.ts";
import { type Storage, type StorageFiles, StoredTensor } from "./torchTensor.ts";

/** Members that hold a word: byte order, version. */
const MAX_WORD_BYTES = 64;

/**
 * The folder within the archive that holds `data.pkl`, with its slash: named after the file as it
 * was saved, "archive" in old ones, deeper where a person packed an unpacked file again. Null if
 * the archive is no PyTorch file.
 */
export async function torchFolder(source: ByteSource): Promise<string | null> {
  const archive = await openZip(source);
  const folders = archive.members
    .map(({ path }) => /^((?:.*\/)?)data\.pkl$/.exec(path)?.[1])
    .filter((folder) => folder !== undefined);
  return folders.toSorted((one, other) => one.length - other.length)[0] ?? null;
}

/**
 * True for TorchScript before PyTorch 1.4: `model.json` beside `tensors/` and `code/`. Both folders
 * are asked for, since models of TensorFlow.js are called model.json as well.
 */
export async function isOldScript(source: ByteSource): Promise<boolean> {
  const { members } = await openZip(source);
  const has = (pattern: RegExp) => members.some(({ path }) => pattern.test(path));
  return has(/(^|\/)model\.json$/) && has(/(^|\/)tensors\/\d+$/) && has(/(^|\/)code\//);
}

/** True for an archive of torch.package: programs, their pickles, and storages in `.data/`. */
export async function isPackage(source: ByteSource): Promise<boolean> {
  const { members } = await openZip(source);
  return members.some(({ path }) => /(^|\/)\.data\/extern_modules$/.test(path));
}

/**
 * Files of torch.save since 1.6 and of torch.jit.save: `data.pkl` names storages, each of which is
 * a member `data/<key>` (torch/serialization.py, caffe2/serialize/inline_container.h).
 */
export async function readZipFile(
  source: ByteSource,
  folder: string,
  signal: AbortSignal,
): Promise<TorchFile> {
  const archive = await openZip(source);
  const byteOrder = await word(archive, `${folder}byteorder`);
  if (byteOrder === "big") throw bigEndianError(source.name);
  const version = await word(archive, `${folder}version`);
  const isScript = archive.get(`${folder}constants.pkl`) !== undefined;
  const read = async (path: string, weights: string) => {
    const pickle = new TorchPickle(source.name);
    const stored = await member(source, archive, path);
    const content = await runPickle(new PickleStream(stored), pickle, signal);
    const storages = new ZipStorages(source, archive, weights);
    return { name: source.name, content, pickle, files: new PickleStorages(stored, storages) };
  };
  const kind = isScript ? "TorchScript" : "PyTorch";
  const form = version === null ? "zip" : `zip, file format ${version}`;
  const producer = `${kind} (${form})`;
  const saved = await read(`${folder}data.pkl`, `${folder}data/`);
  if (!isScript) return { ...saved, producer, isTorch: true };
  let opened: ReturnType<typeof read> | null = null;
  const openConstants = () => {
    opened ??= read(`${folder}constants.pkl`, `${folder}constants/`);
    return opened;
  };
  const script = { archive, codeFolder: `${folder}code/`, network: saved.content, openConstants };
  if (saved.pickle.storages.size > 0) return { ...saved, producer, isTorch: true, script };
  // A frozen network has its weights among the constants of its program.
  const constants = await openConstants();
  const isFrozen = itemsOf(constants.content)?.some(
    (item) => item instanceof StoredTensor || packedConvolution(item) !== null,
  );
  return { ...(isFrozen ? constants : saved), producer, isTorch: true, script };
}

class ZipStorages implements StorageFiles {
  readonly #source: ByteSource;
  readonly #archive: ZipArchive;
  readonly #folder: string;
  /** The storage opened last: several tensors in a row may be views of one packed member. */
  #opened: { readonly key: string; readonly bytes: Promise<ByteSource> } | null = null;

  constructor(source: ByteSource, archive: ZipArchive, folder: string) {
    this.#source = source;
    this.#archive = archive;
    this.#folder = folder;
  }

  byteLengthOf({ key }: Storage): number {
    const path = `${this.#folder}${key}`;
    const found = this.#archive.get(path);
    if (found === undefined) throw missingMember(this.#source.name, path);
    return found.byteLength;
  }

  open({ key }: Storage): Promise<ByteSource> {
    if (this.#opened?.key !== key) {
      const bytes = member(this.#source, this.#archive, `${this.#folder}${key}`);
      this.#opened = { key, bytes };
    }
    return this.#opened.bytes;
  }
}

/** Under the name of the archive, which is the file that a person knows. */
async function member(source: ByteSource, archive: ZipArchive, path: string): Promise<ByteSource> {
  const found = archive.get(path);
  if (found === undefined) throw missingMember(source.name, path);
  return { ...(await archive.open(found)), name: source.name };
}

function missingMember(archiveName: string, path: string): ConvAtlasError {
  return new ConvAtlasError(
    "malformed",
    `${archiveName} is damaged: “${shownName(path)}” is missing in it; download or copy it again.`,
  );
}

async function word(archive: ZipArchive, path: string): Promise<string | null> {
  const found = archive.get(path);
  if (found === undefined || found.byteLength > MAX_WORD_BYTES) return null;
  const content = await archive.open(found);
  return new TextDecoder().decode(await content.slice(0, content.byteLength)).trim();
}
