/** Rows that an outline is cut into: with so many a row holds few of its sides. */
const ROWS = 256;

/**
 * Tells for a million points which of them lie inside an outline. By the even-odd rule a
 * point is inside if a ray from it to the right crosses the outline an odd number of times; that
 * needs only the sides that pass at the height of the point, which are collected once for each of
 * many rows.
 */
export class OutlineRows {
  readonly #polygon: Float64Array;
  readonly #bottom: number;
  readonly #top: number;
  readonly #left: number;
  readonly #right: number;
  /** Sides by the index of the number x of the corner at their end, row by row. */
  readonly #rows: readonly Int32Array[];

  /** @param polygon x, y, x, y, ... of the corners; it closes itself. */
  constructor(polygon: readonly number[]) {
    this.#polygon = Float64Array.from(polygon);
    const xs = this.#polygon.filter((_, at) => at % 2 === 0);
    const ys = this.#polygon.filter((_, at) => at % 2 === 1);
    this.#left = xs.reduce((least, x) => Math.min(least, x), Number.POSITIVE_INFINITY);
    this.#right = xs.reduce((most, x) => Math.max(most, x), Number.NEGATIVE_INFINITY);
    this.#bottom = ys.reduce((least, y) => Math.min(least, y), Number.POSITIVE_INFINITY);
    this.#top = ys.reduce((most, y) => Math.max(most, y), Number.NEGATIVE_INFINITY);
    const rows: number[][] = Array.from({ length: ROWS }, () => []);
    for (let at = 0; at + 1 < polygon.length; at += 2) {
      const [y1, y2] = [polygon[(at || polygon.length) - 1], polygon[at + 1]];
      const last = this.#rowOf(Math.max(y1, y2));
      for (let row = this.#rowOf(Math.min(y1, y2)); row <= last; row++) rows[row].push(at);
    }
    this.#rows = rows.map((sides) => Int32Array.from(sides));
  }

  #rowOf(y: number): number {
    const row = Math.floor(((y - this.#bottom) / (this.#top - this.#bottom)) * ROWS);
    // An outline without height has one row.
    return Math.max(0, Math.min(ROWS - 1, row || 0));
  }

  /** False for a point without a place (NaN). */
  contains(x: number, y: number): boolean {
    const isNear = x >= this.#left && x <= this.#right && y >= this.#bottom && y <= this.#top;
    if (!isNear) return false;
    const polygon = this.#polygon;
    let inside = false;
    for (const at of this.#rows[this.#rowOf(y)]) {
      const before = (at === 0 ? polygon.length : at) - 2;
      const y1 = polygon[before + 1];
      const y2 = polygon[at + 1];
      if (y1 > y === y2 > y) continue;
      const crossing = polygon[before] + ((y - y1) / (y2 - y1)) * (polygon[at] - polygon[before]);
      if (x < crossing) inside = !inside;
    }
    return inside;
  }
}
