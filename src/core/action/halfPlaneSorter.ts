import type { FrequencyGrid } from "./frequencyGrid.ts";

/** Values per bucket aimed at: small enough for insertion sort, large enough to fill caches. */
const VALUES_PER_BUCKET = 4;

/** Above this many values in one bucket the library's sort is faster than insertion. */
const INSERTION_SORT_UP_TO = 48;

/**
 * Sorts the values of half planes of one grid, each as often as it occurs on the
 * full grid. Values lie in 0..1 and are spread smoothly for most kernels, so
 * dealing them into equal buckets and sorting each takes linear time, where a
 * comparison sort takes most of the analysis.
 */
export class HalfPlaneSorter {
  readonly #plane: FrequencyGrid;
  readonly #bucketCount: number;
  /** First place of each bucket in the sorted list; advances while values are dealt. */
  readonly #places: Int32Array;

  constructor(plane: FrequencyGrid) {
    this.#plane = plane;
    this.#bucketCount = Math.max(1, Math.floor(plane.fullCount / VALUES_PER_BUCKET));
    this.#places = new Int32Array(this.#bucketCount + 1);
  }

  /**
   * @param half values 0..1, row by row of the half plane.
   * @param ascending receives the full plane's `fullCount` values.
   */
  sort(half: Float64Array, ascending: Float32Array): void {
    this.#countValues(half);
    this.#dealValues(half, ascending);
    this.#sortBuckets(ascending);
  }

  #countValues(half: Float64Array): void {
    const { columns, multiplicity, halfCount } = this.#plane;
    const places = this.#places;
    const buckets = this.#bucketCount;
    places.fill(0);
    for (let start = 0; start < halfCount; start += columns) {
      for (let u = 0; u < columns; u++) {
        const value = half[start + u];
        const bucket = value < 1 ? (value * buckets) | 0 : buckets - 1;
        places[bucket + 1] += multiplicity[u];
      }
    }
    for (let bucket = 0; bucket < buckets; bucket++) places[bucket + 1] += places[bucket];
  }

  #dealValues(half: Float64Array, ascending: Float32Array): void {
    const { columns, multiplicity, halfCount } = this.#plane;
    const places = this.#places;
    const buckets = this.#bucketCount;
    for (let start = 0; start < halfCount; start += columns) {
      for (let u = 0; u < columns; u++) {
        const value = half[start + u];
        const bucket = value < 1 ? (value * buckets) | 0 : buckets - 1;
        ascending[places[bucket]++] = value;
        if (multiplicity[u] === 2) ascending[places[bucket]++] = value;
      }
    }
  }

  #sortBuckets(ascending: Float32Array): void {
    const places = this.#places;
    let start = 0;
    for (let bucket = 0; bucket < this.#bucketCount; bucket++) {
      const end = places[bucket];
      if (end - start > INSERTION_SORT_UP_TO) ascending.subarray(start, end).sort();
      else insertionSort(ascending, start, end);
      start = end;
    }
  }
}

function insertionSort(values: Float32Array, start: number, end: number): void {
  for (let i = start + 1; i < end; i++) {
    const value = values[i];
    let at = i - 1;
    while (at >= start && values[at] > value) {
      values[at + 1] = values[at];
      at--;
    }
    values[at + 1] = value;
  }
}
