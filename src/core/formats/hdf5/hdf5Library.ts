import { type LibraryMemory, withLibraryMemory } from "./libraryMemory.ts";

/**
 * What this project uses of h5wasm's module, with the functions of the WebAssembly instance
 * and of Emscripten's file system that h5wasm's own declarations leave out.
 */
export interface Hdf5Library {
  readonly FS: EmscriptenFileSystem;
  /** The memory of the WebAssembly instance; a new view after each growth. */
  readonly HEAPU8: Uint8Array;
  readonly H5F_ACC_RDONLY: number;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  /** File id, negative on failure. */
  open(
    path: string,
    mode: number,
    trackOrder: boolean,
    lowestVersion: number,
    highestVersion: number,
  ): bigint;
  close_file(file: bigint): number;
  /** -1 missing, 0 group, 1 dataset, else another kind of object. */
  get_type(file: bigint, path: string): number;
  /** The bytes of an object reference: the object's address, all 0 where there is none. */
  create_object_reference(file: bigint, path: string): Uint8Array;
  get_names(file: bigint, group: string, recursive: boolean): string[];
  get_attribute_names(file: bigint, path: string): string[];
  get_attribute_metadata(file: bigint, path: string, attribute: string): Hdf5Metadata;
  get_attribute_data(file: bigint, path: string, attribute: string, pointer: bigint): number;
  get_dataset_metadata(file: bigint, path: string): Hdf5Metadata;
  get_dataset_data(
    file: bigint,
    path: string,
    count: null,
    offset: null,
    strides: null,
    pointer: bigint,
  ): number;
  /** `attribute` empty: the dataset's own values. */
  reclaim_vlen_memory(file: bigint, path: string, attribute: string, pointer: bigint): number;
}

export interface Hdf5Metadata {
  /** H5T_class_t: 0 integer, 1 float, 3 string, ... */
  readonly type: number;
  /** Bytes of one element. */
  readonly size: number;
  /** Null for an attribute or dataset without a value. */
  readonly shape: readonly number[] | null;
  readonly total_size: number;
  /** True for strings of variable length. */
  readonly vlen: boolean;
  /** Where a virtual dataset takes its values from. */
  readonly virtual_sources?: readonly unknown[];
}

/** The part of Emscripten's file system in memory that is used here. */
export interface EmscriptenFileSystem {
  readonly ErrnoError: new (errno: number) => Error;
  create(path: string): void;
  lookupPath(path: string): { readonly node: EmscriptenNode };
  unlink(path: string): void;
  open(path: string, flags: string): EmscriptenStream;
  close(stream: EmscriptenStream): void;
  getStream(descriptor: number): EmscriptenStream;
  createDevice(
    parent: string,
    name: string,
    input: null,
    output: (byte: number | null) => void,
  ): void;
}

export interface EmscriptenStream {
  readonly fd: number;
}

export interface EmscriptenNode {
  /** Size of the file in bytes. */
  usedBytes: number;
  stream_ops: {
    llseek?: unknown;
    read?: (
      stream: unknown,
      target: Int8Array,
      offset: number,
      length: number,
      position: number,
    ) => number;
  };
}

/** Enough of HDF5's error stack for a bug report; a damaged file can cause any amount. */
const MAX_DIAGNOSTIC_BYTES = 8192;

const STANDARD_ERROR = 2;

let diagnostics: number[] = [];
let loading: ReturnType<typeof start> | null = null;

/**
 * Loads h5wasm (4 MB) at the first call; HDF5 then prints nothing to the console, and takes no
 * more memory than a file of `fileBytes` can need.
 */
export async function loadHdf5Library(fileBytes: number): Promise<Hdf5Library> {
  loading ??= start().catch((thrown: unknown) => {
    loading = null;
    throw thrown;
  });
  const { library, memory } = await loading;
  memory.limitFor(fileBytes);
  return library;
}

async function start(): Promise<{ library: Hdf5Library; memory: LibraryMemory }> {
  const { library, memory } = await withLibraryMemory(async () => {
    const { ready } = await import("h5wasm");
    return (await ready) as unknown as Hdf5Library;
  });
  divertStandardError(library.FS);
  removeStandardInput(library.FS);
  return { library, memory };
}

/**
 * A dataset may name any file as the place of its values. All that Emscripten's file system
 * holds besides the model is harmless, but for the devices that wait for a person to type.
 */
function removeStandardInput(fs: EmscriptenFileSystem): void {
  for (const device of ["/dev/stdin", "/dev/tty", "/dev/tty1"]) fs.unlink(device);
}

/**
 * HDF5 prints an error stack to standard error, which Emscripten sends to
 * console.error. h5wasm's other way (`activate_throwing_error_handler`) throws
 * through the C library's frames and leaves its locks and files open; so the
 * stream is replaced: the lowest free descriptor is the one just closed.
 */
function divertStandardError(fs: EmscriptenFileSystem): void {
  fs.createDevice("/dev", "hdf5-diagnostics", null, (byte) => {
    if (byte !== null && diagnostics.length < MAX_DIAGNOSTIC_BYTES) diagnostics.push(byte);
  });
  fs.close(fs.getStream(STANDARD_ERROR));
  fs.open("/dev/hdf5-diagnostics", "w");
}

/** What HDF5 printed since the last call. */
export function takeDiagnostics(): string {
  const text = new TextDecoder().decode(new Uint8Array(diagnostics));
  diagnostics = [];
  return text;
}
