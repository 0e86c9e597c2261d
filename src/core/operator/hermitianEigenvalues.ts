import type { HermitianMatrix } from "./gramEvaluator.ts";
import { UNIT_ROUNDOFF } from "./gramPolynomial.ts";
import type { Pace } from "./pace.ts";

/** QL needs two to three steps per eigenvalue; 30 is the limit of LAPACK. */
const STEPS_PER_VALUE_AT_MOST = 30;

/** Scratch of `hermitianEigenvalues`, made once per size. */
export interface EigenScratch {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
  readonly productReal: Float64Array;
  readonly productImaginary: Float64Array;
  /** Squares of the entries beside the diagonal of the tridiagonal matrix. */
  readonly beside: Float64Array;
}

export function eigenScratch(size: number): EigenScratch {
  return {
    real: new Float64Array(size),
    imaginary: new Float64Array(size),
    productReal: new Float64Array(size),
    productImaginary: new Float64Array(size),
    beside: new Float64Array(size),
  };
}

/** Operations of `hermitianEigenvalues`, for estimates. */
export function eigenvaluesCost(size: number): number {
  return (16 / 3) * size ** 3 + 60 * size ** 2;
}

/**
 * Certified bound of the error of an eigenvalue relative to the largest: reduction and QL are
 * backward stable with gamma~ of order n^2 (Higham 2002, lemma 19.3 and section 19.9), and by
 * Weyl's inequality eigenvalues move no more than the matrix does. The constant is generous.
 */
export function eigenvalueError(size: number): number {
  return 16 * size * (size + 8) * UNIT_ROUNDOFF;
}

/**
 * Eigenvalues of a Hermitian matrix, in no order: Householder reduction to tridiagonal form
 * (Golub and Van Loan, Matrix Computations, section 8.3.1) and then QL without square roots.
 * Only moduli of the entries beside the diagonal matter, so reflectors need no phases.
 *
 * @param matrix lower triangle; destroyed.
 * @param values `matrix.size` eigenvalues are written here.
 */
export async function hermitianEigenvalues(
  matrix: HermitianMatrix,
  scratch: EigenScratch,
  values: Float64Array,
  pace: Pace,
): Promise<void> {
  const { size, real } = matrix;
  scratch.beside[0] = 0;
  for (let last = size - 1; last > 0; last--) {
    scratch.beside[last] = eliminateRow(matrix, last, scratch);
    if (pace.spend(16 * last * (last + 1))) await pace.breathe();
  }
  for (let i = 0; i < size; i++) values[i] = real[i * size + i];
  tridiagonalEigenvalues(values, scratch.beside, size);
}

/**
 * Makes row `last` zero but for its entry beside the diagonal, by a reflection H = I - tau v v*
 * of the leading block B, which becomes H B H = B - v w* - w v*.
 * @returns the square of the entry that stays.
 */
function eliminateRow(matrix: HermitianMatrix, last: number, scratch: EigenScratch): number {
  const { size, real, imaginary } = matrix;
  const start = last * size;
  let square = 0;
  for (let j = 0; j < last; j++) square += real[start + j] ** 2 + imaginary[start + j] ** 2;
  const nextReal = real[start + last - 1];
  const nextImaginary = imaginary[start + last - 1];
  const nextSquare = nextReal ** 2 + nextImaginary ** 2;
  if (last === 1 || square === nextSquare) return square;
  const norm = Math.sqrt(square);
  const next = Math.sqrt(nextSquare);
  // v = y + phase ||y|| e, with y the column above the diagonal and the phase of its last entry.
  const stretch = next > 0 ? 1 + norm / next : 0;
  for (let j = 0; j < last; j++) {
    scratch.real[j] = real[start + j];
    scratch.imaginary[j] = -imaginary[start + j];
  }
  scratch.real[last - 1] = next > 0 ? nextReal * stretch : norm;
  scratch.imaginary[last - 1] = next > 0 ? -nextImaginary * stretch : 0;
  reflectBlock(matrix, last, 1 / (square + norm * next), scratch);
  return square;
}

