import type { ByteSource } from "../bytes/byteSource.ts";

/** A file and where it stood among those that came with it. */
export interface PlacedFile {
  /** Path with "/" between folders, e.g. "unet/variables/variables.index". */
  readonly path: string;
  readonly source: ByteSource;
}

/** Files that came with the one to read: dropped together, or beside it on disk. */
export interface Companions {
  /**
   * The file at that path, relative to the folder of the model; failing that, the only file
   * with that name in any folder (people drop the shards without their folder).
   */
  get(path: string): ByteSource | undefined;
  /** Paths of all of them, relative to the folder of the model. */
  paths(): readonly string[];
}

export const NO_COMPANIONS: Companions = { get: () => undefined, paths: () => [] };

/** Files that stand alone, as a person picks them. */
export function loose(sources: readonly ByteSource[]): readonly PlacedFile[] {
  return sources.map((source) => ({ path: source.name, source }));
}

/** Last part of a path, whatever system wrote it. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

/** All of `files` but `model`, as seen from its folder. */
export function companionsOf(model: PlacedFile, files: readonly PlacedFile[]): Companions {
  const folder = folderOf(normalised(model.path));
  const byPath = new Map<string, ByteSource | null>();
  const byName = new Map<string, ByteSource | null>();
  // What stands twice names neither: one of two files of weights may be another network's.
  const add = (to: Map<string, ByteSource | null>, key: string, source: ByteSource) =>
    to.set(key, to.has(key) ? null : source);
  for (const { path, source } of files) {
    if (source === model.source) continue;
    add(byPath, relativePath(folder, normalised(path)), source);
    add(byName, fileName(path), source);
  }
  return {
    get: (path) => byPath.get(normalised(path)) ?? byName.get(fileName(path)) ?? undefined,
    paths: () => [...byPath.keys()],
  };
}

function normalised(path: string): string {
  const parts: string[] = [];
  for (const part of path.split(/[\\/]/)) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else parts.push(part);
  }
  return parts.join("/");
}

function folderOf(path: string): string {
  const end = path.lastIndexOf("/");
  return end < 0 ? "" : path.slice(0, end);
}

/** How a folder calls a path: the folder "nets/unet" calls "nets/data/w.bin" "../data/w.bin". */
function relativePath(folder: string, path: string): string {
  const from = folder === "" ? [] : folder.split("/");
  const to = path.split("/");
  const ways = from.findIndex((part, at) => part !== to[at]);
  const shared = ways < 0 ? from.length : ways;
  return [...from.slice(shared).map(() => ".."), ...to.slice(shared)].join("/");
}
