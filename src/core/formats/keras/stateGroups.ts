import { ConvAtlasError, throwIfCancelled } from "../../errors.ts";
import type { Hdf5File } from "../hdf5/hdf5File.ts";
import type { StoredWeight } from "./storedWeights.ts";

// Keras 3 saves the state of each layer, optimizer and metric in a group of its own: the arrays
// as `vars/0`, `vars/1`, ... and the parts below it (keras/src/saving/saving_lib.py, H5IOStore).

/** Groups and arrays of one file: five times those of the deepest networks, read in seconds. */
const MAX_OBJECTS = 50_000;
/** Groups within groups; models nested in each other take three for each level. */
const MAX_DEPTH = 64;

/** The group of a layer's own arrays. */
const VARIABLES_GROUP = "vars";
/** Parts of a compiled model or of a layer that are no weights of the network. */
const NO_LAYERS =
  /^(optimizer|metrics|_?loss_tracker|_?compile_metrics|_?compile_loss|seed_generator)$/;

const NATURAL = new Intl.Collator("en", { numeric: true });

/** One of a layer's own arrays; its place in their order tells what it is. */
export type StateVariable = Pick<StoredWeight, "shape" | "isFloat" | "read">;

/** What is stored of a layer or model. */
export interface StateGroup {
  /** The layer's name where the file notes it (Keras 3.8 and later). */
  layerName: string | null;
  readonly variables: Map<number, StateVariable>;
  /** Its parts by the names of their groups: "layers", "conv2d_1", ... */
  readonly parts: Map<string, StateGroup>;
}

interface Place {
  readonly path: string;
  readonly depth: number;
  readonly group: StateGroup;
}

export function emptyState(): StateGroup {
  return { layerName: null, variables: new Map(), parts: new Map() };
}

/**
 * Adds what `file` holds to `root`. Each group of the file is visited once, whatever leads to
 * it, so that a group within itself ends the walk.
 *
 * @throws ConvAtlasError `too-large`, `cancelled`, or `malformed` where HDF5 cannot read on.
 */
export function collectState(file: Hdf5File, root: StateGroup, signal: AbortSignal): void {
  const visited = new Set([file.address("/") ?? ""]);
  const places: Place[] = [{ path: "", depth: 0, group: root }];
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    throwIfCancelled(signal);
    for (const name of inNaturalOrder(file.children(place.path || "/"))) {
      const path = `${place.path}/${name}`;
      const address = file.address(path);
      if (address === null || visited.has(address)) continue;
      visited.add(address);
      if (visited.size > MAX_OBJECTS) throw tooMany(file.name);
      if (file.kind(path) !== "group") continue;
      // On Windows, TensorFlow's Keras wrote whole paths as the name of one group.
      const steps = name.split("\\").filter((step) => step !== "");
      const depth = place.depth + steps.length;
      if (depth > MAX_DEPTH) throw tooMany(file.name);
      if (NO_LAYERS.test(steps[0] ?? "")) continue;
      if (steps.at(-1) === VARIABLES_GROUP) {
        collectVariables(file, path, descend(place.group, steps.slice(0, -1)), visited);
      } else {
        places.push({ path, depth, group: descend(place.group, steps) });
      }
    }
  }
}

function descend(group: StateGroup, steps: readonly string[]): StateGroup {
  let at = group;
  for (const step of steps) {
    const part = at.parts.get(step) ?? emptyState();
    at.parts.set(step, part);
    at = part;
  }
  return at;
}

function collectVariables(
  file: Hdf5File,
  path: string,
  group: StateGroup,
  visited: Set<string>,
): void {
  const names = inNaturalOrder(file.children(path));
  if (names.length === 0) return;
  group.layerName = file.strings(path, "name")?.[0] ?? group.layerName;
  for (const [position, name] of names.entries()) {
    const variable = `${path}/${name}`;
    const address = file.address(variable);
    if (address === null || visited.has(address)) continue;
    visited.add(address);
    if (visited.size > MAX_OBJECTS) throw tooMany(file.name);
    if (file.kind(variable) !== "dataset") continue;
    const dataset = file.dataset(variable);
    if (dataset.isVirtual) continue;
    group.variables.set(/^\d+$/.test(name) ? Number(name) : position, {
      shape: dataset.shape,
      isFloat: dataset.floatType !== null,
      read: () => file.readFloats(dataset),
    });
  }
}

/** "conv2d_2" before "conv2d_10", as the layers were made. */
export function inNaturalOrder(names: readonly string[]): readonly string[] {
  return [...names].sort(NATURAL.compare);
}

function tooMany(name: string): ConvAtlasError {
  return new ConvAtlasError(
    "too-large",
    `${name} holds more than ${MAX_OBJECTS} groups and arrays, or nests them deeper than ${MAX_DEPTH}, which no network does; check that it is the right file.`,
  );
}
