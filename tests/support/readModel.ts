import type { ByteSource } from "../../src/core/bytes/byteSource.ts";
import { memorySource } from "../../src/core/bytes/memorySource.ts";
import {
  type Companions,
  loose,
  NO_COMPANIONS,
  type PlacedFile,
} from "../../src/core/files/fileSet.ts";
import type { ModelFormat } from "../../src/core/formats/format.ts";
import { chooseModel } from "../../src/core/formats/recognise.ts";
import type { Network } from "../../src/core/network/network.ts";

/** Content of files by path, as a person drops them. */
export type Files = Readonly<Record<string, Uint8Array>>;

export function placed(files: Files): readonly PlacedFile[] {
  return Object.entries(files).map(([path, bytes]) => ({
    path,
    source: memorySource(path.split("/").at(-1) ?? path, bytes),
  }));
}

/** Finds the model among the files by their content and reads it, as the page does. */
export async function readFiles(files: Files): Promise<Network> {
  return readPlaced(placed(files));
}

export async function readPlaced(files: readonly PlacedFile[]): Promise<Network> {
  const { source, companions, format } = await chooseModel(files);
  return readAs(format, source, companions);
}

/** Reads a file with the reader of one format. */
export function readAs(
  format: ModelFormat,
  source: ByteSource,
  companions: Companions = NO_COMPANIONS,
): Promise<Network> {
  const { signal } = new AbortController();
  return format.read({ source, companions, onProgress: () => undefined, signal });
}

export function chosen(name: string, bytes: Uint8Array) {
  return chooseModel(loose([memorySource(name, bytes)]));
}
