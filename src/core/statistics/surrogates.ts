import type { SeededRandom } from "../random/seededRandom.ts";
import { centre, columnMeans, covariance, factorise, whitenInPlace } from "./whitening.ts";

/**
 * Normally distributed rows with exactly the mean and the covariance of given rows. Were the
 * given rows normal, they could not be told from these: standardised normal rows do not depend
 * on their mean and covariance. Rows of an estimated distribution, in contrast, would have
 * longer clouds, since estimated covariances are longer than true ones.
 */
export class SurrogateRows {
  readonly #entries: number;
  readonly #count: number;
  readonly #mean: Float64Array;
  /** Lower triangular, row-major; times its transpose it is the covariance. */
  readonly #factor: Float64Array;

  /**
   * @param rows finite, `entries` numbers each.
   * @throws RangeError if there are no more rows than entries: rows of every distribution are
   * the corners of a simplex then.
   */
  constructor(rows: Float64Array, entries: number) {
    if (!(rows.length > entries * entries)) {
      throw new RangeError(`${rows.length / entries} rows of ${entries} entries`);
    }
    this.#entries = entries;
    this.#count = rows.length;
    this.#mean = columnMeans(rows, entries);
    const centred = rows.slice();
    centre(centred, this.#mean);
    this.#factor = covariance(centred, entries);
    factorise(this.#factor, entries);
  }

  /** As many rows as were given. */
  draw(random: SeededRandom): Float64Array {
    const entries = this.#entries;
    const rows = new Float64Array(this.#count);
    do {
      for (let at = 0; at < rows.length; at++) rows[at] = random.normal();
      // Normal rows are not in a plane, but for a chance of 0.
    } while (!whitenInPlace(rows, entries));
    for (let start = 0; start < rows.length; start += entries) {
      // From the last entry on, each needs those before it only.
      for (let i = entries - 1; i >= 0; i--) {
        let sum = this.#mean[i];
        for (let j = 0; j <= i; j++) sum += this.#factor[i * entries + j] * rows[start + j];
        rows[start + i] = sum;
      }
    }
    return rows;
  }
}
