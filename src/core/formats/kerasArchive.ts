import type { ByteSource } from "../bytes/byteSource.ts";
import { sectionSource } from "../bytes/sectionSource.ts";
import { ConvAtlasError } from "../errors.ts";
import type { Network } from "../network/network.ts";
import type { ModelFormat, ReadContext } from "./format.ts";
import { readJsonObject } from "./json/jsonFile.ts";
import { assembleState } from "./keras/assembleState.ts";
import { readConfigFile } from "./keras/configFile.ts";
import type { JsonObject } from "./keras/configValues.ts";
import { noWeights } from "./keras/errors.ts";
import { openShards, shardNames, withHdf5Files } from "./keras/shards.ts";
import { producerOf } from "./keras/writer.ts";
import { looksLikeZip, openZip, type ZipArchive } from "./zip/zipArchive.ts";

// keras/src/saving/saving_lib.py: a .keras file is a zip archive of these members.
const CONFIG = "config.json";
const METADATA = "metadata.json";
const WEIGHTS = "model.weights.h5";
const WEIGHTS_INDEX = "model.weights.json";
/** Keras can read this form and never writes it by itself. */
const NUMPY_WEIGHTS = "model.weights.npz";

/** What Keras 3 (and TensorFlow 2.12 and later) saves: .keras archives, and indexes of shards. */
export const kerasArchiveFormat: ModelFormat = {
  id: "keras",
  matches: async (source) =>
    (await looksLikeZip(source))
      ? isKeras(await openZip(source))
      : shardNames(await readJsonObject(source)) !== null,
  read: async (context) =>
    (await looksLikeZip(context.source)) ? readArchive(context) : readShards(context),
};

function isKeras(archive: ZipArchive): boolean {
  const has = (path: string) => archive.get(path) !== undefined;
  return has(CONFIG) && [METADATA, WEIGHTS, WEIGHTS_INDEX, NUMPY_WEIGHTS].some(has);
}

async function readArchive(context: ReadContext): Promise<Network> {
  const archive = await openZip(context.source);
  const config = await readMember(archive, CONFIG);
  const metadata = await readMember(archive, METADATA);
  const weights = await openWeights(archive, context.source.name);
  const version = metadata?.keras_version;
  return readState(weights, config, typeof version === "string" ? version : null, context);
}

async function readShards(context: ReadContext): Promise<Network> {
  const { source, companions } = context;
  const names = shardNames(await readJsonObject(source)) ?? [];
  const weights = openShards(names, (name) => companions.get(name), source.name);
  return readState(weights, null, null, context);
}

async function readState(
  weights: readonly ByteSource[],
  config: JsonObject | null,
  version: string | null,
  context: ReadContext,
): Promise<Network> {
  const assembled = await withHdf5Files(weights, (files) => assembleState(files, config, context));
  if (assembled === null) throw noWeights(context.source.name);
  const producer = producerOf({ version, backend: null });
  return { format: "keras", producer, ...assembled, questions: [] };
}

/** An object in JSON; null where the archive holds none of that name or it is none. */
async function readMember(archive: ZipArchive, path: string): Promise<JsonObject | null> {
  const member = archive.get(path);
  return member === undefined ? null : readConfigFile(archive.lazySource(member));
}

async function openWeights(archive: ZipArchive, name: string): Promise<readonly ByteSource[]> {
  const member = archive.get(WEIGHTS);
  if (member !== undefined) return [named(await archive.open(member), name)];
  const shards = shardNames(await readMember(archive, WEIGHTS_INDEX));
  if (shards !== null) {
    const find = (shard: string) => {
      const found = archive.get(shard);
      return found === undefined ? undefined : archive.lazySource(found);
    };
    return openShards(shards, find, name).map((shard) => named(shard, name));
  }
  if (archive.get(NUMPY_WEIGHTS) !== undefined) {
    throw new ConvAtlasError(
      "unsupported",
      `${name} holds its weights as a NumPy archive, which no Keras writes by itself; unpack it and open ${NUMPY_WEIGHTS}, or load it with Keras and save it again.`,
    );
  }
  throw noWeights(name);
}

/** Errors must name the file that a person knows. */
function named(weights: ByteSource, archiveName: string): ByteSource {
  return sectionSource(`${weights.name} in ${archiveName}`, weights, 0, weights.byteLength);
}
