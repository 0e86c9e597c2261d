import type { ByteSource } from "../../bytes/byteSource.ts";
import { ConvAtlasError } from "../../errors.ts";
import { type Hdf5File, withHdf5File } from "../hdf5/hdf5File.ts";
import { isObject, type JsonObject } from "./configValues.ts";

// keras/src/saving/saving_lib.py, ShardedH5IOStore: a JSON file tells which HDF5 file holds which
// group of arrays ("weight_map"); the files bear its name and a number.

/** Shards are 5 GB unless asked otherwise: far more than any network of convolutions. */
const MAX_SHARDS = 256;
const SHARD = /\.weights\.h5$/;

/** Names of the files in an index of weights; null if it is none of Keras. */
export function shardNames(index: JsonObject | null): readonly string[] | null {
  const map = index?.weight_map;
  if (!isObject(map)) return null;
  const names = new Set<string>();
  for (const name of Object.values(map)) {
    if (typeof name !== "string" || !SHARD.test(name)) return null;
    names.add(name);
  }
  return names.size === 0 ? null : [...names];
}

/**
 * The files of these names.
 *
 * @throws ConvAtlasError `missing-companion-file` with the names of those that are not there.
 */
export function openShards(
  names: readonly string[],
  find: (name: string) => ByteSource | undefined,
  indexName: string,
): readonly ByteSource[] {
  if (names.length > MAX_SHARDS) {
    throw new ConvAtlasError(
      "too-large",
      `${indexName} lists more than ${MAX_SHARDS} files of weights, which no network needs; check that it is the right file.`,
    );
  }
  const found = names.map((name) => ({ name, source: find(name) }));
  const missing = found.filter(({ source }) => source === undefined).map(({ name }) => name);
  if (missing.length > 0) {
    throw new ConvAtlasError(
      "missing-companion-file",
      `The weights of ${indexName} lie in ${names.length} files, of which ${missing.length} are missing (${missing.slice(0, 3).join(", ")}${missing.length > 3 ? ", ..." : ""}); open them all together.`,
      "",
      missing,
    );
  }
  return found.flatMap(({ source }) => source ?? []);
}

/** Opens several HDF5 files for the time of `use`. */
export function withHdf5Files<Result>(
  sources: readonly ByteSource[],
  use: (files: readonly Hdf5File[]) => Promise<Result>,
  opened: readonly Hdf5File[] = [],
): Promise<Result> {
  const [next, ...rest] = sources;
  if (next === undefined) return use(opened);
  return withHdf5File(next, (file) => withHdf5Files(rest, use, [...opened, file]));
}
