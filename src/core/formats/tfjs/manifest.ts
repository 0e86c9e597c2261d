import { ConvAtlasError } from "../../errors.ts";
import { isObject, type JsonObject } from "../keras/configValues.ts";
import { malformedModel, shownName, tooLargeModel } from "./errors.ts";

/** Weights of one model: ten times those of the deepest networks published. */
const MAX_WEIGHTS = 100_000;
/** Files of weights: converters cut them at 4 MiB, so that these hold 400 GB. */
const MAX_SHARDS = 100_000;
/** Groups: converters write one, or one for each layer. */
const MAX_GROUPS = 100_000;
/** The most axes that a TensorFlow tensor may have (`TensorShape::MaxDimensions`). */
const MAX_AXES = 254;
/** Longer names and paths than any system allows, which no message could show. */
const LONGEST_NAME = 4096;
/** Of an impossible shape as many lengths are shown as a network's weights have, and some. */
const LENGTHS_IN_DETAILS = 8;

/**
 * Bytes of one element as stored (`DTYPE_VALUE_SIZE_MAP` of tfjs-core); of a string those of
 * the length that stands before it.
 */
export const BYTES_PER_ELEMENT = {
  float32: 4,
  float16: 2,
  int32: 4,
  uint16: 2,
  uint8: 1,
  bool: 1,
  complex64: 8,
  string: 4,
} as const;

export type StoredType = keyof typeof BYTES_PER_ELEMENT;

/** Affine quantization: number = stored * scale + min. */
export interface AffineQuantization {
  readonly scale: number;
  readonly min: number;
}

/** One weight as the manifest describes it. */
export interface WeightEntry {
  readonly name: string;
  readonly shape: readonly number[];
  /** Product of `shape`. */
  readonly elements: number;
  readonly stored: StoredType;
  readonly affine: AffineQuantization | null;
  /** True for real numbers, however they are stored. */
  readonly isFloat: boolean;
  /** True for the optimizer's own numbers, which are no weights of the network. */
  readonly isOptimizer: boolean;
}

/** Weights that stand one behind the other in the joined bytes of some files. */
export interface ManifestGroup {
  /** Paths of the files relative to the model file, in order. */
  readonly paths: readonly string[];
  readonly weights: readonly WeightEntry[];
}

/**
 * Checks a `weightsManifest` and names what it says.
 *
 * @param fileName of the model file, for error messages.
 * @throws ConvAtlasError `malformed`, `too-large` or, for numbers of an unknown kind, whose
 * length is not known either, `unsupported`.
 */
export function parseManifest(manifest: unknown, fileName: string): readonly ManifestGroup[] {
  if (!Array.isArray(manifest)) {
    throw malformedModel(fileName, "its list of weights (weightsManifest) is no list");
  }
  if (manifest.length > MAX_GROUPS) throw tooMany(fileName, MAX_GROUPS, "groups of weights");
  let weights = 0;
  let shards = 0;
  return manifest.map((group: unknown) => {
    if (!isObject(group) || !Array.isArray(group.paths) || !Array.isArray(group.weights)) {
      throw malformedModel(fileName, "a group of weights in it lacks its files or its weights");
    }
    weights += group.weights.length;
    shards += group.paths.length;
    if (weights > MAX_WEIGHTS) throw tooMany(fileName, MAX_WEIGHTS, "weights");
    if (shards > MAX_SHARDS) throw tooMany(fileName, MAX_SHARDS, "files of weights");
    return {
      paths: group.paths.map((path) => parsePath(path, fileName)),
      weights: parseWeights(group.weights, fileName),
    };
  });
}

/** Checks a list of weights as it stands in a manifest or in `weightSpecs`. */
export function parseWeights(
  entries: readonly unknown[],
  fileName: string,
): readonly WeightEntry[] {
  if (entries.length > MAX_WEIGHTS) throw tooMany(fileName, MAX_WEIGHTS, "weights");
  return entries.map((entry) => parseWeight(entry, fileName));
}

function tooMany(fileName: string, most: number, what: string): ConvAtlasError {
  return tooLargeModel(fileName, `it lists more than ${most} ${what}, which no network has`);
}

function parsePath(path: unknown, fileName: string): string {
  if (isName(path) && path !== "") return path;
  throw malformedModel(fileName, "a file of weights in it has no name that can be used");
}

function parseWeight(value: unknown, fileName: string): WeightEntry {
  const entry: JsonObject = isObject(value) ? value : {};
  const { name, dtype, group } = entry;
  if (!isName(name)) throw malformedModel(fileName, "a weight in it has no name that can be used");
  const { shape, elements } = parseShape(entry.shape, name, fileName);
  const isFloat = dtype === "float32" || dtype === "float16";
  const isOptimizer = group === "optimizer";
  const common = { name, shape, elements, isFloat, isOptimizer };
  if (isObject(entry.quantization)) {
    return { ...common, ...parseQuantization(entry.quantization, name, fileName) };
  }
  if (!isStoredType(dtype)) throw unknownType(name, dtype, fileName);
  return { ...common, stored: dtype, affine: null };
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value.length <= LONGEST_NAME;
}

function isStoredType(dtype: unknown): dtype is StoredType {
  return typeof dtype === "string" && Object.hasOwn(BYTES_PER_ELEMENT, dtype);
}

function parseShape(
  shape: unknown,
  name: string,
  fileName: string,
): Pick<WeightEntry, "shape" | "elements"> {
  const lengths: readonly unknown[] = Array.isArray(shape) ? shape : [null];
  const isLength = (length: unknown): length is number =>
    typeof length === "number" && Number.isInteger(length) && length >= 0;
  const elements = lengths.filter(isLength).reduce((product, length) => product * length, 1);
  const isPossible = lengths.length <= MAX_AXES && Number.isSafeInteger(elements);
  if (!lengths.every(isLength) || !isPossible) {
    throw malformedModel(
      fileName,
      `the weights ${shownName(name)} have an impossible shape`,
      lengths.slice(0, LENGTHS_IN_DETAILS).map(shown).join(" x "),
    );
  }
  return { shape: lengths, elements };
}

/**
 * The converter stores float32 weights as uint8 or uint16 with a scale and a minimum, or as
 * float16 (`quantization.py` of tensorflowjs).
 */
function parseQuantization(
  { dtype, scale, min }: JsonObject,
  name: string,
  fileName: string,
): Pick<WeightEntry, "stored" | "affine"> {
  if (dtype === "float16") return { stored: dtype, affine: null };
  if (dtype !== "uint8" && dtype !== "uint16") throw unknownType(name, dtype, fileName);
  if (!isFiniteNumber(scale) || !isFiniteNumber(min)) {
    throw malformedModel(
      fileName,
      `the quantized weights ${shownName(name)} lack their scale or minimum`,
    );
  }
  return { stored: dtype, affine: { scale, min } };
}

/** Lists may be nested deeper than they could be written out. */
function shown(value: unknown): string {
  if (typeof value === "string") return shownName(value);
  return typeof value === "number" ? String(value) : typeof value;
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function unknownType(name: string, dtype: unknown, fileName: string): ConvAtlasError {
  return new ConvAtlasError(
    "unsupported",
    `${fileName} stores the weights ${shownName(name)} in a kind of number that ConvAtlas does not know; convert the model again without quantization.`,
    `dtype ${shown(dtype)}`,
  );
}
