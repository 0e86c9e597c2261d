import { type HermitianMatrix, hermitianMatrix } from "./gramEvaluator.ts";
import { UNIT_ROUNDOFF } from "./gramPolynomial.ts";
import type { Pace } from "./pace.ts";

/** How far above the largest singular value a finished iteration may end, in theory. */
const LOOSENESS_AT_MOST = 0.005;

/** Rows of a square between two looks at the clock. */
const ROWS_PER_LOOK = 16;

/** Scratch of `gramIteration`, made once per size. */
export interface IterationScratch {
  /** The matrix to start from; kept. */
  readonly matrix: HermitianMatrix;
  readonly powers: readonly [HermitianMatrix, HermitianMatrix];
  readonly norms: Float64Array;
  readonly exponents: Int32Array;
}

export function iterationScratch(size: number): IterationScratch {
  const steps = stepsFor(size);
  return {
    matrix: hermitianMatrix(size),
    powers: [hermitianMatrix(size), hermitianMatrix(size)],
    norms: new Float64Array(steps + 1),
    exponents: new Int32Array(steps + 1),
  };
}

/**
 * Squarings after which the bound is at most `LOOSENESS_AT_MOST` above the singular value:
 * ||M||_F <= sqrt(size) ||M||_2, of which t squarings leave the 2^(t+1)-th root, and the
 * singular value is the root of the eigenvalue.
 */
export function stepsFor(size: number): number {
  if (size === 1) return 0;
  const needed = Math.log(size) / Math.log1p(LOOSENESS_AT_MOST);
  return Math.max(0, Math.ceil(Math.log2(needed)) - 2);
}

/** Operations of one squaring, for estimates. */
export function squaringCost(size: number): number {
  return 4 * size ** 2 * (size + 1);
}

/**
 * Certified bounds of the largest eigenvalue of a Gram matrix G = A A* by Gram iteration
 * (Delattre, Barthelemy, Araujo and Allauzen, Efficient Bound of Lipschitz Constant for
 * Convolutional Layers by Gram Iteration, ICML 2023, algorithm 1): lambda_1(G) is at most
 * ||G^(2^t)||_F^(1 / 2^t), and squaring t times gives that power. Each square is scaled by a
 * power of two, which is exact, so that nothing overflows.
 *
 * Rounding is part of the bound. If H' is the computed square of H, then by the error of an
 * inner product of 2 n terms (Higham 2002, section 3.1) ||H' - H^2||_F <= gamma ||H||_F^2, so
 * lambda_1(H)^2 <= lambda_1(H') + gamma ||H||_F^2: the bound is carried back step by step.
 *
 * @param scratch `scratch.matrix` holds G, both triangles.
 * @param square ||G||_F^2.
 * @param enough stop as soon as the bound is at most this: it is then of no interest.
 * @returns the upper bound; after it stopped early, one that is at most `enough`.
 */
export async function gramIteration(
  scratch: IterationScratch,
  square: number,
  enough: number,
  pace: Pace,
): Promise<number> {
  const { size } = scratch.matrix;
  const steps = stepsFor(size);
  const certain = 1 + 4 * (size * size + 8) * UNIT_ROUNDOFF;
  let power = scratch.matrix;
  let powerSquare = square;
  for (let step = 0; ; step++) {
    scratch.norms[step] = Math.sqrt(powerSquare) * certain;
    const bound = carriedBack(scratch, step);
    if (step === steps || bound <= enough) return bound;
    const exponent = Math.floor(Math.log2(scratch.norms[step])) + 1;
    scratch.exponents[step] = exponent;
    const next = scratch.powers[step % 2];
    const factor = 2 ** -exponent;
    powerSquare = 0;
    for (let row = 0; row < size; row += ROWS_PER_LOOK) {
      const end = Math.min(row + ROWS_PER_LOOK, size);
      powerSquare += squareRows(power, next, row, end, factor * factor);
      if (pace.spend(4 * (end * end - row * row) * size)) await pace.breathe();
    }
    mirror(next);
    power = next;
  }
}

/** The bound of lambda_1(G) from the norm of the power of the last step. */
function carriedBack(
  { norms, exponents, matrix: { size } }: IterationScratch,
  step: number,
): number {
  const gamma = 4 * (size + 4) * UNIT_ROUNDOFF;
  let bound = norms[step];
  for (let k = step - 1; k >= 0; k--) {
    const scaled = norms[k] * 2 ** -exponents[k];
    const grown = Math.sqrt(bound + gamma * scaled * scaled) * (1 + 8 * UNIT_ROUNDOFF);
    bound = Math.min(norms[k], grown * 2 ** exponents[k]);
  }
  return bound;
}

