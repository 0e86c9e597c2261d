import { ConvAtlasError } from "../../errors.ts";
import type { Hdf5File } from "../hdf5/hdf5File.ts";
import { inNaturalOrder } from "./stateGroups.ts";
import { type StoredWeight, type WeightGroup, weightName } from "./storedWeights.ts";

/** Layers or weights of one file: ten times those of the deepest networks published. */
const MAX_NAMES = 100_000;
/** Keras splits a list over attributes once it passes HDF5's 64 kB: `layer_names0`, `1`, ... */
const MAX_CHUNKS = 10_000;

/** The weights that belong to no layer of a model made by subclassing (Keras 2.9 and later). */
const TOP_LEVEL_GROUP = "top_level_model_weights";

/** Keras before 1.0 numbered layers and weights: `layer_0/param_0`, ... */
const NUMBERED_LAYER = /^layer_\d+$/;
const NUMBERED_WEIGHT = /^param_\d+$/;

export interface StoredGroups {
  readonly groups: readonly WeightGroup[];
  /** Weights that the file lists but does not hold. */
  readonly missing: number;
  /** True if weights are numbered as TensorFlow does: "kernel:0". */
  readonly isTensorFlow: boolean;
}

/** A list of names that may be split into chunks; null if the file has none of that name. */
export function namesAt(file: Hdf5File, path: string, attribute: string): readonly string[] | null {
  const whole = file.strings(path, attribute);
  if (whole !== null) return checked(whole, file.name);
  const names: string[] = [];
  let chunk = 0;
  for (; chunk < MAX_CHUNKS; chunk += 1) {
    const part = file.strings(path, `${attribute}${chunk}`);
    if (part === null) break;
    for (const name of part) names.push(name);
    checked(names, file.name);
  }
  return chunk === 0 ? null : names;
}

function checked(names: readonly string[], fileName: string): readonly string[] {
  if (names.length > MAX_NAMES) {
    throw new ConvAtlasError(
      "too-large",
      `${fileName} lists more than ${MAX_NAMES} layers or weights, which no network has; check that it is the right file.`,
    );
  }
  return names;
}

/** The weights of a file of Keras before 1.0, which names nothing but counts. */
export function readNumberedGroups(file: Hdf5File): StoredGroups {
  const layers = inNaturalOrder(checked(file.children("/"), file.name));
  const groups = layers
    .filter((layer) => NUMBERED_LAYER.test(layer) && file.kind(`/${layer}`) === "group")
    .map((layer): WeightGroup => {
      const names = inNaturalOrder(file.children(`/${layer}`));
      const weights = names
        .filter((name) => NUMBERED_WEIGHT.test(name))
        .map((name) => storedWeight(file, `/${layer}`, name))
        .filter((weight) => weight !== null)
        .map((weight): StoredWeight => {
          const role = weight.shape.length === 4 ? "kernel" : weight.name[0];
          return { ...weight, name: [layer, role] };
        });
      return { layer, weights };
    });
  return { groups, missing: 0, isTensorFlow: false };
}

/** The weights below `root` ("" or "/model_weights"), layer by layer in the file's order. */
export function readGroups(file: Hdf5File, root: string): StoredGroups {
  const listed = namesAt(file, root === "" ? "/" : root, "layer_names");
  const layers = listed ?? checked(file.children(root), file.name);
  const hasTopLevel = file.kind(`${root}/${TOP_LEVEL_GROUP}`) === "group";
  const names = new Set(hasTopLevel ? [...layers, TOP_LEVEL_GROUP] : layers);
  const groups: WeightGroup[] = [];
  let missing = 0;
  let total = 0;
  let isTensorFlow = false;
  for (const layer of names) {
    const path = `${root}/${layer}`;
    if (layer === "" || file.kind(path) !== "group") continue;
    const weights: StoredWeight[] = [];
    for (const name of new Set(namesAt(file, path, "weight_names"))) {
      const weight = storedWeight(file, path, name);
      isTensorFlow ||= /:\d+$/.test(name);
      if (weight === null) missing += 1;
      else weights.push(weight);
    }
    total += weights.length;
    if (total > MAX_NAMES) {
      throw new ConvAtlasError(
        "too-large",
        `${file.name} lists more than ${MAX_NAMES} weights, which no network has; check that it is the right file.`,
      );
    }
    groups.push({ layer, weights });
  }
  return { groups, missing, isTensorFlow };
}

function storedWeight(file: Hdf5File, group: string, name: string): StoredWeight | null {
  const path = `${group}/${name}`;
  if (name === "" || file.kind(path) !== "dataset") return null;
  const dataset = file.dataset(path);
  if (dataset.isVirtual) return null;
  return {
    name: weightName(name),
    shape: dataset.shape,
    isFloat: dataset.floatType !== null,
    read: () => file.readFloats(dataset),
  };
}
