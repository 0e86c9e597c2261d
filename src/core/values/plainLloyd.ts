import type { CentreFitter } from "./lloyd.ts";
import { NearestRows } from "./nearestRows.ts";

/** Lloyd's iterations per start, as in `assembly/lloyd.ts`. */
const MOST_ITERATIONS = 100;

/** Lloyd's method as it stands in books: for few points, and for machines whose WebAssembly lacks SIMD. */
export class PlainLloyd implements CentreFitter {
  readonly centres: Float64Array;
  readonly #points: Float64Array;
  readonly #entries: number;
  readonly #search: NearestRows;
  /** Cluster of each point before the last search. */
  readonly #clusters: Int8Array;
  /** Points in each cluster, and their sums. */
  readonly #members: Float64Array;
  readonly #sums: Float64Array;

  /** As `Lloyd`. */
  constructor(points: Float64Array, entries: number, most: number) {
    const count = points.length / entries;
    this.centres = new Float64Array(most * entries);
    this.#points = points;
    this.#entries = entries;
    this.#search = new NearestRows(count, most);
    this.#clusters = new Int8Array(count);
    this.#members = new Float64Array(most);
    this.#sums = new Float64Array(most * entries);
  }

  run(count: number): number {
    const { nearest, distances } = this.#search;
    const centres = this.centres.subarray(0, count * this.#entries);
    this.#clusters.fill(-1);
    for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
      this.#search.find(this.#points, this.#entries, nearest.length, centres);
      if (!this.#haveMoved()) break;
      this.#clusters.set(nearest);
      this.#moveCentres(count);
    }
    let inertia = 0;
    for (let p = 0; p < distances.length; p++) inertia += distances[p] * distances[p];
    return inertia;
  }

  #haveMoved(): boolean {
    const { nearest } = this.#search;
    const clusters = this.#clusters;
    for (let p = 0; p < clusters.length; p++) if (clusters[p] !== nearest[p]) return true;
    return false;
  }

  /** Each centre becomes its points' mean; one that lost all its points stays where it is. */
  #moveCentres(count: number): void {
    const points = this.#points;
    const entries = this.#entries;
    const clusters = this.#clusters;
    const members = this.#members.fill(0);
    const sums = this.#sums.fill(0);
    for (let p = 0, from = 0; p < clusters.length; p++) {
      members[clusters[p]]++;
      let at = clusters[p] * entries;
      for (const end = from + entries; from < end; ) sums[at++] += points[from++];
    }
    for (let c = 0, at = 0; c < count; c++) {
      for (const end = at + entries; at < end; at++) {
        if (members[c] > 0) this.centres[at] = sums[at] / members[c];
      }
    }
  }
}
