import type { ByteSource } from "../core/bytes/byteSource.ts";
import { ConvAtlasError } from "../core/errors.ts";

/** A dropped file by ranges; inside a worker also at once, which HDF5 needs. */
export function fileSource(file: File): ByteSource {
  const source = {
    name: file.name,
    byteLength: file.size,
    slice: (start: number, end: number) =>
      file
        .slice(start, end)
        .arrayBuffer()
        .then(
          (buffer) => new Uint8Array(buffer),
          (error: unknown) => Promise.reject(unreadable(file, error)),
        ),
  };
  // Workers only; the types of a page, which this code is checked with, lack it.
  const { FileReaderSync } = globalThis as {
    FileReaderSync?: new () => { readAsArrayBuffer(blob: Blob): ArrayBuffer };
  };
  if (FileReaderSync === undefined) return source;
  const reader = new FileReaderSync();
  const sliceSync = (start: number, end: number) => {
    try {
      return new Uint8Array(reader.readAsArrayBuffer(file.slice(start, end)));
    } catch (error) {
      throw unreadable(file, error);
    }
  };
  return { ...source, sliceSync };
}

function unreadable(file: File, error: unknown): ConvAtlasError {
  return new ConvAtlasError(
    "unreadable",
    `${file.name} can no longer be read; it was probably moved, changed or is a folder, so choose it again.`,
    String(error),
  );
}
