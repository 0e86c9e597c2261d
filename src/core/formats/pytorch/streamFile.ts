import type { ByteSource } from "../../bytes/byteSource.ts";
import { sectionSource } from "../../bytes/sectionSource.ts";
import { ConvAtlasError, throwIfCancelled } from "../../errors.ts";
import type { Companions } from "../../files/fileSet.ts";
import type { ReadContext } from "../format.ts";
import { runPickle } from "../pickle/pickleMachine.ts";
import { malformedPickle, PickleStream } from "../pickle/pickleStream.ts";
import {
  itemsOf,
  openBytes,
  PickledBytes,
  PickledDictionary,
  type PickledValue,
} from "../pickle/values.ts";
import { bigEndianError } from "./errors.ts";
import { PickleStorages, type TorchFile } from "./torchFile.ts";
import { TorchPickle } from "./torchPickle.ts";
import { type Storage, type StorageFiles, StorageView } from "./torchTensor.ts";

/** First pickle of torch.save before 1.6 (torch/serialization.py, `MAGIC_NUMBER`). */
const MAGIC_NUMBER = 0x1950a86a20f9469cfc6cn;
const PROTOCOL_VERSION = 1001;

/** The number of elements before each storage's numbers. */
const COUNT_BYTES = 8;

/**
 * A stream of pickles: files of torch.save before 1.6 (magic number, protocol, system, content,
 * keys of the storages, then the storages), or a single pickle by any program. `companions` are
 * for the `data.pkl` of an archive that a person unpacked.
 */
export async function readStreamFile({
  source,
  companions,
  signal,
}: Pick<ReadContext, "source" | "companions" | "signal">): Promise<TorchFile> {
  const stream = new PickleStream(source);
  const pickle = new TorchPickle(source.name);
  const first = await runPickle(stream, pickle, signal);
  if (first === MAGIC_NUMBER) {
    const { content, storages } = await readSaved(stream, pickle, signal);
    const files = new PickleStorages(source, storages);
    return {
      name: source.name,
      content,
      pickle,
      files,
      producer: "PyTorch (legacy stream)",
      isTorch: true,
    };
  }
  await resolveEmbedded(source, pickle, signal);
  const files = new PickleStorages(source, new UnpackedStorages(source.name, companions));
  const isTorch = pickle.storages.size + pickle.embedded.size > 0;
  const producer = isTorch ? "PyTorch (pickle)" : "Python (pickle)";
  return { name: source.name, content: first, pickle, files, producer, isTorch };
}

/** What follows the magic number. */
async function readSaved(stream: PickleStream, pickle: TorchPickle, signal: AbortSignal) {
  const { source } = stream;
  const protocol = await runPickle(stream, pickle, signal);
  if (protocol !== PROTOCOL_VERSION) {
    throw malformedPickle(source.name, "protocol version of torch.save");
  }
  const system = await runPickle(stream, pickle, signal);
  if (system instanceof PickledDictionary && system.entries.get("little_endian") === false) {
    throw bigEndianError(source.name);
  }
  const content = await runPickle(stream, pickle, signal);
  const keys = await runPickle(stream, pickle, signal);
  return { content, storages: new StreamStorages(source, placeStorages(stream, keys, pickle)) };
}

/** Finds the numbers of storages that `pickle.dump` wrote, each as a file of torch.save in bytes. */
async function resolveEmbedded(
  source: ByteSource,
  { embedded }: TorchPickle,
  signal: AbortSignal,
): Promise<void> {
  for (const [bytes, view] of embedded) {
    throwIfCancelled(signal);
    const stream = new PickleStream(openBytes(bytes, source));
    const pickle = new TorchPickle(source.name);
    if ((await runPickle(stream, pickle, signal)) !== MAGIC_NUMBER) continue;
    const { content, storages } = await readSaved(stream, pickle, signal);
    if (!(content instanceof StorageView) || content.part === null) continue;
    const { storage, byteOffset } = content.part;
    const start = storages.startOf(storage);
    const within = sectionOf(bytes, start, start + storage.byteLength);
    view.part = { storage: { ...storage, content: within }, byteOffset };
  }
}

/** Where each storage starts: they follow each other in the order of the keys, counts in between. */
function placeStorages(
  { source, position }: PickleStream,
  keys: PickledValue,
  pickle: TorchPickle,
): ReadonlyMap<Storage, number> {
  const places = new Map<Storage, number>();
  let end = position;
  for (const key of itemsOf(keys) ?? []) {
    const storage = typeof key === "string" ? pickle.storages.get(key) : undefined;
    if (storage === undefined) throw malformedPickle(source.name, `storage ${String(key)}`);
    places.set(storage, end + COUNT_BYTES);
    end += COUNT_BYTES + storage.byteLength;
  }
  if (end > source.byteLength) {
    throw new ConvAtlasError(
      "truncated",
      `${source.name} is cut short: it holds ${source.byteLength} of ${end} bytes; download or copy it again.`,
    );
  }
  return places;
}

class StreamStorages implements StorageFiles {
  readonly #source: ByteSource;
  readonly #places: ReadonlyMap<Storage, number>;

  constructor(source: ByteSource, places: ReadonlyMap<Storage, number>) {
    this.#source = source;
    this.#places = places;
  }

  startOf(storage: Storage): number {
    const start = this.#places.get(storage);
    if (start !== undefined) return start;
    throw malformedPickle(this.#source.name, `no storage ${storage.key}`);
  }

  byteLengthOf(storage: Storage): number {
    this.startOf(storage);
    return storage.byteLength;
  }

  /** The count before the numbers tells whether the storage is where it should be. */
  async open(storage: Storage): Promise<ByteSource> {
    const source = this.#source;
    const start = this.startOf(storage);
    const head = await source.slice(start - COUNT_BYTES, start);
    const count = new DataView(head.buffer, head.byteOffset, head.length).getBigInt64(0, true);
    if (Number(count) * storage.elementType.bytes !== storage.byteLength) {
      throw malformedPickle(source.name, `${count} elements in storage ${storage.key}`);
    }
    return sectionSource(source.name, source, start, start + storage.byteLength);
  }
}

/** Storages beside the `data.pkl` of an archive that was unpacked. */
class UnpackedStorages implements StorageFiles {
  readonly #name: string;
  readonly #companions: Companions;

  constructor(name: string, companions: Companions) {
    this.#name = name;
    this.#companions = companions;
  }

  byteLengthOf(storage: Storage): number {
    return this.#file(storage).byteLength;
  }

  async open(storage: Storage): Promise<ByteSource> {
    return this.#file(storage);
  }

  #file({ key }: Storage): ByteSource {
    const path = `data/${key}`;
    const file = this.#companions.get(path);
    if (file !== undefined) return file;
    throw new ConvAtlasError(
      "missing-companion-file",
      `The weights of ${this.#name} lie in other files, such as ${path}; open the whole folder, or the .pt file that it was unpacked from.`,
      "",
      [path],
    );
  }
}

function sectionOf({ place }: PickledBytes, start: number, end: number): PickledBytes {
  if (place instanceof Uint8Array) return new PickledBytes(place.slice(start, end));
  return new PickledBytes({ start: place.start + start, end: place.start + end });
}
