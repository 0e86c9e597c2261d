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
  const byPath = new Map<string, ByteSource>();
  const byName = new Map<string, ByteSource | null>();
  for (const { path, source } of files) {
    if (source === model.source) continue;
    byPath.set(relativePath(folder, normalised(path)), source);
    const name = fileName(path);
    // A name that stands twice names neither.
    byName.set(name, byName.has(name) ? null : source);
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

function relativePath(folder: string, path: string): string {
  if (folder === "") return path;
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : `../${path}`;
}
