import type { ByteSource } from "../../bytes/byteSource.ts";
import { FLOAT_BYTES, type FloatType, floatsFromBytes } from "../../bytes/floatNumbers.ts";
import { ConvAtlasError } from "../../errors.ts";
import { shownName } from "../shownName.ts";
import {
  type Hdf5Library,
  type Hdf5Metadata,
  loadHdf5Library,
  takeDiagnostics,
} from "./hdf5Library.ts";
import { mountLazyFile } from "./lazyFile.ts";
import { findSuperblock, type Superblock } from "./superblock.ts";

/** A text attribute larger than this is no model's: the largest configurations are a few MB. */
const MAX_ATTRIBUTE_BYTES = 64 * 1024 * 1024;
/** The library's memory ends at 2 GiB; one tensor of a quarter of it is beyond any convolution. */
const MAX_TENSOR_BYTES = 512 * 1024 * 1024;
/** Deflate packs at most 1032 to 1: a tensor cannot honestly be larger than that much file. */
const MAX_COMPRESSION = 1032;

const FLOAT_CLASS = 1;
const STRING_CLASS = 3;
const OPAQUE_CLASS = 5;

export type Hdf5Kind = "missing" | "group" | "dataset" | "other";

export interface Hdf5Dataset {
  readonly path: string;
  readonly shape: readonly number[];
  /** Number of its elements. */
  readonly length: number;
  /** Type of its elements where they are floating-point numbers; null for every other type. */
  readonly floatType: FloatType | null;
  /** True if its values lie in other datasets, often of other files, which are never opened. */
  readonly isVirtual: boolean;
}

/** An open HDF5 file; paths are absolute ("/group/name"). */
export interface Hdf5File {
  /** File name as the user knows it. */
  readonly name: string;
  kind(path: string): Hdf5Kind;
  /**
   * Where in the file an object lies, the same for all paths that lead to it; null for paths
   * that lead nowhere. A group may be a member of itself: whoever walks must look at this.
   */
  address(path: string): string | null;
  /** Names of the members of a group, in the file's order. */
  children(group: string): readonly string[];
  hasAttribute(path: string, attribute: string): boolean;
  /** A text attribute, one string or several; null if there is none of that name. */
  strings(path: string, attribute: string): readonly string[] | null;
  dataset(path: string): Hdf5Dataset;
  /** All values, row-major. Only for datasets with a `floatType`. */
  readFloats(dataset: Hdf5Dataset): Float32Array;
  /** Bytes of the source that were needed so far. */
  fetchedBytes(): number;
}

/**
 * Opens `source` as HDF5 for the time of `use`. Only the parts that `use` asks for
 * are read, where the source can be read at once.
 *
 * @throws ConvAtlasError `truncated` where the file ends before its own end mark,
 * `malformed` where HDF5 cannot read it.
 */
export async function withHdf5File<Result>(
  source: ByteSource,
  use: (file: Hdf5File) => Promise<Result>,
): Promise<Result> {
  const { sizeOfLengths } = await requireWholeFile(source);
  const library = await loadHdf5Library(source.byteLength);
  const mounted = await mountLazyFile(library.FS, source, sizeOfLengths);
  let id = -1n;
  try {
    takeDiagnostics();
    id = library.open(mounted.path, library.H5F_ACC_RDONLY, false, -1, -1);
    if (id < 0n) throw damaged(source.name, "the file itself", takeDiagnostics());
    return await use(openedFile(library, id, source, mounted.fetchedBytes));
  } catch (thrown) {
    throw mounted.sourceError() ?? thrown;
  } finally {
    closeQuietly(library, id);
    mounted.remove();
  }
}

async function requireWholeFile(source: ByteSource): Promise<Superblock> {
  const superblock = await findSuperblock(source);
  if (superblock === null) {
    throw new ConvAtlasError("malformed", `${source.name} is not an HDF5 file.`);
  }
  const { endOfFile } = superblock;
  if (endOfFile !== null && endOfFile > source.byteLength) {
    throw new ConvAtlasError(
      "truncated",
      `${source.name} is cut short: it holds ${source.byteLength} bytes and should hold ${endOfFile}; download or copy it again.`,
    );
  }
  return superblock;
}

