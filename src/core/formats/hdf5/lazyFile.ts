import type { ByteSource } from "../../bytes/byteSource.ts";
import { ConvAtlasError } from "../../errors.ts";
import { refuseEndlessHeap } from "./globalHeap.ts";
import type { EmscriptenFileSystem } from "./hdf5Library.ts";

/** HDF5 reads headers a few bytes at a time; one read of the source serves many. */
const BLOCK_BYTES = 65_536;
/** Blocks kept: 4 MiB, room for the headers of the largest files seen. */
const MAX_BLOCKS = 64;
/** A source that cannot be read at once is taken into memory: at most this much. */
const MAX_BYTES_IN_MEMORY = 1024 * 1024 * 1024;
/** POSIX EIO in Emscripten's numbering. */
const INPUT_OUTPUT_ERROR = 29;

type SliceSync = (start: number, end: number) => Uint8Array;

export interface LazyFile {
  readonly path: string;
  /** Bytes that HDF5 has asked the source for. */
  fetchedBytes(): number;
  /** What the source threw while HDF5 was reading; null if nothing. */
  sourceError(): unknown;
  remove(): void;
}

let filesMade = 0;

/** Puts `source` into Emscripten's file system as a file whose bytes are fetched when read. */
export async function mountLazyFile(
  fs: EmscriptenFileSystem,
  source: ByteSource,
  sizeOfLengths: number,
): Promise<LazyFile> {
  const slice = await synchronousReader(source);
  const read = cached(slice, source.byteLength);
  filesMade += 1;
  const path = `/source-${filesMade}.h5`;
  fs.create(path);
  const { node } = fs.lookupPath(path);
  let fetched = 0;
  let failure: unknown = null;
  node.usedBytes = source.byteLength;
  node.stream_ops = {
    llseek: node.stream_ops.llseek,
    read: (_stream, target, offset, length, position) => {
      const end = Math.min(position + length, source.byteLength);
      if (position >= end) return 0;
      try {
        // A signed view of the same bytes: `target` is the library's HEAP8.
        const unsigned = new Uint8Array(target.buffer, target.byteOffset + offset, end - position);
        read(position, end, unsigned);
        if (sizeOfLengths === 8) refuseEndlessHeap(unsigned, position, slice, source);
      } catch (thrown) {
        failure = thrown;
        throw new fs.ErrnoError(INPUT_OUTPUT_ERROR);
      }
      fetched += end - position;
      return end - position;
    },
  };
  return {
    path,
    fetchedBytes: () => fetched,
    sourceError: () => failure,
    remove: () => fs.unlink(path),
  };
}

async function synchronousReader(source: ByteSource): Promise<SliceSync> {
  const sliceSync = source.sliceSync;
  if (sliceSync) return (start, end) => sliceSync.call(source, start, end);
  if (source.byteLength > MAX_BYTES_IN_MEMORY) {
    throw new ConvAtlasError(
      "too-large",
      `${source.name} is larger than 1 GiB and comes from a place that cannot be read piece by piece; download it and open it from your disk.`,
    );
  }
  const bytes = await source.slice(0, source.byteLength);
  return (start, end) => bytes.subarray(start, end);
}

/** Small reads come from whole blocks, the most recently used of which are kept. */
function cached(slice: SliceSync, byteLength: number) {
  const blocks = new Map<number, Uint8Array>();
  const blockAt = (index: number): Uint8Array => {
    const start = index * BLOCK_BYTES;
    const block = blocks.get(index) ?? slice(start, Math.min(start + BLOCK_BYTES, byteLength));
    blocks.delete(index);
    blocks.set(index, block);
    for (const oldest of blocks.keys()) {
      if (blocks.size <= MAX_BLOCKS) break;
      blocks.delete(oldest);
    }
    return block;
  };
  return (start: number, end: number, target: Uint8Array): void => {
    if (end - start >= BLOCK_BYTES) {
      target.set(slice(start, end));
      return;
    }
    let position = start;
    while (position < end) {
      const index = Math.floor(position / BLOCK_BYTES);
      const from = position - index * BLOCK_BYTES;
      const part = blockAt(index).subarray(from, from + (end - position));
      target.set(part, position - start);
      position += part.byteLength;
    }
  };
}
