/**
 * For each of many points the nearest of a few rows; of equally near rows the first. One
 * object for one size of block: it owns the room for its answers.
 *
 * The search has no branches: which of two rows is nearer is often a toss-up, and each wrong
 * guess of the processor costs as much as a distance.
 */
export class NearestRows {
  /** Nearest row of each point; -1 where no distance is finite. */
  readonly nearest: Int8Array;
  /** Distance to it; infinite where no distance is finite. */
  readonly distances: Float64Array;
  readonly #squares: Float64Array;

  /**
   * @param mostPoints points at a time.
   * @param mostRows rows they are compared with, at most 127.
   */
  constructor(mostPoints: number, mostRows: number) {
    this.nearest = new Int8Array(mostPoints);
    this.distances = new Float64Array(mostPoints);
    this.#squares = new Float64Array(mostRows + 1);
  }

  /**
   * @param points `entries` numbers each; the first `count` are looked at.
   * @param rows what they are compared with, `entries` numbers each.
   */
  find(points: Float64Array, entries: number, count: number, rows: Float64Array): void {
    if (entries === 9) this.#findAmongNines(points, count, rows);
    else this.#findAmongAny(points, entries, count, rows);
  }

  #findAmongAny(points: Float64Array, entries: number, count: number, rows: Float64Array): void {
    const squares = this.#squares;
    const rowCount = rows.length / entries;
    for (let p = 0; p < count; p++) {
      const start = p * entries;
      for (let c = 0, at = 0; c < rowCount; c++) {
        let square = 0;
        for (let i = start; i < start + entries; i++) {
          const difference = points[i] - rows[at++];
          square += difference * difference;
        }
        squares[c] = square;
      }
      this.#choose(p, rowCount);
    }
  }

  /** The same for 3x3 kernels, nearly all there are, written out: twice as fast. */
  #findAmongNines(points: Float64Array, count: number, rows: Float64Array): void {
    const squares = this.#squares;
    const rowCount = rows.length / 9;
    for (let p = 0, start = 0; p < count; p++, start += 9) {
      const x0 = points[start];
      const x1 = points[start + 1];
      const x2 = points[start + 2];
      const x3 = points[start + 3];
      const x4 = points[start + 4];
      const x5 = points[start + 5];
      const x6 = points[start + 6];
      const x7 = points[start + 7];
      const x8 = points[start + 8];
      for (let c = 0, at = 0; c < rowCount; c++, at += 9) {
        const d0 = x0 - rows[at];
        const d1 = x1 - rows[at + 1];
        const d2 = x2 - rows[at + 2];
        const d3 = x3 - rows[at + 3];
        const d4 = x4 - rows[at + 4];
        const d5 = x5 - rows[at + 5];
        const d6 = x6 - rows[at + 6];
        const d7 = x7 - rows[at + 7];
        const d8 = x8 - rows[at + 8];
        const above = d0 * d0 + d1 * d1 + d2 * d2;
        squares[c] = above + d3 * d3 + d4 * d4 + d5 * d5 + d6 * d6 + d7 * d7 + d8 * d8;
      }
      this.#choose(p, rowCount);
    }
  }

  /** The answer for a point from its squared distances. */
  #choose(p: number, rowCount: number): void {
    const squares = this.#squares;
    // Stands for "none yet", and for "none" at the end.
    squares[rowCount] = Number.POSITIVE_INFINITY;
    let first = rowCount;
    for (let c = 0; c < rowCount; c++) {
      first += Math.imul(Number(squares[c] < squares[first]), c - first);
    }
    this.nearest[p] = first === rowCount ? -1 : first;
    this.distances[p] = Math.sqrt(squares[first]);
  }
}
