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
 * Principal component analysis of kernels (README, rule V1): axes are the right
 * singular vectors of X - mu, found as eigenvectors of the d x d covariance.
 *
 * @param clouds arrays of rows with d entries each, together the data matrix X;
 * rows that are not finite are left out.
 */
export function principalAxes(clouds: readonly Float64Array[], entries: number): PrincipalAxes {
  const mean = columnMeans(clouds, entries);
  const { values, vectors } = symmetricEigen(scatterMatrix(clouds, mean), entries);
  let total = 0;
  for (const value of values) total += Math.max(0, value);
  return {
    mean,
    components: vectors.map(withPositiveLargestEntry),
    explainedVarianceRatio: values.map((value) => (total > 0 ? Math.max(0, value) / total : 0)),
  };
}

function columnMeans(clouds: readonly Float64Array[], entries: number): Float64Array {
  const mean = new Float64Array(entries);
  let count = 0;
  for (const rows of clouds) {
    for (let start = 0; start < rows.length; start += entries) {
      if (!isFiniteRow(rows, start, entries)) continue;
      count++;
      // A running mean: sums of huge entries would overflow.
      for (let i = 0; i < entries; i++) mean[i] += (rows[start + i] - mean[i]) / count;
    }
  }
  return mean;
}

function scatterMatrix(clouds: readonly Float64Array[], mean: Float64Array): Float64Array {
  const entries = mean.length;
  const scatter = new Float64Array(entries * entries);
  const centred = new Float64Array(entries);
  for (const rows of clouds) {
    for (let start = 0; start < rows.length; start += entries) {
      if (!isFiniteRow(rows, start, entries)) continue;
      for (let i = 0; i < entries; i++) centred[i] = rows[start + i] - mean[i];
      for (let i = 0; i < entries; i++) {
        for (let j = i; j < entries; j++) scatter[i * entries + j] += centred[i] * centred[j];
      }
    }
  }
  for (let i = 0; i < entries; i++) {
    for (let j = 0; j < i; j++) scatter[i * entries + j] = scatter[j * entries + i];
  }
  return scatter;
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
  const entries = axes.mean.length;
  const count = rows.length / entries;
  const scores = new Float32Array(count * kept);
  const available = Math.min(kept, axes.components.length);
  for (let k = 0; k < count; k++) {
    if (!isFiniteRow(rows, k * entries, entries)) {
      scores.fill(Number.NaN, k * kept, (k + 1) * kept);
      continue;
    }
    for (let c = 0; c < available; c++) {
      const component = axes.components[c];
      let score = 0;
      for (let i = 0; i < entries; i++) {
        score += (rows[k * entries + i] - axes.mean[i]) * component[i];
      }
      scores[k * kept + c] = score;
    }
  }
  return scores;
}