/** A file so damaged that HDF5 cannot close it must not hide the error that it caused. */
function closeQuietly(library: Hdf5Library, id: bigint): void {
  if (id < 0n) return;
  try {
    library.close_file(id);
  } catch {
    takeDiagnostics();
  }
}

function damaged(name: string, part: string, details: string): ConvAtlasError {
  return new ConvAtlasError(
    "malformed",
    `${name} is damaged: HDF5 cannot read ${part}; download or copy it again.`,
    details,
  );
}

/** HDF5 names the kind of compression that it lacks, as h5py's own one (LZF). */
function unreadable(name: string, path: string, diagnostics: string): ConvAtlasError {
  const [, filter] = /required filter '([^']{1,40})' is not registered/.exec(diagnostics) ?? [];
  if (filter === undefined) return damaged(name, `“${shownName(path)}”`, diagnostics);
  return new ConvAtlasError(
    "unsupported",
    `The numbers of ${name} are compressed with “${filter}”, which cannot be unpacked here; save the model again without compression or with gzip.`,
    diagnostics,
  );
}

function openedFile(
  library: Hdf5Library,
  id: bigint,
  source: ByteSource,
  fetchedBytes: () => number,
): Hdf5File {
  /** h5wasm throws plain errors, and a damaged file can make WebAssembly trap. */
  const reading = <Result>(path: string, call: () => Result): Result => {
    try {
      return call();
    } catch (thrown) {
      if (thrown instanceof ConvAtlasError) throw thrown;
      throw damaged(source.name, `“${shownName(path)}”`, `${String(thrown)}\n${takeDiagnostics()}`);
    }
  };
  const attributes = new Map<string, ReadonlySet<string>>();
  const attributesOf = (path: string): ReadonlySet<string> => {
    const known = attributes.get(path) ?? new Set(library.get_attribute_names(id, path));
    attributes.set(path, known);
    return known;
  };
  const address = (path: string): string | null => {
    const reference = reading(path, () => library.create_object_reference(id, path));
    return reference.some((byte) => byte !== 0) ? String(reference) : null;
  };
  return {
    name: source.name,
    address,
    kind: (path) => {
      const type = reading(path, () => library.get_type(id, path));
      if (type === 1) return "dataset";
      // h5wasm calls a link that leads round in a circle a group.
      if (type < 0 || address(path) === null) return "missing";
      return type === 0 ? "group" : "other";
    },
    children: (group) => reading(group, () => library.get_names(id, group, false)),
    hasAttribute: (path, attribute) => reading(path, () => attributesOf(path).has(attribute)),
    strings: (path, attribute) =>
      reading(path, () =>
        attributesOf(path).has(attribute)
          ? readStrings(library, id, path, attribute, source.name)
          : null,
      ),
    dataset: (path) =>
      reading(path, () => {
        const metadata = library.get_dataset_metadata(id, path);
        // numpy knows no bfloat16: Keras stores its bytes as they are and says so.
        const isMarked =
          metadata.type === OPAQUE_CLASS &&
          attributesOf(path).has("dtype") &&
          readStrings(library, id, path, "dtype", source.name)?.[0] === "bfloat16";
        return describe(metadata, isMarked, path, source);
      }),
    readFloats: (dataset) =>
      reading(dataset.path, () => readFloats(library, id, dataset, source.name)),
    fetchedBytes,
  };
}

function describe(
  metadata: Hdf5Metadata,
  isBfloat16: boolean,
  path: string,
  source: ByteSource,
): Hdf5Dataset {
  const shape = metadata.shape ?? [0];
  const length = shape.reduce((product, side) => product * side, 1);
  const bytes = length * metadata.size;
  if (!Number.isSafeInteger(bytes) || bytes > source.byteLength * MAX_COMPRESSION) {
    throw damaged(
      source.name,
      `“${shownName(path)}”`,
      `claims ${bytes} bytes, shape ${shape.join(" x ")}`,
    );
  }
  const isVirtual = metadata.virtual_sources !== undefined;
  return { path, shape, length, floatType: floatType(metadata, isBfloat16), isVirtual };
}

