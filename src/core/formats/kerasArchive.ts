import type { ByteSource } from "../bytes/byteSource.ts";
import { sectionSource } from "../bytes/sectionSource.ts";
import { ConvAtlasError } from "../errors.ts";
import type { Network } from "../network/network.ts";
import type { ModelFormat, ReadContext } from "./format.ts";
import { withHdf5File } from "./hdf5/hdf5File.ts";
import { type JsonObject, readJsonObject } from "./json/jsonFile.ts";
import { assembleState } from "./keras/assembleState.ts";
import { producerOf } from "./keras/writer.ts";
import { looksLikeZip, openZip, type ZipArchive } from "./zip/zipArchive.ts";

// keras/src/saving/saving_lib.py: a .keras file is a zip archive of these members.
const CONFIG = "config.json";
const METADATA = "metadata.json";
const WEIGHTS = "model.weights.h5";
/** Other forms of the weights; the second only in Keras 3's own tests. */
const NUMPY_WEIGHTS = "model.weights.npz";

/** Whole models that Keras 3 (and TensorFlow 2.12 and later) saved as .keras. */
export const kerasArchiveFormat: ModelFormat = {
  id: "keras",
  matches: async (source) => (await looksLikeZip(source)) && isKeras(await openZip(source)),
  read,
};

function isKeras(archive: ZipArchive): boolean {
  const has = (path: string) => archive.get(path) !== undefined;
  return has(CONFIG) && [METADATA, WEIGHTS, NUMPY_WEIGHTS].some(has);
}

async function read(context: ReadContext): Promise<Network> {
  const { source } = context;
  const archive = await openZip(source);
  const config = await readMember(archive, CONFIG);
  const metadata = await readMember(archive, METADATA);
  const weights = await openWeights(archive, source.name);
  const assembled = await withHdf5File(weights, (file) => assembleState([file], config, context));
  const { keras_version: version } = metadata ?? {};
  return {
    format: "keras",
    producer: producerOf({ version: typeof version === "string" ? version : null, backend: null }),
    ...assembled,
    questions: [],
  };
}

/** An object in JSON; null where the archive holds none of that name or it is none. */
async function readMember(archive: ZipArchive, path: string): Promise<JsonObject | null> {
  const member = archive.get(path);
  return member === undefined ? null : readJsonObject(await archive.open(member));
}

async function openWeights(archive: ZipArchive, name: string): Promise<ByteSource> {
  const member = archive.get(WEIGHTS);
  if (member !== undefined) {
    const weights = await archive.open(member);
    // Errors must name the file that a person knows.
    return sectionSource(`${WEIGHTS} in ${name}`, weights, 0, weights.byteLength);
  }
  if (archive.get(NUMPY_WEIGHTS) !== undefined) {
    throw new ConvAtlasError(
      "unsupported",
      `${name} holds its weights as a NumPy archive (${NUMPY_WEIGHTS}), which no released Keras writes; load it with Keras and save it again.`,
    );
  }
  throw new ConvAtlasError(
    "no-weights",
    `${name} describes a network but holds none of its weights (there is no ${WEIGHTS} in it); save the model again.`,
  );
}
