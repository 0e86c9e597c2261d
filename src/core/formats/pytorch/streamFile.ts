import type { ByteSource } from "../../bytes/byteSource.ts";
import { sectionSource } from "../../bytes/sectionSource.ts";
import { ConvAtlasError } from "../../errors.ts";
import { runPickle } from "../pickle/pickleMachine.ts";
import { malformedPickle, PickleStream } from "../pickle/pickleStream.ts";
import { itemsOf, PickledDictionary, type PickledValue } from "../pickle/values.ts";
import { bigEndianError } from "./errors.ts";
import type { TorchFile } from "./torchFile.ts";
import { TorchPickle } from "./torchPickle.ts";
import type { StorageFiles, TorchStorage } from "./torchTensor.ts";

/** First pickle of torch.save before 1.6 (torch/serialization.py, `MAGIC_NUMBER`). */
const MAGIC_NUMBER = 0x1950a86a20f9469cfc6cn;
const PROTOCOL_VERSION = 1001;

/** The number of elements before each storage's numbers. */
const COUNT_BYTES = 8;

/**
 * A stream of pickles: files of torch.save before 1.6 (magic number, protocol, system, content,
 * keys of the storages, then the storages), or a single pickle by any program.
 */
export async function readStreamFile(source: ByteSource, signal: AbortSignal): Promise<TorchFile> {
  const stream = new PickleStream(source);
  const pickle = new TorchPickle(source.name);
  const first = await runPickle(stream, pickle, signal);
  if (first !== MAGIC_NUMBER) {
    return {
      content: first,
      pickle,
      files: NO_STORAGES,
      producer: "Python pickle",
      isTorch: false,
    };
  }
  const protocol = await runPickle(stream, pickle, signal);
  if (protocol !== PROTOCOL_VERSION) {
    throw malformedPickle(source.name, `protocol version ${String(protocol)}`);
  }
  const system = await runPickle(stream, pickle, signal);
  if (system instanceof PickledDictionary && system.entries.get("little_endian") === false) {
    throw bigEndianError(source.name);
  }
  const content = await runPickle(stream, pickle, signal);
  const keys = await runPickle(stream, pickle, signal);
  const files = new StreamStorages(source, placeStorages(source, stream.position, keys, pickle));
  return { content, pickle, files, producer: "PyTorch (legacy stream)", isTorch: true };
}

const NO_STORAGES: StorageFiles = {
  byteLengthOf: () => null,
  open: async ({ key }) => {
    throw new ConvAtlasError("internal", `Storage ${key} has no file.`);
  },
};

/** Where each storage starts: they follow each other in the order of the keys, counts in between. */
function placeStorages(
  source: ByteSource,
  start: number,
  keys: PickledValue,
  pickle: TorchPickle,
): ReadonlyMap<TorchStorage, number> {
  const places = new Map<TorchStorage, number>();
  let end = start;
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
  readonly #places: ReadonlyMap<TorchStorage, number>;

  constructor(source: ByteSource, places: ReadonlyMap<TorchStorage, number>) {
    this.#source = source;
    this.#places = places;
  }

  byteLengthOf(storage: TorchStorage): number | null {
    return this.#places.has(storage) ? storage.byteLength : null;
  }

  /** The count before the numbers tells whether the storage is where it should be. */
  async open(storage: TorchStorage): Promise<ByteSource> {
    const source = this.#source;
    const start = this.#places.get(storage);
    if (start === undefined) throw malformedPickle(source.name, `no storage ${storage.key}`);
    const head = await source.slice(start - COUNT_BYTES, start);
    const count = new DataView(head.buffer, head.byteOffset, head.length).getBigInt64(0, true);
    if (Number(count) * storage.elementType.bytes !== storage.byteLength) {
      throw malformedPickle(source.name, `${count} elements in storage ${storage.key}`);
    }
    return sectionSource(source.name, source, start, start + storage.byteLength);
  }
}
