import { closeSync, openSync, readSync, statSync } from "node:fs";
import { basename } from "node:path";
import type { ByteSource } from "../core/bytes/byteSource.ts";
import { ConvAtlasError } from "../core/errors.ts";

/**
 * A file on disk by ranges. It is open only while it is read: a folder may hold more files
 * than a process may have open.
 *
 * @throws ConvAtlasError `unreadable` if there is no such file.
 */
export function diskSource(path: string): ByteSource {
  const name = basename(path);
  const byteLength = sizeOf(path);
  const sliceSync = (start: number, end: number) => {
    const bytes = new Uint8Array(end - start);
    const descriptor = openFile(path);
    try {
      let filled = 0;
      while (filled < bytes.length) {
        const read = readSync(descriptor, bytes, filled, bytes.length - filled, start + filled);
        if (read === 0) {
          throw new ConvAtlasError("unreadable", `${name} became shorter while it was being read.`);
        }
        filled += read;
      }
    } finally {
      closeSync(descriptor);
    }
    return bytes;
  };
  return { name, byteLength, slice: async (start, end) => sliceSync(start, end), sliceSync };
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch (error) {
    throw unreadable(path, error);
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, "r");
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): ConvAtlasError {
  return new ConvAtlasError(
    "unreadable",
    `There is no readable file at ${path}; check the path and its permissions.`,
    String(error),
  );
}
