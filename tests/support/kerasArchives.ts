import {
  type WriteOptions,
  type WrittenDataset,
  type WrittenGroup,
  writeHdf5,
} from "./hdf5Writer.ts";
import { writeZip } from "./zipWriter.ts";

/** What Keras 3 stores of one layer: its arrays in order, and its name where it notes it. */
export interface WrittenState {
  readonly arrays: readonly WrittenDataset[];
  readonly name?: string;
}

/** States by the path of their group: "layers/conv2d", "" for the model's own. */
export type WrittenStates = Readonly<Record<string, WrittenState | readonly WrittenDataset[]>>;

interface Building {
  attributes: NonNullable<WrittenGroup["attributes"]>;
  groups: Record<string, Building>;
  datasets: Record<string, WrittenDataset>;
}

/** The group that holds these states; "\\" in a path stays part of a group's name. */
export function stateGroup(states: WrittenStates): WrittenGroup {
  const root: Building = { attributes: {}, groups: {}, datasets: {} };
  for (const [path, state] of Object.entries(states)) {
    const { arrays, name } = "arrays" in state ? state : { arrays: state, name: undefined };
    let group = root;
    for (const step of [...path.split("/"), "vars"].filter((part) => part !== "")) {
      group.groups[step] ??= { attributes: {}, groups: {}, datasets: {} };
      group = group.groups[step];
    }
    for (const [at, array] of arrays.entries()) group.datasets[String(at)] = array;
    if (name !== undefined) group.attributes = { name: { text: name } };
  }
  return root;
}

/** A file of Keras 3's weights alone. */
export function writeState(states: WrittenStates, options?: WriteOptions): Promise<Uint8Array> {
  return writeHdf5(stateGroup(states), options);
}

export interface ArchiveOptions {
  readonly deflated?: boolean;
  readonly version?: string;
  /** Members besides the configuration, or instead of others. */
  readonly members?: Readonly<Record<string, Uint8Array>>;
}

/** A .keras archive; `states` null: without weights. */
export async function writeArchive(
  config: unknown,
  states: WrittenStates | null,
  { deflated = false, version = "3.8.0", members = {} }: ArchiveOptions = {},
): Promise<Uint8Array> {
  const encoded = (text: string) => new TextEncoder().encode(text);
  const files = {
    "metadata.json": encoded(JSON.stringify({ keras_version: version })),
    "config.json": encoded(typeof config === "string" ? config : JSON.stringify(config)),
    ...(states === null ? {} : { "model.weights.h5": await writeState(states) }),
    ...members,
  };
  return writeZip(files, { deflate: deflated ? Object.keys(files) : [] });
}
