import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { ByteSource } from "../core/bytes/byteSource.ts";
import { ConvAtlasError } from "../core/errors.ts";
import type { Companions, PlacedFile } from "../core/files/fileSet.ts";
import { type ChosenModel, chooseModel, recogniseModel } from "../core/formats/recognise.ts";
import { diskSource } from "./fileSource.ts";

/** Files listed below a folder; a data set beside the model must not make a minute of it. */
const MAX_FILES = 10_000;
/** Folders within folders: SavedModel needs one, checkouts have some ten. */
const MAX_DEPTH = 8;

/**
 * The model at a path, a file or a folder.
 * @throws ConvAtlasError if there is nothing, or no model, to open.
 */
export async function modelAt(path: string): Promise<ChosenModel> {
  if (isFolder(path)) return chooseModel(placedFiles(path));
  return recogniseModel(diskSource(path), neighbours(path));
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

function placedFiles(folder: string): readonly PlacedFile[] {
  const paths = filesBelow(folder);
  if (paths.length === 0) {
    throw new ConvAtlasError("empty-file", `${folder} is a folder with no file in it.`);
  }
  const above = dirname(resolve(folder));
  return paths.map((path) => ({
    path: slashed(relative(above, resolve(path))),
    source: diskSource(path),
  }));
}

/** Files of the folder itself first, since the model stands above its shards. */
function filesBelow(folder: string, depth = MAX_DEPTH): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => join(folder, name));
  if (depth === 0) return files;
  for (const entry of entries) {
    if (files.length >= MAX_FILES) break;
    if (entry.isDirectory()) files.push(...filesBelow(join(folder, entry.name), depth - 1));
  }
  return files.slice(0, MAX_FILES);
}

function slashed(path: string): string {
  return path.split(sep).join("/");
}

/**
 * What lies beside a model: external weights, shards, the configuration. Each is opened only
 * if the reader asks for it by name, and nothing outside the model's folder ever is.
 */
function neighbours(path: string): Companions {
  const folder = dirname(path);
  const opened = new Map<string, ByteSource>();
  const inFolder = (name: string): string | null => {
    const full = join(folder, name);
    const inside = relative(folder, full);
    const isOutside = inside === "" || inside === ".." || inside.startsWith(`..${sep}`);
    return isOutside || !existsSync(full) || !statSync(full).isFile() ? null : full;
  };
  return {
    get(name) {
      const full = inFolder(name) ?? inFolder(name.split(/[\\/]/).at(-1) ?? "");
      if (full === null || full === join(path)) return undefined;
      const source = opened.get(full) ?? diskSource(full);
      opened.set(full, source);
      return source;
    },
    paths: () =>
      readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isFile() && join(folder, entry.name) !== join(path))
        .map(({ name }) => name),
  };
}
