import type { GramPolynomial } from "./gramPolynomial.ts";
import type { HalfPlane } from "./halfPlane.ts";

/** A Hermitian matrix, row-major, real and imaginary parts apart. */
export interface HermitianMatrix {
  readonly size: number;
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

export function hermitianMatrix(size: number): HermitianMatrix {
  return {
    size,
    real: new Float64Array(size * size),
    imaginary: new Float64Array(size * size),
  };
}

/** Writes Gram matrices of single frequencies; its tables are made once per half plane. */
export class GramEvaluator {
  readonly #polynomial: GramPolynomial;
  readonly #plane: HalfPlane;
  readonly #cosine: Float64Array;
  readonly #sine: Float64Array;
  readonly #rowTurns: { cosine: Float64Array; sine: Float64Array };
  readonly #columnTurns: { cosine: Float64Array; sine: Float64Array };

  constructor(polynomial: GramPolynomial, plane: HalfPlane) {
    this.#polynomial = polynomial;
    this.#plane = plane;
    this.#cosine = new Float64Array(polynomial.rowShifts.length);
    this.#sine = new Float64Array(polynomial.rowShifts.length);
    this.#rowTurns = turns(plane.map[0]);
    this.#columnTurns = turns(plane.map[1]);
  }

  /** Chooses the frequency of the next `write`s. */
  turnTo(frequency: number): void {
    const { rowShifts, columnShifts } = this.#polynomial;
    const { map, rows, columns } = this.#plane;
    const v = rows[frequency];
    const u = columns[frequency];
    for (let t = 0; t < rowShifts.length; t++) {
      // Whole turns are taken off first: the angles stay small and their error too.
      const rowTurn = (((rowShifts[t] * v) % map[0]) + map[0]) % map[0];
      const columnTurn = (columnShifts[t] * u) % map[1];
      const rowCosine = this.#rowTurns.cosine[rowTurn];
      const rowSine = this.#rowTurns.sine[rowTurn];
      const columnCosine = this.#columnTurns.cosine[columnTurn];
      const columnSine = this.#columnTurns.sine[columnTurn];
      this.#cosine[t] = rowCosine * columnCosine - rowSine * columnSine;
      this.#sine[t] = rowSine * columnCosine + rowCosine * columnSine;
    }
  }

  /**
   * Writes G of the chosen frequency: its lower triangle, and the upper one if it is `whole`.
   * @returns the square of its Frobenius norm.
   */
  write(group: number, out: HermitianMatrix, whole: boolean): number {
    const { coefficients, rows, rowShifts } = this.#polynomial;
    const { real, imaginary } = out;
    const cosine = this.#cosine;
    const sine = this.#sine;
    const shifts = rowShifts.length;
    let at = group * rows * (rows + 1) * shifts;
    let square = 0;
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j <= i; j++) {
        let realSum = 0;
        let imaginarySum = 0;
        for (let t = 0; t < shifts; t++) {
          realSum += coefficients[at + t] * cosine[t];
          imaginarySum += coefficients[at + shifts + t] * sine[t];
        }
        at += 2 * shifts;
        real[i * rows + j] = realSum;
        imaginary[i * rows + j] = imaginarySum;
        if (whole) {
          real[j * rows + i] = realSum;
          imaginary[j * rows + i] = -imaginarySum;
        }
        square += (i === j ? 1 : 2) * (realSum * realSum + imaginarySum * imaginarySum);
      }
    }
    return square;
  }
}

function turns(side: number): { cosine: Float64Array; sine: Float64Array } {
  const cosine = new Float64Array(side);
  const sine = new Float64Array(side);
  for (let turn = 0; turn < side; turn++) {
    cosine[turn] = Math.cos((2 * Math.PI * turn) / side);
    sine[turn] = Math.sin((2 * Math.PI * turn) / side);
  }
  return { cosine, sine };
}
