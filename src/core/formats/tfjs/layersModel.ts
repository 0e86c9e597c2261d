import { type Architecture, translateConfig } from "../keras/configGraph.ts";
import { type JsonObject, parseConfigText } from "../keras/configValues.ts";
import type { KerasModel } from "../keras/kerasModel.ts";
import { type StoredWeight, type WeightGroup, weightName } from "../keras/storedWeights.ts";
import type { LocatedWeight } from "./locateWeights.ts";
import { readNumbers } from "./weightNumbers.ts";

/** Names around a weight: nested models and layers named with "/" make ten; bounds the search. */
const MAX_OWNERS = 20;

/** The model of a Keras configuration, or of named weights where it cannot be read. */
export function describeLayersModel(
  topology: JsonObject,
  located: readonly LocatedWeight[],
  fileName: string,
): KerasModel {
  const weights = located
    .filter(({ isOptimizer, stored }) => !isOptimizer && stored !== "string")
    .map(storedWeight);
  const { keras_version: stated } = topology;
  const version = typeof stated === "string" ? stated : null;
  const architecture = readArchitecture(topology);
  if (architecture !== null) {
    const groups = groupsByLayer(architecture, weights);
    return { architecture, groups, version, isTheano: false, warnings: [] };
  }
  const unusable = `${fileName} has no configuration that can be read, so the layers' order, strides and map sizes are not known.`;
  const groups = groupsByName(weights);
  return { architecture, groups, version, isTheano: false, warnings: [unusable] };
}

/** Converters write what Keras saved, with the configuration within; TensorFlow.js writes that alone. */
function readArchitecture(topology: JsonObject): Architecture | null {
  const { model_config: config = topology } = topology;
  try {
    return translateConfig(typeof config === "string" ? parseConfigText(config) : config);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null;
    throw thrown;
  }
}

function storedWeight(weight: LocatedWeight): StoredWeight {
  return {
    name: weightName(weight.name),
    shape: weight.shape,
    isFloat: weight.isFloat,
    read: () => readNumbers(weight),
  };
}

/**
 * Weights by the layer of the outermost model that they belong to. The manifest names the
 * innermost layer alone ("conv2d_1/kernel") or with models around it ("unet/conv2d_1/kernel",
 * where "unet" may be the network itself); names of layers may contain "/".
 */
function groupsByLayer(
  { applied }: Architecture,
  weights: readonly StoredWeight[],
): readonly WeightGroup[] {
  const paths = applied.flatMap((layer) => (layer === null ? [] : [layer.path]));
  const outermost = new Set(paths.map(([outer]) => outer));
  const holders = holdersOf(paths);
  const uses = new Map<string, number>();
  return grouped(weights, ({ name }) => {
    const owners = name.slice(0, -1);
    const whole = owners.join("/");
    if (owners.length > MAX_OWNERS) return whole;
    const beginnings = owners.map((_, at) => owners.slice(0, owners.length - at).join("/"));
    const outer = beginnings.find((beginning) => outermost.has(beginning));
    if (outer !== undefined) return outer;
    const endings = owners.map((_, at) => owners.slice(at).join("/"));
    const inner = endings.find((ending) => holders.has(ending));
    if (inner === undefined) return whole;
    // Models within the model that share a layer's name: each has its own weights in turn.
    const key = name.join("/");
    const use = uses.get(key) ?? 0;
    uses.set(key, use + 1);
    const held = holders.get(inner) ?? [];
    return held[Math.min(use, held.length - 1)];
  });
}

/** Layers of the outermost model by the names of the innermost layers that they are or hold. */
function holdersOf(paths: readonly (readonly string[])[]): ReadonlyMap<string, readonly string[]> {
  const holders = new Map<string, Set<string>>();
  for (const path of paths) {
    const inner = path[path.length - 1];
    holders.set(inner, (holders.get(inner) ?? new Set()).add(path[0]));
  }
  return new Map([...holders].map(([inner, outer]) => [inner, [...outer]]));
}

function groupsByName(weights: readonly StoredWeight[]): readonly WeightGroup[] {
  return grouped(weights, ({ name }) => name.slice(0, -1).join("/"));
}

function grouped(
  weights: readonly StoredWeight[],
  layerOf: (weight: StoredWeight) => string,
): readonly WeightGroup[] {
  const groups = new Map<string, StoredWeight[]>();
  for (const weight of weights) {
    const layer = layerOf(weight);
    const group = groups.get(layer) ?? [];
    group.push(weight);
    groups.set(layer, group);
  }
  return [...groups].map(([layer, own]) => ({ layer, weights: own }));
}
