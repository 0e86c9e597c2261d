import { ConvAtlasError, throwIfCancelled } from "../../errors.ts";
import type { ReadContext } from "../format.ts";
import type { Hdf5File } from "../hdf5/hdf5File.ts";
import { findConfig } from "./companionConfig.ts";
import { type Architecture, translateConfig } from "./configGraph.ts";
import { parseConfigText } from "./configValues.ts";
import { describeState } from "./describeState.ts";
import { noWeights, unusableConfig } from "./errors.ts";
import { namesAt, readGroups, readNumberedGroups, type StoredGroups } from "./hdf5Weights.ts";
import type { KerasModel } from "./kerasModel.ts";
import { kernelsInKeras2Layout, usesKerasOneNames } from "./kerasOne.ts";
import type { Writer } from "./writer.ts";

/** Members of a foreign file that an error message names. */
const NAMES_IN_MESSAGE = 5;

const UNKNOWN_BACKEND =
  "The file does not say whether Keras ran on Theano, which turns kernels by 180 degrees; they are shown as they are stored (a turn changes no spectrum).";

/** A model in HDF5, and what the file says of the program that wrote it. */
export interface Hdf5Model extends KerasModel {
  readonly writer: Writer;
}

/**
 * The model in a file that Keras saved as HDF5: 1 and 2, and 3 in its legacy form or alone.
 *
 * @throws ConvAtlasError `unsupported` for other HDF5 files, `no-weights`, `too-large`,
 * `cancelled`, or what HDF5 throws.
 */
export async function describeHdf5(file: Hdf5File, context: ReadContext): Promise<Hdf5Model> {
  throwIfCancelled(context.signal);
  const root = weightsRoot(file);
  const writer = writerOf(file, root ?? "");
  const model =
    root === null
      ? await describeState([file], null, writer.version, context)
      : await describeGroups(file, root, writer, context);
  if (model === null) throw foreignFile(file, context.source.name);
  return { ...model, writer };
}

/** The group below which the layers' groups stand; null if the file is not of that layout. */
function weightsRoot(file: Hdf5File): "" | "/model_weights" | null {
  if (file.kind("/model_weights") === "group") return "/model_weights";
  const isNumbered = file.hasAttribute("/", "nb_layers");
  return isNumbered || namesAt(file, "/", "layer_names") !== null ? "" : null;
}

function foreignFile(file: Hdf5File, name: string): ConvAtlasError {
  if (file.hasAttribute("/", "model_config")) return noWeights(name);
  const members = file.children("/");
  if (members.length === 0) {
    return new ConvAtlasError("no-weights", `${name} is an empty HDF5 file; it holds no weights.`);
  }
  const shown = members.slice(0, NAMES_IN_MESSAGE).join(", ");
  const more = members.length > NAMES_IN_MESSAGE ? ", ..." : "";
  return new ConvAtlasError(
    "unsupported",
    `${name} is an HDF5 file but not a Keras model: it has neither a group model_weights nor layers nor a list layer_names (it holds ${shown}${more}).`,
  );
}

/** The attributes stand at the root of whole models and on the group of the weights. */
function writerOf(file: Hdf5File, root: string): Writer {
  const places = root === "" ? ["/"] : ["/", root];
  const first = (attribute: string) =>
    places.map((place) => file.strings(place, attribute)?.[0]).find((text) => text) ?? null;
  return { version: first("keras_version"), backend: first("backend") };
}

/** The model in a file that lists its layers and their weights, as Keras 1 and 2 write it. */
async function describeGroups(
  file: Hdf5File,
  root: string,
  writer: Writer,
  context: ReadContext,
): Promise<KerasModel> {
  const { source } = context;
  const warnings: string[] = [];
  const own = readArchitecture(file, source.name, warnings);
  const isNumbered = file.hasAttribute("/", "nb_layers");
  const stored = isNumbered ? readNumberedGroups(file) : readGroups(file, root);
  const { groups, missing } = stored;
  if (missing > 0) {
    const weights = missing === 1 ? "1 weight is" : `${missing} weights are`;
    warnings.push(`${weights} listed in the file but not stored in it.`);
  }
  if (groups.every(({ weights }) => weights.length === 0)) throw noWeights(source.name);
  const isKerasOne = isNumbered || writer.version?.startsWith("1.") || usesKerasOneNames(groups);
  if (isKerasOne && !tellsBackend(stored, writer)) warnings.push(UNKNOWN_BACKEND);
  const beside = hasOwnConfig(file) ? null : await findConfig(context, groups, () => groups);
  warnings.push(...(beside?.warnings ?? []));
  const architecture = own ?? beside?.found?.architecture ?? null;
  const turnsNames = architecture === null && isKerasOne;
  return {
    architecture,
    groups: turnsNames ? kernelsInKeras2Layout(groups) : groups,
    version: writer.version,
    isTheano: writer.backend === "theano",
    warnings,
  };
}

function tellsBackend({ isTensorFlow }: StoredGroups, { backend }: Writer): boolean {
  return backend !== null || isTensorFlow;
}

function hasOwnConfig(file: Hdf5File): boolean {
  return file.hasAttribute("/", "model_config");
}

/** Null, with a warning unless the file has weights alone, where there is none to follow. */
function readArchitecture(file: Hdf5File, name: string, warnings: string[]): Architecture | null {
  const text = file.strings("/", "model_config")?.[0];
  if (text === undefined) return null;
  let config: unknown;
  try {
    config = parseConfigText(text);
  } catch {
    warnings.push(unusableConfig(name));
    return null;
  }
  const architecture = translateConfig(config);
  if (architecture === null) warnings.push(unusableConfig(name));
  return architecture;
}
