import { isObject, type JsonObject, listOf } from "./configValues.ts";

/** The class without the package that custom objects are registered under. */
export function plainClassName(name: unknown): string {
  return typeof name === "string" ? name.slice(name.lastIndexOf(">") + 1) : "";
}

/** Sequential before Keras 2.2.3 had the list of layers itself as its configuration. */
export function layersOf(model: JsonObject): readonly JsonObject[] {
  const { config } = model;
  return listOf(isObject(config) ? config.layers : config).filter(isObject);
}

/** The models or layers that a Merge layer of Keras 1 joins; none for all others. */
export function branchesOf(layer: JsonObject): readonly JsonObject[] {
  return plainClassName(layer.class_name) === "Merge" ? layersOf(layer) : [];
}

/** True for a model, nested or not: it has layers of its own. */
export function isModel(layer: JsonObject): boolean {
  if (branchesOf(layer).length > 0) return false;
  const { config } = layer;
  return Array.isArray(isObject(config) ? config.layers : config);
}

/** True for a model whose layers form a chain. */
export function isSequential(model: JsonObject): boolean {
  if (plainClassName(model.class_name) === "Sequential") return true;
  const layers = layersOf(model);
  return layers.length > 0 && layers.every((layer) => !("inbound_nodes" in layer));
}

/** A layer's settings; none if it states none. */
export function configOf(layer: JsonObject): JsonObject {
  return isObject(layer.config) ? layer.config : {};
}

/** A layer's name, unique within its model. */
export function nameOf(layer: JsonObject): string {
  const name = layer.name ?? configOf(layer).name;
  return typeof name === "string" ? name : plainClassName(layer.class_name);
}
