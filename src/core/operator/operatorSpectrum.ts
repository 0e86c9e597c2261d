import type { Size2d } from "../network/size2d.ts";
import { GramEvaluator, hermitianMatrix } from "./gramEvaluator.ts";
import { type GramPolynomial, gramMatrixCost } from "./gramPolynomial.ts";
import { halfPlane } from "./halfPlane.ts";
import { eigenScratch, eigenvalueError, hermitianEigenvalues } from "./hermitianEigenvalues.ts";
import type { NormInterval } from "./normBound.ts";
import type { Pace } from "./pace.ts";

/** Points of a curve: more than the pixels of a plot, and both ends. */
export const CURVE_POINTS = 513;

/** A smallest singular value needs this many times its possible error to divide by. */
const ERRORS_ABOVE_ZERO = 10;

/** Singular values of a set of frequencies, summed up. */
export interface OperatorSpectrum {
  /**
   * Quantiles of all singular values, descending, equally spaced in rank, the largest and the
   * smallest at the ends; all of them where there are no more than `CURVE_POINTS`.
   */
  readonly curve: Float64Array;
  /** Number of singular values that the curve stands for. */
  readonly count: number;
  /** Values below this are 0 for all that double precision can tell. */
  readonly resolution: number;
  /** ||C||_F^2 / ||C||_2^2, 1 .. count (Rudelson and Vershynin 2007); null if all are 0. */
  readonly stableRank: number | null;
  /** exp of the entropy of the values over their sum (Roy and Vetterli 2007); null if all are 0. */
  readonly effectiveRank: number | null;
  /** Largest over smallest; null if the smallest cannot be told from 0. */
  readonly condition: number | null;
}

/** A spectrum and the certified interval of its largest value. */
export interface MeasuredSpectrum {
  readonly spectrum: OperatorSpectrum;
  readonly largest: NormInterval;
}

/**
 * Singular values of the layer at all frequencies of a map: roots of the eigenvalues of the
 * Gram matrices (Sedghi, Gupta and Long 2019, theorem 6). Squaring costs the digits of values
 * below some 1e-7 of the largest (`resolution`), which weights of single precision do not have.
 *
 * @param scale unit of the polynomial's weights.
 * @param copies how often each value occurs; it changes counts only.
 * @throws ConvAtlasError `cancelled`.
 */
export async function operatorSpectrum(
  polynomial: GramPolynomial,
  map: Size2d,
  scale: number,
  copies: number,
  pace: Pace,
): Promise<MeasuredSpectrum> {
  const plane = halfPlane(map);
  const evaluator = new GramEvaluator(polynomial, plane);
  const { groups, rows } = polynomial;
  const matrix = hermitianMatrix(rows);
  const scratch = eigenScratch(rows);
  const eigenvalues = new Float64Array(rows);
  const cost = gramMatrixCost(rows, polynomial.rowShifts.length);
  const values = new Float64Array(map[0] * map[1] * groups * rows);
  let kept = 0;
  for (let frequency = 0; frequency < plane.count; frequency++) {
    evaluator.turnTo(frequency);
    for (let group = 0; group < groups; group++) {
      evaluator.write(group, matrix, false);
      if (rows === 1) eigenvalues[0] = matrix.real[0];
      else await hermitianEigenvalues(matrix, scratch, eigenvalues, pace);
      for (let copy = 0; copy < plane.multiplicity[frequency]; copy++) {
        values.set(eigenvalues, kept);
        kept += rows;
      }
      if (pace.spend(cost)) await pace.breathe();
    }
  }
  // Sorting cannot be interrupted: let others in before and after.
  await pace.breathe();
  values.sort();
  await pace.breathe();
  const most = Math.max(0, values[values.length - 1]);
  const error = polynomial.rounding + eigenvalueError(rows) * most;
  for (let at = 0; at < values.length; at++)
    values[at] = Math.sqrt(Math.max(0, values[at])) * scale;
  return {
    spectrum: summary(values, copies, Math.sqrt(error) * scale),
    largest: {
      atLeast: Math.sqrt(Math.max(0, most - error)) * scale,
      atMost: Math.sqrt(most + error) * scale,
    },
  };
}

/** @param ascending all singular values. */
function summary(ascending: Float64Array, copies: number, resolution: number): OperatorSpectrum {
  const count = ascending.length;
  const points = Math.min(CURVE_POINTS, count);
  const curve = new Float64Array(points);
  for (let point = 0; point < points; point++) {
    const rank = points === 1 ? 0 : Math.round((point / (points - 1)) * (count - 1));
    curve[point] = ascending[count - 1 - rank];
  }
  const largest = curve[0];
  const smallest = ascending[0];
  let sum = 0;
  let squares = 0;
  let entropySum = 0;
  for (const value of ascending) {
    const share = value / largest;
    if (!(share > 0)) continue;
    sum += share;
    squares += share * share;
    entropySum += share * Math.log(share);
  }
  const isZero = !(largest > 0);
  return {
    curve,
    count: count * copies,
    resolution,
    stableRank: isZero ? null : squares * copies,
    effectiveRank: isZero ? null : Math.exp(Math.log(sum) - entropySum / sum) * copies,
    condition: smallest > ERRORS_ABOVE_ZERO * resolution ? largest / smallest : null,
  };
}
