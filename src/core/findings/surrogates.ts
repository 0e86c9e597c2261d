import type { SeededRandom } from "../random/seededRandom.ts";
import { whitenedRows } from "../statistics/whitening.ts";

/** A diagonal entry this much smaller than the variance it is left of is rounding. */
const ROUNDING = 1e-12;

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
  /** Lower triangular, row-major; times its transpose it is the covariance (Cholesky). */
  readonly #factor: Float64Array;

  /** @param rows finite, `entries` numbers each, more than entries + 1. */
  constructor(rows: Float64Array, entries: number) {
    this.#entries = entries;
    this.#count = rows.length;
    this.#mean = columnMeans(rows, entries);
    this.#factor = cholesky(covariance(rows, this.#mean), entries);
  }

  /** As many rows as were given. */
  draw(random: SeededRandom): Float64Array {
    const entries = this.#entries;
    const normals = new Float64Array(this.#count);
    for (let at = 0; at < normals.length; at++) normals[at] = random.normal();
    // Normal rows are not in a plane, but for a chance of 0.
    const rows = whitenedRows(normals, entries) ?? normals;
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

function columnMeans(rows: Float64Array, entries: number): Float64Array {
  const mean = new Float64Array(entries);
  for (let at = 0; at < rows.length; at++) mean[at % entries] += rows[at];
  return mean.map((sum) => sum / (rows.length / entries));
}

function covariance(rows: Float64Array, mean: Float64Array): Float64Array {
  const entries = mean.length;
  const products = new Float64Array(entries ** 2);
  for (let start = 0; start < rows.length; start += entries) {
    for (let i = 0; i < entries; i++) {
      const difference = rows[start + i] - mean[i];
      for (let j = 0; j <= i; j++) {
        products[i * entries + j] += difference * (rows[start + j] - mean[j]);
      }
    }
  }
  return products.map((sum) => sum / (rows.length / entries));
}

/**
 * The lower triangular factor of a covariance, of which the lower half is given. A direction
 * without variance of its own gets none.
 */
function cholesky(lower: Float64Array, size: number): Float64Array {
  const factor = new Float64Array(size ** 2);
  for (let j = 0; j < size; j++) {
    let left = lower[j * size + j];
    for (let k = 0; k < j; k++) left -= factor[j * size + k] ** 2;
    if (!(left > ROUNDING * lower[j * size + j])) continue;
    const diagonal = Math.sqrt(left);
    factor[j * size + j] = diagonal;
    for (let i = j + 1; i < size; i++) {
      let sum = lower[i * size + j];
      for (let k = 0; k < j; k++) sum -= factor[i * size + k] * factor[j * size + k];
      factor[i * size + j] = sum / diagonal;
    }
  }
  return factor;
}
