import { closeSync, openSync, readSync, statSync } from "node:fs";
import { basename } from "node:path";
import type { ByteSource } from "../core/bytes/byteSource.ts";
import { ConvAtlasError } from "../core/errors.ts";

/** A file on disk by ranges. Open until the process ends or `close` is called. */
export interface DiskSource extends ByteSource {
  close(): void;
}

/** @throws ConvAtlasError `unreadable` if there is no such file. */
export function diskSource(path: string): DiskSource {
  const name = basename(path);
  const descriptor = openFile(path);
  const byteLength = statSync(path).size;
  const sliceSync = (start: number, end: number) => {
    const bytes = new Uint8Array(end - start);
    let filled = 0;
    while (filled < bytes.length) {
      const read = readSync(descriptor, bytes, filled, bytes.length - filled, start + filled);
      if (read === 0) {
        throw new ConvAtlasError("unreadable", `${name} became shorter while it was being read.`);
      }
      filled += read;
    }
    return bytes;
  };
  return {
    name,
    byteLength,
    slice: async (start, end) => sliceSync(start, end),
    sliceSync,
    close: () => closeSync(descriptor),
  };
}

function openFile(path: string): number {
  try {
    if (statSync(path).isDirectory()) {
      throw new ConvAtlasError(
        "unsupported",
        `${path} is a folder; name the model file (.onnx, .h5) inside it.`,
      );
    }
    return openSync(path, "r");
  } catch (error) {
    if (error instanceof ConvAtlasError) throw error;
    throw new ConvAtlasError(
      "unreadable",
      `There is no readable file at ${path}; check the path and its permissions.`,
      String(error),
    );
  }
}
