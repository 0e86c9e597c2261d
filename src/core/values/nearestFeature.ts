import { NearestRows } from "./nearestRows.ts";

export interface NearestFeatures {
  /** Feature index per kernel; -1 for kernels that are not finite. */
  readonly nearest: Int8Array;
  /** Euclidean distance to it; NaN for kernels that are not finite. */
  readonly distances: Float32Array;
}

/**
 * Nearest feature by values: smallest Euclidean distance; ties go to the earlier
 * feature.
 *
 * @param rows kernels, `entries` numbers each, normalised like the features.
 * @param features feature rows of the same size; none leaves every kernel without.
 */
export function nearestFeatures(
  rows: Float64Array,
  features: Float64Array,
  entries: number,
): NearestFeatures {
  const count = rows.length / entries;
  const found = new NearestRows(count, features.length / entries);
  found.find(rows, entries, count, features);
  return {
    nearest: found.nearest,
    distances: Float32Array.from(found.distances, finiteOrNaN),
  };
}

/** NaN stands for a distance to nothing. */
export function finiteOrNaN(distance: number): number {
  return distance === Number.POSITIVE_INFINITY ? Number.NaN : distance;
}
