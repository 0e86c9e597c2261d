import type { ByteSource } from "../bytes/byteSource.ts";
import { sectionSource } from "../bytes/sectionSource.ts";
import { ConvAtlasError } from "../errors.ts";
import type { Network } from "../network/network.ts";
import type { ModelFormat, ReadContext } from "./format.ts";
import { readJsonObject } from "./json/jsonFile.ts";
import { assembleModel } from "./keras/assembleNetwork.ts";
import { readConfigFile } from "./keras/configFile.ts";
import type { JsonObject } from "./keras/configValues.ts";
import { describeState } from "./keras/describeState.ts";
import { noWeights } from "./keras/errors.ts";
import type { KerasModel } from "./keras/kerasModel.ts";
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
  read,
};

function isKeras(archive: ZipArchive): boolean {
  const has = (path: string) => archive.get(path) !== undefined;
  return has(CONFIG) && [METADATA, WEIGHTS, WEIGHTS_INDEX, NUMPY_WEIGHTS].some(has);
}

async function read(context: ReadContext): Promise<Network> {
  return withKerasState(context, async (model) => {
    const producer = producerOf({ version: model.version, backend: null });
    const assembled = await assembleModel(model, context);
    return { format: "keras", producer, ...assembled, questions: [] };
  });
}

/**
 * Describes the model in a .keras archive or an index of shards, and keeps the files of its
 * weights open while they are used.
 *
 * @throws ConvAtlasError `no-weights`, `missing-companion-file`, `unsupported`, or what the
 * archive or HDF5 throws.
 */
export async function withKerasState<Result>(
  context: ReadContext,
  use: (model: KerasModel) => Promise<Result>,
): Promise<Result> {
  const { weights, config, version } = (await looksLikeZip(context.source))
    ? await openArchive(context)
    : await openIndex(context);
  return withHdf5Files(weights, async (files) => {
    const model = await describeState(files, config, version, context);
    if (model === null) throw noWeights(context.source.name);
    return use(model);
  });
}

interface OpenedState {
  readonly weights: readonly ByteSource[];
  readonly config: JsonObject | null;
  readonly version: string | null;
}

async function openArchive({ source }: ReadContext): Promise<OpenedState> {
  const archive = await openZip(source);
  const config = await readMember(archive, CONFIG);
  const metadata = await readMember(archive, METADATA);
  const weights = await openWeights(archive, source.name);
  const version = metadata?.keras_version;
  return { weights, config, version: typeof version === "string" ? version : null };
}

async function openIndex({ source, companions }: ReadContext): Promise<OpenedState> {
  const names = shardNames(await readJsonObject(source)) ?? [];
  const weights = openShards(names, (name) => companions.get(name), source.name);
  return { weights, config: null, version: null };
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
