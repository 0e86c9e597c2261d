/**
 * A pivot below this share of its variable's variance says that the variable follows from the others: kernels in
 * float32 that lie in a plane leave (6e-8)^2, the sums in float64 at most about 1e-13.
 */
const SINGULAR_PIVOT = 1e-12;

/**
 * Rows, `entries` long, with their mean taken away and made uncorrelated with variance one (divisor n), so that
 * distances between them are Mahalanobis distances of the originals: y = L^-1 (x - mean), S = L L^T (Cholesky).
 * Null if there are no more rows than entries, or if the covariance is singular or not finite.
 */
export function whitenedRows(rows: Float64Array, entries: number): Float64Array | null {
  const count = Math.floor(rows.length / entries);
  const whitened = rows.slice(0, count * entries);
  return whitenInPlace(whitened, entries) ? whitened : null;
}

/** The same in place; false where it cannot be done, and then the rows are of no more use. */
export function whitenInPlace(rows: Float64Array, entries: number): boolean {
  if (!(rows.length > entries * entries)) return false;
  centre(rows, columnMeans(rows, entries));
  const factor = covariance(rows, entries);
  if (factorise(factor, entries) < entries) return false;
  for (let start = 0; start < rows.length; start += entries) {
    for (let i = 0; i < entries; i++) {
      let value = rows[start + i];
      for (let j = 0; j < i; j++) value -= factor[i * entries + j] * rows[start + j];
      rows[start + i] = value / factor[i * entries + i];
    }
  }
  return true;
}

export function columnMeans(rows: Float64Array, entries: number): Float64Array {
  const means = new Float64Array(entries);
  for (let start = 0; start < rows.length; start += entries) {
    for (let i = 0; i < entries; i++) means[i] += rows[start + i];
  }
  for (let i = 0; i < entries; i++) means[i] /= rows.length / entries;
  return means;
}

/** Takes the mean away from each row, in place. */
export function centre(rows: Float64Array, mean: Float64Array): void {
  const entries = mean.length;
  for (let start = 0; start < rows.length; start += entries) {
    for (let i = 0; i < entries; i++) rows[start + i] -= mean[i];
  }
}

/** The lower triangle of the covariance with divisor n, entries x entries, row by row. */
export function covariance(centred: Float64Array, entries: number): Float64Array {
  const products = new Float64Array(entries * entries);
  for (let start = 0; start < centred.length; start += entries) {
    for (let i = 0; i < entries; i++) {
      const value = centred[start + i];
      for (let j = 0; j <= i; j++) products[i * entries + j] += value * centred[start + j];
    }
  }
  for (let at = 0; at < products.length; at++) products[at] /= centred.length / entries;
  return products;
}

/**
 * Replaces the lower triangle of a covariance by its Cholesky factor L, S = L L^T. A variable that follows from those
 * before it gets a diagonal of 0, and is left out of the rows below.
 *
 * @returns how many variables do not: the rank; 0 where the covariance is not finite.
 */
export function factorise(matrix: Float64Array, size: number): number {
  let rank = 0;
  for (let i = 0; i < size; i++) {
    const variance = matrix[i * size + i];
    for (let j = 0; j <= i; j++) {
      let value = matrix[i * size + j];
      for (let k = 0; k < j; k++) value -= matrix[i * size + k] * matrix[j * size + k];
      if (j < i) {
        const pivot = matrix[j * size + j];
        matrix[i * size + j] = pivot > 0 ? value / pivot : 0;
        continue;
      }
      if (!(value < Number.POSITIVE_INFINITY)) return 0;
      const isOwn = value > variance * SINGULAR_PIVOT;
      matrix[i * size + i] = isOwn ? Math.sqrt(value) : 0;
      if (isOwn) rank++;
    }
  }
  return rank;
}
