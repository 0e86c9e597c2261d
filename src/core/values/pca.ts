import { symmetricEigen } from "./symmetricEigen.ts";

/** Principal axes of a cloud of kernels; d = entries per kernel. */
export interface PrincipalAxes {
  /** d entries. */
  readonly mean: Float64Array;
  /** d unit rows, largest variance first; the largest entry of each is positive. */
  readonly components: readonly Float64Array[];
  /** d shares that sum to 1; all 0 if all kernels are equal. */
  readonly explainedVarianceRatio: Float64Array;
}

/**
 * Entries whose magnitudes differ by less than this share are equally large; the
 * first of them fixes the sign, so that rounding cannot flip an axis.
 */
const EQUAL_MAGNITUDES = 1e-9;

/**
 * Mean of rows that come block by block; rows that are not finite are left out. Sums are of
 * differences from the first row: equal rows then have exactly their own mean.
 */
export class ColumnMeans {
  readonly #entries: number;
  readonly #first: Float64Array;
  readonly #sums: Float64Array;
  #count = 0;

  constructor(entries: number) {
    this.#entries = entries;
    this.#first = new Float64Array(entries);
    this.#sums = new Float64Array(entries);
  }

  /** @param rows float32 numbers in double precision: no sum of them can overflow. */
  add(rows: Float64Array, count: number): void {
    const entries = this.#entries;
    const first = this.#first;
    const sums = this.#sums;
    for (let start = 0; start < count * entries; start += entries) {
      if (!isFiniteRow(rows, start, entries)) continue;
      if (this.#count === 0) first.set(rows.subarray(start, start + entries));
      for (let i = 0; i < entries; i++) sums[i] += rows[start + i] - first[i];
      this.#count++;
    }
  }

  /** 0 in all entries without rows. */
  mean(): Float64Array {
    const count = Math.max(1, this.#count);
    return this.#first.map((entry, i) => entry + this.#sums[i] / count);
  }
}

/** Rows whose products are added at a time: the sums are then fetched and stored a quarter as often. */
const ROWS_AT_A_TIME = 4;

/** The d x d matrix (X - mu)' (X - mu) of rows that come block by block, finite ones only. */
export class Scatter {
  readonly #mean: Float64Array;
  /** Upper half, row-major; the rest stays 0. */
  readonly #products: Float64Array;
  /** Centred rows that are not yet in the sums; 0 where there are fewer than four. */
  readonly #waiting: Float64Array;
  #waitingCount = 0;

  constructor(mean: Float64Array) {
    this.#mean = mean;
    this.#products = new Float64Array(mean.length ** 2);
    this.#waiting = new Float64Array(ROWS_AT_A_TIME * mean.length);
  }

  add(rows: Float64Array, count: number): void {
    const mean = this.#mean;
    const waiting = this.#waiting;
    const entries = mean.length;
    for (let start = 0; start < count * entries; start += entries) {
      if (!isFiniteRow(rows, start, entries)) continue;
      const to = this.#waitingCount * entries;
      for (let i = 0; i < entries; i++) waiting[to + i] = rows[start + i] - mean[i];
      this.#waitingCount++;
      if (this.#waitingCount === ROWS_AT_A_TIME) this.#addWaiting();
    }
  }

  #addWaiting(): void {
    const products = this.#products;
    const waiting = this.#waiting;
    const entries = this.#mean.length;
    for (let i = 0; i < entries; i++) {
      const a = waiting[i];
      const b = waiting[i + entries];
      const c = waiting[i + 2 * entries];
      const d = waiting[i + 3 * entries];
      for (let j = i; j < entries; j++) {
        products[i * entries + j] +=
          a * waiting[j] +
          b * waiting[j + entries] +
          c * waiting[j + 2 * entries] +
          d * waiting[j + 3 * entries];
      }
    }
    waiting.fill(0);
    this.#waitingCount = 0;
  }

  axes(): PrincipalAxes {
    this.#addWaiting();
    const entries = this.#mean.length;
    const matrix = this.#products.slice();
    for (let i = 0; i < entries; i++) {
      for (let j = 0; j < i; j++) matrix[i * entries + j] = matrix[j * entries + i];
    }
    const { values, vectors } = symmetricEigen(matrix, entries);
    let total = 0;
    for (const value of values) total += Math.max(0, value);
    return {
      mean: this.#mean,
      components: vectors.map(withPositiveLargestEntry),
      explainedVarianceRatio: values.map((value) => (total > 0 ? Math.max(0, value) / total : 0)),
    };
  }
}

/**
 * Principal component analysis of kernels (README, rule V1): axes are the right
 * singular vectors of X - mu, found as eigenvectors of the d x d covariance.
 *
 * @param clouds arrays of rows with d entries each, together the data matrix X;
 * rows that are not finite are left out.
 */
export function principalAxes(clouds: readonly Float64Array[], entries: number): PrincipalAxes {
  const means = new ColumnMeans(entries);
  for (const rows of clouds) means.add(rows, rows.length / entries);
  const scatter = new Scatter(means.mean());
  for (const rows of clouds) scatter.add(rows, rows.length / entries);
  return scatter.axes();
}

/** True if no entry of the row is NaN or infinite. */
export function isFiniteRow(rows: ArrayLike<number>, start: number, entries: number): boolean {
  for (let i = start; i < start + entries; i++) if (!Number.isFinite(rows[i])) return false;
  return true;
}

function withPositiveLargestEntry(vector: Float64Array): Float64Array {
  let at = 0;
  for (let i = 1; i < vector.length; i++) {
    if (Math.abs(vector[i]) > Math.abs(vector[at]) * (1 + EQUAL_MAGNITUDES)) at = i;
  }
  return vector[at] < 0 ? vector.map((entry) => -entry) : vector;
}

/**
 * Coordinates (x - mu) V of rows on the first `kept` axes; NaN for rows that are
 * not finite, 0 on axes that do not exist.
 */
export function project(rows: Float64Array, axes: PrincipalAxes, kept: number): Float32Array {
  const count = rows.length / axes.mean.length;
  const scores = new Float32Array(count * kept);
  projectRows(rows, count, axes, kept, scores);
  return scores;
}

/** The same for the first `count` rows, into `scores`, which holds 0 before. */
export function projectRows(
  rows: Float64Array,
  count: number,
  axes: PrincipalAxes,
  kept: number,
  scores: Float32Array,
): void {
  const { mean, components } = axes;
  const entries = mean.length;
  const available = Math.min(kept, components.length);
  const centred = new Float64Array(entries);
  for (let k = 0; k < count; k++) {
    const start = k * entries;
    if (!isFiniteRow(rows, start, entries)) {
      scores.fill(Number.NaN, k * kept, (k + 1) * kept);
      continue;
    }
    for (let i = 0; i < entries; i++) centred[i] = rows[start + i] - mean[i];
    for (let c = 0; c < available; c++) {
      const component = components[c];
      let score = 0;
      for (let i = 0; i < entries; i++) score += centred[i] * component[i];
      scores[k * kept + c] = score;
    }
  }
}
