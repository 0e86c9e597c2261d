import type { ByteSource } from "./byteSource.ts";

/** A `ByteSource` over bytes that are in memory already. */
export function memorySource(name: string, bytes: Uint8Array): ByteSource {
  const sliceSync = (start: number, end: number) => new Uint8Array(bytes.subarray(start, end));
  return {
    name,
    byteLength: bytes.byteLength,
    slice: async (start, end) => sliceSync(start, end),
    sliceSync,
  };
}