function floatType({ type, size }: Hdf5Metadata, isBfloat16: boolean): Hdf5Dataset["floatType"] {
  if (isBfloat16) return size === FLOAT_BYTES.bfloat16 ? "bfloat16" : null;
  if (type !== FLOAT_CLASS) return null;
  if (size === 2) return "float16";
  return size === 4 ? "float32" : size === 8 ? "float64" : null;
}

/** Runs `use` with `bytes` bytes of the library's memory. */
function withMemory<Result>(
  library: Hdf5Library,
  bytes: number,
  use: (pointer: number) => Result,
): Result {
  const pointer = library._malloc(Math.max(bytes, 1));
  if (pointer === 0) {
    throw new ConvAtlasError(
      "too-large",
      "A part of this file needs more memory than the HDF5 reader has; close other tabs and try again.",
      `${bytes} bytes`,
    );
  }
  try {
    return use(pointer);
  } finally {
    library._free(pointer);
  }
}

function readStrings(
  library: Hdf5Library,
  id: bigint,
  path: string,
  attribute: string,
  fileName: string,
): readonly string[] | null {
  const metadata = library.get_attribute_metadata(id, path, attribute);
  // h5py stores an empty list as an empty array of numbers.
  if (metadata.shape === null || metadata.total_size === 0) return [];
  if (metadata.type !== STRING_CLASS) return null;
  const bytes = metadata.size * metadata.total_size;
  if (!(bytes <= MAX_ATTRIBUTE_BYTES)) {
    throw damaged(fileName, `the list “${shownName(attribute)}”`, `${bytes} bytes`);
  }
  return withMemory(library, bytes, (pointer) => {
    const status = library.get_attribute_data(id, path, attribute, BigInt(pointer));
    if (status < 0)
      throw damaged(fileName, `the list “${shownName(attribute)}”`, takeDiagnostics());
    if (!metadata.vlen) {
      return Array.from({ length: metadata.total_size }, (_, index) =>
        text(library.HEAPU8, pointer + index * metadata.size, metadata.size),
      );
    }
    try {
      const pointers = new Uint32Array(library.HEAPU8.slice(pointer, pointer + bytes).buffer);
      return [...pointers].map((start) =>
        start === 0 ? "" : text(library.HEAPU8, start, MAX_ATTRIBUTE_BYTES),
      );
    } finally {
      library.reclaim_vlen_memory(id, path, attribute, BigInt(pointer));
    }
  });
}

/** The string at `start`, at most `limit` bytes. Keras writes UTF-8 and calls it ASCII. */
function text(heap: Uint8Array, start: number, limit: number): string {
  const bytes = heap.subarray(start, Math.min(start + limit, heap.byteLength));
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

function readFloats(
  library: Hdf5Library,
  id: bigint,
  dataset: Hdf5Dataset,
  fileName: string,
): Float32Array {
  const { floatType: type } = dataset;
  if (type === null) return new Float32Array(0);
  const bytes = dataset.length * FLOAT_BYTES[type];
  if (bytes > MAX_TENSOR_BYTES) {
    throw new ConvAtlasError(
      "too-large",
      `The tensor “${shownName(dataset.path)}” of ${fileName} is larger than 512 MiB, more than can be read at once; choose a smaller network.`,
    );
  }
  const raw = withMemory(library, bytes, (pointer) => {
    const status = library.get_dataset_data(id, dataset.path, null, null, null, BigInt(pointer));
    if (status < 0) throw unreadable(fileName, dataset.path, takeDiagnostics());
    return library.HEAPU8.slice(pointer, pointer + bytes);
  });
  // h5wasm hands out little-endian values whatever the file's order is.
  return floatsFromBytes(raw, type);
}
