import { isFiniteRow } from "./pca.ts";

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
  const nearest = new Int8Array(count).fill(-1);
  const distances = new Float32Array(count).fill(Number.NaN);
  for (let k = 0; k < count; k++) {
    if (!isFiniteRow(rows, k * entries, entries)) continue;
    let least = Number.POSITIVE_INFINITY;
    for (let f = 0; f * entries < features.length; f++) {
      let square = 0;
      for (let i = 0; i < entries; i++) {
        square += (rows[k * entries + i] - features[f * entries + i]) ** 2;
      }
      if (square < least) {
        least = square;
        nearest[k] = f;
        distances[k] = Math.sqrt(square);
      }
    }
  }
  return { nearest, distances };
}
