import type { ByteSource } from "../../bytes/byteSource.ts";
import { ConvAtlasError, throwIfCancelled } from "../../errors.ts";
import type { ReadContext } from "../format.ts";
import { type JsonObject, readJsonObject } from "../json/jsonFile.ts";
import type { NamedTensor } from "../weights/namedTensor.ts";

/** Networks of a trillion weights have some hundred shards. */
const MAX_SHARDS = 10_000;

/** The form of the files that hold the weights of one index. */
export interface ShardForm {
  /** "a safetensors file". */
  readonly label: string;
  /** Endings of their names. */
  readonly endings: readonly string[];
  isShard(source: ByteSource): Promise<boolean>;
}

/** What one file holds, under the names that the index has. */
export interface ShardContent {
  readonly tensors: readonly NamedTensor[];
  /** Second names of tensors that are listed under their first. */
  readonly tiedNames: readonly string[];
  readonly warnings: readonly string[];
}

/** True for an index, as Hugging Face writes it, of weights in files of this form. */
export async function isIndexOf(form: ShardForm, source: ByteSource): Promise<boolean> {
  return shardsByTensor(await readJsonObject(source), form) !== null;
}

/**
 * The tensors of all files that an index lists, in the order of the files, which are numbered
 * as the network was cut; `read` opens one of them.
 *
 * @throws ConvAtlasError `missing-companion-file`, `malformed` where index and files do not belong
 * together, `too-large`, or what reading a file throws.
 */
export async function readShards(
  form: ShardForm,
  context: ReadContext,
  read: (shard: ByteSource) => Promise<ShardContent>,
): Promise<Pick<ShardContent, "tensors" | "warnings">> {
  const { source, signal } = context;
  const shardOf = shardsByTensor(await readJsonObject(source), form) ?? new Map<string, string>();
  const shards = findShards([...new Set(shardOf.values())].toSorted(), context);
  const missing = new Set(shardOf.keys());
  const tensors: NamedTensor[] = [];
  const warnings = new Set<string>();
  for (const [path, shard] of shards) {
    throwIfCancelled(signal);
    if (!(await form.isShard(shard))) throw notAShard(source.name, path, form);
    const content = await read(shard);
    for (const warning of content.warnings) warnings.add(warning);
    for (const name of content.tiedNames) missing.delete(name);
    for (const tensor of content.tensors) {
      if (shardOf.get(tensor.name) !== path) continue;
      missing.delete(tensor.name);
      tensors.push(tensor);
    }
  }
  const [first] = missing;
  if (first !== undefined) throw missingTensors(source.name, first, missing.size);
  return { tensors, warnings: [...warnings] };
}

/** One part of a network can be read, but should not pass for the whole. */
export function partWarning(name: string): string[] {
  const [, stem, part, parts, ending] = /^(.*?)-0*(\d+)-of-0*(\d+)(\.\w+)$/.exec(name) ?? [];
  if (part === undefined || Number(parts) <= 1) return [];
  return [
    `${name} is part ${part} of ${parts} by its name; open all parts together with ${stem}${ending}.index.json to see the whole network.`,
  ];
}

/** Files by tensor name; null if the object is no index. */
function shardsByTensor(
  index: JsonObject | null,
  { endings }: ShardForm,
): ReadonlyMap<string, string> | null {
  const map = index?.weight_map;
  if (typeof map !== "object" || map === null || Array.isArray(map)) return null;
  const entries = Object.entries(map);
  const isShard = (entry: [string, unknown]): entry is [string, string] => {
    const [, path] = entry;
    return typeof path === "string" && endings.some((ending) => path.endsWith(ending));
  };
  return entries.length > 0 && entries.every(isShard) ? new Map(entries) : null;
}

/** @throws ConvAtlasError `missing-companion-file` that names all that are not there. */
function findShards(
  paths: readonly string[],
  { source, companions }: ReadContext,
): readonly (readonly [path: string, shard: ByteSource])[] {
  if (paths.length > MAX_SHARDS) {
    throw new ConvAtlasError(
      "too-large",
      `${source.name} lists more than ${MAX_SHARDS} files, which no model has; check that it is the right file.`,
    );
  }
  const found: (readonly [string, ByteSource])[] = [];
  const missing: string[] = [];
  for (const path of paths) {
    const shard = companions.get(path);
    if (shard === undefined) missing.push(path);
    else found.push([path, shard]);
  }
  if (missing.length === 0) return found;
  throw new ConvAtlasError(
    "missing-companion-file",
    missing.length === 1
      ? `The weights of ${source.name} lie in other files, and ${missing[0]} is not among those opened; open all of them together.`
      : `The weights of ${source.name} lie in ${paths.length} other files, of which ${missing.length} are missing (${missing[0]} is the first); open all of them together.`,
    "",
    missing,
  );
}

function notAShard(name: string, path: string, { label }: ShardForm): ConvAtlasError {
  return new ConvAtlasError(
    "malformed",
    `${path}, which ${name} lists, is not ${label}; download or copy it again.`,
  );
}

function missingTensors(name: string, first: string, count: number): ConvAtlasError {
  return new ConvAtlasError(
    "malformed",
    `${name} does not fit the files beside it: ${count} of its tensors (${first} is the first) are not in them; download all of them again.`,
  );
}
