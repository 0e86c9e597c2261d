/** What the library takes for itself, its caches and the largest texts of a model. */
const BASE_BYTES = 128 * 1024 * 1024;

/** Bytes of memory per byte of file: tensors once packed and once unpacked; weights pack badly. */
const BYTES_PER_FILE_BYTE = 16;

/** The memory of a WebAssembly library, which otherwise grows by whatever a file claims. */
export interface LibraryMemory {
  /** From now on the memory grows to what a file of this size can honestly need, and no further. */
  limitFor(fileBytes: number): void;
}

/**
 * Loads a library and takes hold of its memory. HDF5 allocates what a damaged length claims
 * before it looks for the bytes, up to 2 GiB; Emscripten answers a growth that throws as a lack of
 * memory, which HDF5 reports as an error.
 *
 * The library keeps its memory to itself, so that it is caught as it is made: `instantiate` is
 * watched for as long as the library loads.
 */
export async function withLibraryMemory<Library>(
  load: () => Promise<Library>,
): Promise<{ library: Library; memory: LibraryMemory }> {
  const memories = new Set<WebAssembly.Memory>();
  const { instantiate } = WebAssembly;
  const watched = async (binary: WebAssembly.Module, imports?: WebAssembly.Imports) => {
    const made: unknown = await instantiate(binary, imports);
    collectMemories(imports?.env, memories);
    collectMemories(exportsOf(made), memories);
    return made;
  };
  WebAssembly.instantiate = watched as typeof WebAssembly.instantiate;
  try {
    const library = await load();
    return { library, memory: limitedMemory(memories) };
  } finally {
    WebAssembly.instantiate = instantiate;
  }
}

/** `instantiate` gives an instance for a module, and both for bytes. */
function exportsOf(made: unknown): unknown {
  if (made instanceof WebAssembly.Instance) return made.exports;
  const { instance } = made as { instance?: unknown };
  return instance instanceof WebAssembly.Instance ? instance.exports : undefined;
}

function collectMemories(values: unknown, memories: Set<WebAssembly.Memory>): void {
  if (typeof values !== "object" || values === null) return;
  for (const value of Object.values(values)) {
    if (value instanceof WebAssembly.Memory) memories.add(value);
  }
}

const PAGE_BYTES = 65_536;

function limitedMemory(memories: ReadonlySet<WebAssembly.Memory>): LibraryMemory {
  let limit = BASE_BYTES;
  for (const memory of memories) {
    const grow = memory.grow.bind(memory);
    memory.grow = (pages) => {
      const wanted = memory.buffer.byteLength + pages * PAGE_BYTES;
      if (wanted > limit) throw new RangeError(`${wanted} bytes, ${limit} allowed`);
      return grow(pages);
    };
  }
  return {
    limitFor(fileBytes) {
      limit = BASE_BYTES + BYTES_PER_FILE_BYTE * fileBytes;
    },
  };
}
