import type { ByteSource } from "../../bytes/byteSource.ts";
import { ConvAtlasError, throwIfCancelled } from "../../errors.ts";
import { malformedFile, tooLargeFile, truncatedFile } from "../protobuf/errors.ts";
import { VarintReader } from "../protobuf/wire.ts";

// The table format of LevelDB as TensorFlow uses it for the index of a checkpoint:
// https://github.com/google/leveldb/blob/main/doc/table_format.md and tensorflow/core/lib/io/table.cc

const FOOTER_BYTES = 48;
const MAGIC = 0xdb4775248b80fb57n;
/** Type of compression and checksum behind each block. */
const TRAILER_BYTES = 5;
/** TensorFlow fills blocks to 256 KiB; one entry more may hang over. */
const MAX_BLOCK_BYTES = 64 * 1024 * 1024;
/** Tensors of one checkpoint, optimizer slots included; the largest have some ten thousand. */
const MAX_ENTRIES = 1_000_000;
/** All keys, whose beginnings a few bytes can repeat, or all values: far above any index known. */
const MAX_TABLE_BYTES = 256 * 1024 * 1024;
const MAX_BLOCKS = 100_000;
/** Types of compression that LevelDB knows: Snappy and Zstandard. */
const COMPRESSIONS: readonly number[] = [1, 2];

export interface TableEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array<ArrayBuffer>;
}

interface BlockHandle {
  readonly offset: number;
  readonly size: number;
}

/** True if the file ends as such a table does. */
export async function looksLikeSortedTable(source: ByteSource): Promise<boolean> {
  if (source.byteLength < FOOTER_BYTES) return false;
  const end = await source.slice(source.byteLength - 8, source.byteLength);
  return new DataView(end.buffer, end.byteOffset, 8).getBigUint64(0, true) === MAGIC;
}

/**
 * All entries of the table, in the order of their keys.
 * @throws ConvAtlasError `truncated`, `unsupported` or `cancelled`; FileFault `malformed` or
 * `too-large`.
 */
export async function readSortedTable(
  source: ByteSource,
  signal: AbortSignal,
): Promise<readonly TableEntry[]> {
  if (!(await looksLikeSortedTable(source))) {
    throw truncatedFile(source, source.byteLength + 1, "the end of the table is missing");
  }
  const footer = await source.slice(source.byteLength - FOOTER_BYTES, source.byteLength);
  const handles = new VarintReader(footer.subarray(0, FOOTER_BYTES - 8));
  readHandle(handles); // That of a list of further lists, which TensorFlow leaves empty.
  const index = blockEntries(await readBlock(source, readHandle(handles)), MAX_TABLE_BYTES);
  if (index.length > MAX_BLOCKS) throw tooLargeFile("its list of tensors has too many parts");
  const entries: TableEntry[] = [];
  let bytes = 0;
  let keyBytes = 0;
  for (const { value } of index) {
    throwIfCancelled(signal);
    const handle = readHandle(new VarintReader(value));
    bytes += handle.size;
    if (bytes > MAX_TABLE_BYTES) throw tooLongTable();
    const block = await readBlock(source, handle);
    for (const entry of blockEntries(block, MAX_TABLE_BYTES - keyBytes)) {
      keyBytes += entry.key.length;
      entries.push(entry);
    }
    if (entries.length > MAX_ENTRIES) throw tooLargeFile("it lists too many tensors");
  }
  return entries;
}

function readHandle(varints: VarintReader): BlockHandle {
  const [offset, size] = [varints.next(), varints.next()];
  if (offset === null || size === null || offset < 0 || size < 0) {
    throw malformedFile("it does not say where its parts lie");
  }
  return { offset, size };
}

async function readBlock(
  source: ByteSource,
  { offset, size }: BlockHandle,
): Promise<Uint8Array<ArrayBuffer>> {
  const end = offset + size + TRAILER_BYTES;
  if (end > source.byteLength - FOOTER_BYTES) {
    throw malformedFile("a part of it lies beyond its end", `block of ${size} bytes at ${offset}`);
  }
  if (size > MAX_BLOCK_BYTES) throw tooLargeFile("a part of its list of tensors is too long");
  const block = await source.slice(offset, end);
  if (block[size] !== 0 && !COMPRESSIONS.includes(block[size])) {
    throw malformedFile("a part of it has no valid end", `compression type ${block[size]}`);
  }
  if (block[size] !== 0) {
    // TensorFlow writes the index of its checkpoints uncompressed.
    throw new ConvAtlasError(
      "unsupported",
      `${source.name} is compressed, which TensorFlow's own checkpoints are not; save the model again with TensorFlow.`,
      `compression type ${block[size]}`,
    );
  }
  return block.subarray(0, size);
}

/** @param keyLimit bytes that the keys may take together. */
function blockEntries(block: Uint8Array<ArrayBuffer>, keyLimit: number): readonly TableEntry[] {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const restarts = block.length < 4 ? 0 : view.getUint32(block.length - 4, true);
  const end = block.length - 4 - 4 * restarts;
  if (block.length < 4 || end < 0) throw malformedFile("a part of its list of tensors is cut off");
  const entries: TableEntry[] = [];
  const varints = new VarintReader(block.subarray(0, end));
  let key = new Uint8Array(0);
  let keyBytes = 0;
  while (!varints.atEnd) {
    const [shared, own, length] = [varints.next(), varints.next(), varints.next()];
    const start = varints.position;
    const isPossible =
      shared !== null && own !== null && length !== null && Math.min(shared, own, length) >= 0;
    if (!isPossible || shared > key.length || start + own + length > end) {
      throw malformedFile("an entry of its list of tensors is cut off");
    }
    keyBytes += shared + own;
    if (keyBytes > keyLimit) throw tooLongTable();
    const next = new Uint8Array(shared + own);
    next.set(key.subarray(0, shared));
    next.set(block.subarray(start, start + own), shared);
    key = next;
    varints.position = start + own + length;
    entries.push({ key, value: block.subarray(start + own, varints.position) });
  }
  return entries;
}

function tooLongTable() {
  return tooLargeFile("its list of tensors is too long");
}
