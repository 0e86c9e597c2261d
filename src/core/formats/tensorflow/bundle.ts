import type { ByteSource } from "../../bytes/byteSource.ts";
import { memorySource } from "../../bytes/memorySource.ts";
import { ConvAtlasError, throwIfCancelled } from "../../errors.ts";
import { isTruncation, malformedFile } from "../protobuf/errors.ts";
import { expectWireType } from "../protobuf/fieldValues.ts";
import { ChunkedFile, FieldWalk } from "../protobuf/wire.ts";
import { dataTypeName } from "./dataTypes.ts";
import { elementCount, parseShape, storedShape } from "./shapes.ts";
import { readSortedTable, type TableEntry } from "./sortedTable.ts";

// tensorflow/core/protobuf/tensor_bundle.proto

/** Five digits in the names of the files. */
const MAX_SHARDS = 99_999;
/** Keys of the parts of partitioned variables begin with the number 0 (checkpoint's OrderedCode). */
const PART_KEY = 0;

const UTF8 = new TextDecoder();

/** Where a tensor of a checkpoint lies. */
export interface BundleEntry {
  readonly key: string;
  readonly dataType: string;
  readonly shape: readonly number[];
  readonly elements: number;
  /** Number of the file that holds it. */
  readonly shard: number;
  readonly offset: number;
  readonly size: number;
  /** Of its bytes; null where the file has none. */
  readonly checksum: number | null;
  /** A partitioned variable, whose parts are entries of their own. */
  readonly isInParts: boolean;
}

export interface Bundle {
  readonly shards: number;
  /** By key, in the order of the keys. */
  readonly entries: ReadonlyMap<string, BundleEntry>;
}

/**
 * Reads the index of a checkpoint.
 * @throws ConvAtlasError `truncated`, `unsupported` or `cancelled`; FileFault.
 */
export async function readBundle(index: ByteSource, signal: AbortSignal): Promise<Bundle> {
  const entries = new Map<string, BundleEntry>();
  let shards = 0;
  for (const entry of await readSortedTable(index, signal)) {
    throwIfCancelled(signal);
    if (entry.key.length === 0) {
      shards = await whole(parseHeader(entry, index.name));
    } else if (entry.key[0] !== PART_KEY) {
      const key = UTF8.decode(entry.key);
      entries.set(key, await whole(parseEntry(key, entry, shards)));
    }
  }
  if (shards === 0) throw malformedFile("it does not say how many files belong to it");
  return { shards, entries };
}

/** A BundleHeaderProto. */
async function parseHeader({ value }: TableEntry, name: string): Promise<number> {
  let shards = 0;
  let isBigEndian = false;
  for await (const field of fieldsOf(value)) {
    if (field.number === 1 && field.wireType === "bytes") throw oldCheckpoint(name);
    if (field.number === 1) shards = field.value;
    if (field.number === 2) isBigEndian = field.value !== 0;
  }
  if (isBigEndian) {
    throw new ConvAtlasError(
      "unsupported",
      `${name} was written on a computer with the other byte order (big-endian), which cannot be read; save the model again on a usual one.`,
    );
  }
  if (shards < 1 || shards > MAX_SHARDS) {
    throw malformedFile("it names an impossible number of files", `${shards} shards`);
  }
  return shards;
}

/** The same table, but with the numbers in it (tensorflow/core/util/saved_tensor_slice.proto). */
function oldCheckpoint(name: string): ConvAtlasError {
  return new ConvAtlasError(
    "unsupported",
    `${name} is a checkpoint of the form that TensorFlow wrote before 2017 (V1), which cannot be read; load it with TensorFlow 1 and save it again.`,
  );
}

/** A BundleEntryProto. */
async function parseEntry(
  key: string,
  { value }: TableEntry,
  shards: number,
): Promise<BundleEntry> {
  const file = new ChunkedFile(memorySource("", value));
  let dataType = "DT_INVALID";
  let shape: readonly number[] = [];
  let shard = 0;
  let offset = 0;
  let size = 0;
  let checksum: number | null = null;
  let isInParts = false;
  for await (const field of fieldsOf(value)) {
    if (field.number === 1) dataType = dataTypeName(field.value);
    if (field.number === 2) {
      expectWireType(field, "bytes");
      shape = storedShape(await parseShape(file, field), key);
    }
    if (field.number === 3) shard = field.value;
    if (field.number === 4) offset = field.value;
    if (field.number === 5) size = field.value;
    if (field.number === 6) {
      expectWireType(field, "fixed32");
      checksum = new DataView(value.buffer, value.byteOffset + field.start, 4).getUint32(0, true);
    }
    if (field.number === 7) isInParts = true;
  }
  const isPlace = shard >= 0 && shard < shards && offset >= 0 && size >= 0;
  if (!isPlace || !Number.isSafeInteger(offset + size)) {
    throw malformedFile(`it does not say properly where the numbers of ${key} lie`);
  }
  const elements = elementCount(shape, key);
  return { key, dataType, shape, elements, shard, offset, size, checksum, isInParts };
}

/** What ends too early within an entry is damaged: the file itself is complete. */
async function whole<T>(parsed: Promise<T>): Promise<T> {
  try {
    return await parsed;
  } catch (thrown) {
    if (!isTruncation(thrown)) throw thrown;
    throw malformedFile("an entry of its list of tensors is cut off", String(thrown));
  }
}

async function* fieldsOf(value: Uint8Array<ArrayBuffer>) {
  const file = new ChunkedFile(memorySource("an entry of the index", value));
  const walk = new FieldWalk(file, { start: 0, end: value.length });
  for (let field = await walk.next(); field !== null; field = await walk.next()) yield field;
}
