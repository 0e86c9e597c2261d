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
  if (!(count > entries)) return null;
  const whitened = centredRows(rows, entries, count);
  const factor = new Float64Array(entries * entries);
  covariance(whitened, entries, count, factor);
  if (!factorise(factor, entries)) return null;
  for (let start = 0; start < whitened.length; start += entries) {
    for (let i = 0; i < entries; i++) {
      let value = whitened[start + i];
      for (let j = 0; j < i; j++) value -= factor[i * entries + j] * whitened[start + j];
      whitened[start + i] = value / factor[i * entries + i];
    }
  }
  return whitened;
}

function centredRows(rows: Float64Array, entries: number, count: number): Float64Array {
  const centred = rows.slice(0, count * entries);
  for (let i = 0; i < entries; i++) {
    let sum = 0;
    for (let at = i; at < centred.length; at += entries) sum += centred[at];
    const mean = sum / count;
    for (let at = i; at < centred.length; at += entries) centred[at] -= mean;
  }
  return centred;
}

/** The lower triangle of the covariance with divisor n, into `target` (entries x entries, row by row). */
function covariance(
  centred: Float64Array,
  entries: number,
  count: number,
  target: Float64Array,
): void {
  for (let start = 0; start < centred.length; start += entries) {
    for (let i = 0; i < entries; i++) {
      const value = centred[start + i];
      for (let j = 0; j <= i; j++) target[i * entries + j] += value * centred[start + j];
    }
  }
  for (let at = 0; at < target.length; at++) target[at] /= count;
}

/** Replaces the lower triangle of a symmetric matrix by its Cholesky factor; false if it is singular. */
function factorise(matrix: Float64Array, size: number): boolean {
  for (let i = 0; i < size; i++) {
    const variance = matrix[i * size + i];
    for (let j = 0; j <= i; j++) {
      let value = matrix[i * size + j];
      for (let k = 0; k < j; k++) value -= matrix[i * size + k] * matrix[j * size + k];
      if (j < i) {
        matrix[i * size + j] = value / matrix[j * size + j];
      } else if (value > variance * SINGULAR_PIVOT && value < Number.POSITIVE_INFINITY) {
        matrix[i * size + i] = Math.sqrt(value);
      } else {
        return false;
      }
    }
  }
  return true;
}
