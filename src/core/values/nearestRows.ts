/**
 * For some of many points the nearest of a few rows, and how far the two nearest are; of
 * equally near rows the first. One object for one set of points: it owns the room for its
 * answers.
 *
 * The search has no branches: which of two rows is nearer is a toss-up for just those points
 * that are looked at most, and each wrong guess of the processor costs as much as a distance.
 */
export class NearestRows {
  /** Nearest row of each point asked for; -1 where no distance is finite. */
  readonly nearest: Int8Array;
  /** Distance to it; infinite where no distance is finite. */
  readonly near: Float64Array;
  /** Distance to the second nearest; infinite where there is none. */
  readonly far: Float64Array;
  readonly #squares: Float64Array;

  /**
   * @param mostPoints points asked for at a time.
   * @param mostRows rows they are compared with, at most 127.
   */
  constructor(mostPoints: number, mostRows: number) {
    this.nearest = new Int8Array(mostPoints);
    this.near = new Float64Array(mostPoints);
    this.far = new Float64Array(mostPoints);
    this.#squares = new Float64Array(mostRows + 1);
  }

  /**
   * @param points rows of `entries` numbers.
   * @param chosen indexes of points, of which the first `count` are looked at.
   * @param rows what they are compared with, `entries` numbers each, `rowCount` of them.
   */
  find(
    points: Float64Array,
    entries: number,
    chosen: Int32Array,
    count: number,
    rows: Float64Array,
    rowCount: number,
  ): void {
    if (entries === 9) this.#findAmongNines(points, chosen, count, rows, rowCount);
    else this.#findAmongAny(points, entries, chosen, count, rows, rowCount);
  }

  #findAmongAny(
    points: Float64Array,
    entries: number,
    chosen: Int32Array,
    count: number,
    rows: Float64Array,
    rowCount: number,
  ): void {
    const squares = this.#squares;
    for (let q = 0; q < count; q++) {
      const start = chosen[q] * entries;
      for (let c = 0, at = 0; c < rowCount; c++) {
        let square = 0;
        for (let i = start; i < start + entries; i++) {
          const difference = points[i] - rows[at++];
          square += difference * difference;
        }
        squares[c] = square;
      }
      this.#choose(q, rowCount);
    }
  }

  /** The same for 3x3 kernels, nearly all there are, written out: twice as fast. */
  #findAmongNines(
    points: Float64Array,
    chosen: Int32Array,
    count: number,
    rows: Float64Array,
    rowCount: number,
  ): void {
    const squares = this.#squares;
    for (let q = 0; q < count; q++) {
      const start = chosen[q] * 9;
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
      this.#choose(q, rowCount);
    }
  }

  /** The answer for the q-th chosen point from its squared distances. */
  #choose(q: number, rowCount: number): void {
    const squares = this.#squares;
    // Stands for "none yet", and for "none" at the end.
    squares[rowCount] = Number.POSITIVE_INFINITY;
    let first = rowCount;
    let second = rowCount;
    for (let c = 0; c < rowCount; c++) {
      const isFirst = Number(squares[c] < squares[first]);
      const isSecond = Number(squares[c] < squares[second]) & (isFirst ^ 1);
      second += Math.imul(isSecond, c - second) + Math.imul(isFirst, first - second);
      first += Math.imul(isFirst, c - first);
    }
    this.nearest[q] = first === rowCount ? -1 : first;
    this.near[q] = Math.sqrt(squares[first]);
    this.far[q] = Math.sqrt(squares[second]);
  }
}
