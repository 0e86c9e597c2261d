import type { ByteSource } from "../bytes/byteSource.ts";
import { ConvAtlasError, throwIfCancelled } from "../errors.ts";
import type { Network } from "../network/network.ts";
import type { ModelFormat, ReadContext } from "./format.ts";
import { type JsonObject, readJsonObject } from "./json/jsonFile.ts";
import { looksLikeSafetensors, readHeader } from "./safetensors/header.ts";
import { namedTensor, safetensorsNetwork } from "./safetensors/tensors.ts";

/** Networks of a trillion weights have some hundred shards. */
const MAX_SHARDS = 10_000;

/** The index of weights that are split into several safetensors files, as Hugging Face writes it. */
export const safetensorsIndexFormat: ModelFormat = {
  id: "safetensors",
  matches: async (source) => shardsByTensor(await readJsonObject(source)) !== null,
  read: readNetwork,
};

/** Files by tensor name; null if the object is no index. */
function shardsByTensor(index: JsonObject | null): ReadonlyMap<string, string> | null {
  const map = index?.weight_map;
  if (typeof map !== "object" || map === null || Array.isArray(map)) return null;
  const entries = Object.entries(map);
  const isShard = (entry: [string, unknown]): entry is [string, string] =>
    typeof entry[1] === "string" && entry[1].endsWith(".safetensors");
  return entries.length > 0 && entries.every(isShard) ? new Map(entries) : null;
}

async function readNetwork(context: ReadContext): Promise<Network> {
  const { source, signal } = context;
  const shardOf = shardsByTensor(await readJsonObject(source)) ?? new Map<string, string>();
  const shards = findShards([...new Set(shardOf.values())], context);
  const tensors = [];
  const missing = new Set(shardOf.keys());
  let format: string | undefined;
  for (const [path, shard] of shards) {
    throwIfCancelled(signal);
    if (!(await looksLikeSafetensors(shard))) throw notAShard(source.name, path);
    const header = await readHeader(shard);
    format ??= header.metadata.format;
    for (const tensor of header.tensors) {
      if (shardOf.get(tensor.name) !== path) continue;
      missing.delete(tensor.name);
      tensors.push(namedTensor(shard, tensor));
    }
  }
  const [first] = missing;
  if (first !== undefined) throw missingTensors(source.name, first, missing.size);
  return safetensorsNetwork(tensors, format, [], context);
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

function notAShard(name: string, path: string): ConvAtlasError {
  return new ConvAtlasError(
    "malformed",
    `${path}, which ${name} lists, is no safetensors file; download or copy it again.`,
  );
}

function missingTensors(name: string, first: string, count: number): ConvAtlasError {
  return new ConvAtlasError(
    "malformed",
    `${name} does not fit the files beside it: ${count} of its tensors (${first} is the first) are not in them; download all of them again.`,
  );
}
