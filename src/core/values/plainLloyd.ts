import type { CentreFitter } from "./lloyd.ts";

/** Lloyd's iterations per start, as in `assembly/lloyd.ts`. */
const MOST_ITERATIONS = 100;

/** Lloyd's method as it stands in books, for machines whose WebAssembly lacks SIMD. */
export class PlainLloyd implements CentreFitter {
  readonly centres: Float64Array;
  readonly #points: Float64Array;
  readonly #entries: number;
  readonly #nearest: Int32Array;

  /** As `Lloyd`. */
  constructor(points: Float64Array, entries: number, most: number) {
    this.centres = new Float64Array(most * entries);
    this.#points = points;
    this.#entries = entries;
    this.#nearest = new Int32Array(points.length / entries);
  }

  run(count: number): number {
    this.#nearest.fill(-1);
    let inertia = 0;
    for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
      const step = this.#assign(count);
      inertia = step.inertia;
      if (step.changes === 0) break;
      this.#moveCentres(count);
    }
    return inertia;
  }

  #assign(count: number): { inertia: number; changes: number } {
    let inertia = 0;
    let changes = 0;
    for (let p = 0; p < this.#nearest.length; p++) {
      let nearest = 0;
      let least = Number.POSITIVE_INFINITY;
      for (let c = 0; c < count; c++) {
        const square = this.#squaredDistance(p, c);
        if (square < least) {
          least = square;
          nearest = c;
        }
      }
      inertia += least;
      if (this.#nearest[p] !== nearest) changes++;
      this.#nearest[p] = nearest;
    }
    return { inertia, changes };
  }

  #squaredDistance(point: number, centre: number): number {
    let square = 0;
    for (let i = 0; i < this.#entries; i++) {
      const pointEntry = this.#points[point * this.#entries + i];
      const difference = pointEntry - this.centres[centre * this.#entries + i];
      square += difference * difference;
    }
    return square;
  }

  /** Each centre becomes its points' mean; one that lost all its points stays where it is. */
  #moveCentres(count: number): void {
    const entries = this.#entries;
    const members = new Float64Array(count);
    const sums = new Float64Array(count * entries);
    for (let p = 0; p < this.#nearest.length; p++) {
      const c = this.#nearest[p];
      members[c]++;
      for (let i = 0; i < entries; i++) sums[c * entries + i] += this.#points[p * entries + i];
    }
    for (let at = 0; at < sums.length; at++) {
      const inCluster = members[Math.floor(at / entries)];
      if (inCluster > 0) this.centres[at] = sums[at] / inCluster;
    }
  }
}