/**
 * Rows `first` .. `end - 1` of the lower triangle of factor * G G, as inner products of rows
 * of G, two by two: G is Hermitian, so its columns are its rows conjugated.
 * @returns what the rows add to the square of the Frobenius norm.
 */
function squareRows(
  { size, real, imaginary }: HermitianMatrix,
  out: HermitianMatrix,
  first: number,
  end: number,
  factor: number,
): number {
  let square = 0;
  const put = (i: number, j: number, sumReal: number, sumImaginary: number) => {
    if (j > i) return;
    const re = sumReal * factor;
    const im = i === j ? 0 : sumImaginary * factor;
    out.real[i * size + j] = re;
    out.imaginary[i * size + j] = im;
    square += (i === j ? 1 : 2) * (re * re + im * im);
  };
  for (let i = first; i < end; i += 2) {
    // At the end of an odd number of rows the second row repeats the first, and is not put.
    const second = i + 1 < end ? i + 1 : i;
    const p = i * size;
    const q = second * size;
    for (let j = 0; j <= second; j += 2) {
      const other = j + 1 < size ? j + 1 : j;
      const r = j * size;
      const s = other * size;
      let prReal = 0;
      let prImaginary = 0;
      let psReal = 0;
      let psImaginary = 0;
      let qrReal = 0;
      let qrImaginary = 0;
      let qsReal = 0;
      let qsImaginary = 0;
      for (let k = 0; k < size; k++) {
        const pReal = real[p + k];
        const pImaginary = imaginary[p + k];
        const qReal = real[q + k];
        const qImaginary = imaginary[q + k];
        const rReal = real[r + k];
        const rImaginary = imaginary[r + k];
        const sReal = real[s + k];
        const sImaginary = imaginary[s + k];
        prReal += pReal * rReal + pImaginary * rImaginary;
        prImaginary += pImaginary * rReal - pReal * rImaginary;
        psReal += pReal * sReal + pImaginary * sImaginary;
        psImaginary += pImaginary * sReal - pReal * sImaginary;
        qrReal += qReal * rReal + qImaginary * rImaginary;
        qrImaginary += qImaginary * rReal - qReal * rImaginary;
        qsReal += qReal * sReal + qImaginary * sImaginary;
        qsImaginary += qImaginary * sReal - qReal * sImaginary;
      }
      put(i, j, prReal, prImaginary);
      if (other !== j) put(i, other, psReal, psImaginary);
      if (second !== i) put(second, j, qrReal, qrImaginary);
      if (second !== i && other !== j) put(second, other, qsReal, qsImaginary);
    }
  }
  return square;
}

function mirror({ size, real, imaginary }: HermitianMatrix): void {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      real[j * size + i] = real[i * size + j];
      imaginary[j * size + i] = -imaginary[i * size + j];
    }
  }
}

/**
 * A lower bound of the largest eigenvalue of G to hold beside the upper one: the Rayleigh
 * quotient x* G x / x* x of the longest column x of its last power, which is nearly the first
 * eigenvector. Call it after a `gramIteration` that ended.
 */
export function rayleighQuotient(scratch: IterationScratch): number {
  const { matrix } = scratch;
  const { size } = matrix;
  const steps = stepsFor(size);
  const power = steps === 0 ? matrix : scratch.powers[(steps - 1) % 2];
  let longest = 0;
  for (let i = 1; i < size; i++) {
    if (power.real[i * size + i] > power.real[longest * size + longest]) longest = i;
  }
  let product = 0;
  let length = 0;
  for (let i = 0; i < size; i++) {
    const xReal = power.real[longest * size + i];
    const xImaginary = -power.imaginary[longest * size + i];
    length += xReal * xReal + xImaginary * xImaginary;
    let sumReal = 0;
    let sumImaginary = 0;
    for (let k = 0; k < size; k++) {
      const yReal = power.real[longest * size + k];
      const yImaginary = -power.imaginary[longest * size + k];
      const gReal = matrix.real[i * size + k];
      const gImaginary = matrix.imaginary[i * size + k];
      sumReal += gReal * yReal - gImaginary * yImaginary;
      sumImaginary += gReal * yImaginary + gImaginary * yReal;
    }
    product += xReal * sumReal + xImaginary * sumImaginary;
  }
  return length > 0 ? product / length : 0;
}
