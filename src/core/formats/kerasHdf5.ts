import { ConvAtlasError, throwIfCancelled } from "../errors.ts";
import type { Network } from "../network/network.ts";
import type { ModelFormat, ReadContext } from "./format.ts";
import { type Hdf5File, withHdf5File } from "./hdf5/hdf5File.ts";
import { findSuperblock } from "./hdf5/superblock.ts";
import { assembleConfigured, assembleNamed } from "./keras/assembleNetwork.ts";
import { type Architecture, translateConfig } from "./keras/configGraph.ts";
import { parseConfigText } from "./keras/configValues.ts";
import { noWeights, unusableConfig } from "./keras/errors.ts";
import { namesAt, readGroups } from "./keras/hdf5Weights.ts";
import { producerOf, type Writer } from "./keras/writer.ts";

/** Members of a foreign file that an error message names. */
const NAMES_IN_MESSAGE = 5;

/** Models and weights that Keras 2 (or 3, in its legacy form) saved as HDF5. */
export const kerasHdf5Format: ModelFormat = {
  id: "keras-hdf5",
  matches: async (source) => (await findSuperblock(source)) !== null,
  read: (context) => withHdf5File(context.source, (file) => readNetwork(file, context)),
};

async function readNetwork(file: Hdf5File, context: ReadContext): Promise<Network> {
  const { source, signal } = context;
  throwIfCancelled(signal);
  const root = weightsRoot(file, source.name);
  const stated = statedBy(file, root);
  requireKeras2(stated.version, file, source.name);
  const warnings: string[] = [];
  const architecture = readArchitecture(file, source.name, warnings);
  const { groups, missing } = readGroups(file, root);
  if (missing > 0) {
    warnings.push(`${missing} weights are listed in the file but not stored in it.`);
  }
  if (groups.every(({ weights }) => weights.length === 0)) throw noWeights(source.name);
  const assembly = { ...context, isTheano: stated.backend === "theano" };
  const assembled =
    architecture === null
      ? await assembleNamed(groups, assembly)
      : await assembleConfigured(architecture, groups, assembly);
  return {
    format: "keras-hdf5",
    producer: producerOf(stated),
    ...assembled,
    questions: [],
    warnings: [...warnings, ...assembled.warnings],
  };
}

/** The group below which the layers' groups stand. */
function weightsRoot(file: Hdf5File, name: string): "" | "/model_weights" {
  if (file.kind("/model_weights") === "group") return "/model_weights";
  if (namesAt(file, "/", "layer_names") !== null) return "";
  if (file.hasAttribute("/", "model_config")) throw noWeights(name);
  throw foreignFile(file, name);
}

function foreignFile(file: Hdf5File, name: string): ConvAtlasError {
  const members = file.children("/");
  if (members.length === 0) {
    return new ConvAtlasError("no-weights", `${name} is an empty HDF5 file; it holds no weights.`);
  }
  if (file.hasAttribute("/", "nb_layers")) return kerasOne(name, "");
  const isKeras3Weights = ["layers", "_layer_checkpoint_dependencies"].some((member) =>
    members.includes(member),
  );
  if (isKeras3Weights) {
    return new ConvAtlasError(
      "unsupported",
      `${name} holds only weights in the layout of Keras 3 (.weights.h5), which cannot be read yet; save the whole model with model.save("model.h5").`,
    );
  }
  const shown = members.slice(0, NAMES_IN_MESSAGE).join(", ");
  const more = members.length > NAMES_IN_MESSAGE ? ", ..." : "";
  return new ConvAtlasError(
    "unsupported",
    `${name} is an HDF5 file but not a Keras model: it has neither a group model_weights nor a list layer_names (it holds ${shown}${more}).`,
  );
}

/** The attributes stand at the root of whole models and on the group of the weights. */
function statedBy(file: Hdf5File, root: string): Writer {
  const places = root === "" ? ["/"] : ["/", root];
  const first = (attribute: string) =>
    places.map((place) => file.strings(place, attribute)?.[0]).find((text) => text) ?? null;
  return { version: first("keras_version"), backend: first("backend") };
}

/** Keras 1 named and laid out its kernels in other ways. */
function requireKeras2(version: string | null, file: Hdf5File, name: string): void {
  const config = version === null ? (file.strings("/", "model_config")?.[0] ?? "") : "";
  if (version?.startsWith("1.") || /"nb_filter"\s*:/.test(config)) {
    throw kerasOne(name, version ?? "");
  }
}

function kerasOne(name: string, version: string): ConvAtlasError {
  return new ConvAtlasError(
    "unsupported",
    `${name} was saved by Keras ${version || "1"}, whose layout cannot be read yet; load it with Keras 2 and save it again.`,
  );
}

/** Null, with a warning unless the file has weights alone, where there is none to follow. */
function readArchitecture(file: Hdf5File, name: string, warnings: string[]): Architecture | null {
  const text = file.strings("/", "model_config")?.[0];
  if (text === undefined) return null;
  const unusable = unusableConfig(name);
  let config: unknown;
  try {
    config = parseConfigText(text);
  } catch {
    warnings.push(unusable);
    return null;
  }
  const architecture = translateConfig(config);
  if (architecture === null) warnings.push(unusable);
  return architecture;
}
