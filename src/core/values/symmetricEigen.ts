/** Sweeps after which Jacobi's method has converged for any matrix met in practice (about 8 are usual). */
const MOST_SWEEPS = 64;

export interface SymmetricEigen {
  /** Descending. */
  readonly values: Float64Array;
  /** Unit vectors, one per value. */
  readonly vectors: readonly Float64Array[];
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations
 * (Golub and Van Loan, Matrix Computations, section 8.5): for the few entries a
 * kernel has, as fast as anything and accurate to rounding.
 *
 * @param matrix size * size entries, row-major, symmetric.
 */
export function symmetricEigen(matrix: Float64Array, size: number): SymmetricEigen {
  const a = Float64Array.from(matrix);
  const vectors = identity(size);
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    if (offDiagonalSquare(a, size) === 0) break;
    for (let p = 0; p < size - 1; p++) {
      for (let q = p + 1; q < size; q++) rotate(a, vectors, size, p, q);
    }
  }
  const order = Array.from({ length: size }, (_, i) => i).sort(
    (i, j) => a[j * size + j] - a[i * size + i],
  );
  return {
    values: Float64Array.from(order, (i) => a[i * size + i]),
    vectors: order.map((i) => Float64Array.from({ length: size }, (_, r) => vectors[r * size + i])),
  };
}

function identity(size: number): Float64Array {
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) matrix[i * size + i] = 1;
  return matrix;
}

/** Sum of the squares off the diagonal, as 0 once it is lost beside the diagonal. */
function offDiagonalSquare(a: Float64Array, size: number): number {
  let off = 0;
  let diagonal = 0;
  for (let i = 0; i < size; i++) {
    diagonal += a[i * size + i] ** 2;
    for (let j = i + 1; j < size; j++) off += a[i * size + j] ** 2;
  }
  return off <= diagonal * Number.EPSILON ** 2 ? 0 : off;
}

/** Makes a[p, q] zero by one rotation and applies it to the vectors' columns. */
function rotate(a: Float64Array, vectors: Float64Array, size: number, p: number, q: number): void {
  const apq = a[p * size + q];
  if (apq === 0) return;
  const tau = (a[q * size + q] - a[p * size + p]) / (2 * apq);
  const tangent = Math.sign(tau || 1) / (Math.abs(tau) + Math.hypot(1, tau));
  const cosine = 1 / Math.hypot(1, tangent);
  const sine = tangent * cosine;
  for (let k = 0; k < size; k++) {
    const akp = a[k * size + p];
    const akq = a[k * size + q];
    a[k * size + p] = cosine * akp - sine * akq;
    a[k * size + q] = sine * akp + cosine * akq;
  }
  for (let k = 0; k < size; k++) {
    const apk = a[p * size + k];
    const aqk = a[q * size + k];
    a[p * size + k] = cosine * apk - sine * aqk;
    a[q * size + k] = sine * apk + cosine * aqk;
    const vkp = vectors[k * size + p];
    const vkq = vectors[k * size + q];
    vectors[k * size + p] = cosine * vkp - sine * vkq;
    vectors[k * size + q] = sine * vkp + cosine * vkq;
  }
}