/** B - v w* - w v* with p = tau B v and w = p - (tau / 2) (v* p) v, on the lower triangle. */
function reflectBlock(
  { size, real, imaginary }: HermitianMatrix,
  count: number,
  tau: number,
  {
    real: vReal,
    imaginary: vImaginary,
    productReal: wReal,
    productImaginary: wImaginary,
  }: EigenScratch,
): void {
  for (let i = 0; i < count; i++) {
    const at = i * size;
    const xReal = vReal[i];
    const xImaginary = vImaginary[i];
    const diagonal = real[at + i];
    let sumReal = diagonal * xReal;
    let sumImaginary = diagonal * xImaginary;
    for (let j = 0; j < i; j++) {
      const bReal = real[at + j];
      const bImaginary = imaginary[at + j];
      const yReal = vReal[j];
      const yImaginary = vImaginary[j];
      sumReal += bReal * yReal - bImaginary * yImaginary;
      sumImaginary += bReal * yImaginary + bImaginary * yReal;
      wReal[j] += bReal * xReal + bImaginary * xImaginary;
      wImaginary[j] += bReal * xImaginary - bImaginary * xReal;
    }
    // Rows below add to what row i has written so far: this assignment comes first of all.
    wReal[i] = sumReal;
    wImaginary[i] = sumImaginary;
  }
  let alongReal = 0;
  for (let i = 0; i < count; i++) {
    wReal[i] *= tau;
    wImaginary[i] *= tau;
    // v* B v is real: B is Hermitian.
    alongReal += vReal[i] * wReal[i] + vImaginary[i] * wImaginary[i];
  }
  const along = (tau / 2) * alongReal;
  for (let i = 0; i < count; i++) {
    wReal[i] -= along * vReal[i];
    wImaginary[i] -= along * vImaginary[i];
  }
  for (let i = 0; i < count; i++) {
    const at = i * size;
    const viReal = vReal[i];
    const viImaginary = vImaginary[i];
    const wiReal = wReal[i];
    const wiImaginary = wImaginary[i];
    for (let j = 0; j <= i; j++) {
      const wjReal = wReal[j];
      const wjImaginary = wImaginary[j];
      const vjReal = vReal[j];
      const vjImaginary = vImaginary[j];
      real[at + j] -=
        viReal * wjReal + viImaginary * wjImaginary + wiReal * vjReal + wiImaginary * vjImaginary;
      imaginary[at + j] -=
        viImaginary * wjReal - viReal * wjImaginary + wiImaginary * vjReal - wiReal * vjImaginary;
    }
  }
}

/**
 * Eigenvalues of a real symmetric tridiagonal matrix by QL without square roots (Pal, Walker
 * and Kahan's variant; Parlett, The Symmetric Eigenvalue Problem, section 8.15).
 *
 * @param diagonal becomes the eigenvalues, in no order.
 * @param beside squares of the entries beside the diagonal, that of (i - 1, i) at i; destroyed.
 */
export function tridiagonalEigenvalues(
  diagonal: Float64Array,
  beside: Float64Array,
  size: number,
): void {
  let largest = 0;
  for (let i = 0; i < size; i++) {
    largest = Math.max(largest, Math.abs(diagonal[i]), Math.sqrt(beside[i]));
  }
  // Smaller entries are lost beside the largest eigenvalue, to which all accuracy refers.
  const negligible = (UNIT_ROUNDOFF * largest) ** 2;
  for (let first = 0; first < size; first++) {
    for (let step = 0; ; step++) {
      let end = first;
      while (end < size - 1 && beside[end + 1] > negligible) end++;
      if (end === first) break;
      if (step === STEPS_PER_VALUE_AT_MOST) throw new Error("QL does not converge");
      qlStep(diagonal, beside, first, end);
    }
  }
}

/** One step on the unreduced block first .. end; its smallest index converges. */
function qlStep(diagonal: Float64Array, beside: Float64Array, first: number, end: number): void {
  const start = diagonal[first];
  const root = Math.sqrt(beside[first + 1]);
  const slope = (diagonal[first + 1] - start) / (2 * root);
  const length = Math.sqrt(slope * slope + 1);
  const shift = start - root / (slope + (slope < 0 ? -length : length));
  let cosine = 1;
  let sine = 0;
  let gamma = diagonal[end] - shift;
  let square = gamma * gamma;
  for (let i = end - 1; i >= first; i--) {
    const next = beside[i + 1];
    const sum = square + next;
    if (i !== end - 1) beside[i + 2] = sine * sum;
    const oldCosine = cosine;
    cosine = sum === 0 ? 1 : square / sum;
    sine = sum === 0 ? 0 : next / sum;
    const oldGamma = gamma;
    const entry = diagonal[i];
    gamma = cosine * (entry - shift) - sine * oldGamma;
    diagonal[i + 1] = oldGamma + (entry - gamma);
    square = cosine === 0 ? oldCosine * next : (gamma * gamma) / cosine;
  }
  beside[first + 1] = sine * square;
  diagonal[first] = shift + gamma;
}
