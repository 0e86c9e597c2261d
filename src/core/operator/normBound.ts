import type { Size2d } from "../network/size2d.ts";
import { GramEvaluator } from "./gramEvaluator.ts";
import { gramIteration, iterationScratch, rayleighQuotient } from "./gramIteration.ts";
import { type GramPolynomial, gramMatrixCost, UNIT_ROUNDOFF } from "./gramPolynomial.ts";
import { halfPlane } from "./halfPlane.ts";
import type { Pace } from "./pace.ts";
import type { StrideOneForm } from "./strideOneForm.ts";

/** A certified interval of a largest singular value, rounding included. */
export interface NormInterval {
  readonly atLeast: number;
  readonly atMost: number;
}

/**
 * The largest singular value over all frequencies of a map, between two certified bounds; in
 * units of the form's scale.
 *
 * Frequencies are taken in descending order of their Frobenius norm, and an iteration stops as
 * soon as its bound falls below the largest bound found so far: what cannot change the maximum
 * costs nothing or little. The result is that of iterating everywhere to the end.
 */
export async function gramNormBound(
  polynomial: GramPolynomial,
  map: Size2d,
  pace: Pace,
): Promise<NormInterval> {
  const plane = halfPlane(map);
  const evaluator = new GramEvaluator(polynomial, plane);
  const { groups, rows, rounding } = polynomial;
  const scratch = iterationScratch(rows);
  const cost = gramMatrixCost(rows, polynomial.rowShifts.length);
  const squares = new Float64Array(plane.count * groups);
  for (let frequency = 0; frequency < plane.count; frequency++) {
    evaluator.turnTo(frequency);
    for (let group = 0; group < groups; group++) {
      squares[frequency * groups + group] = evaluator.write(group, scratch.matrix, false);
      if (pace.spend(cost)) await pace.breathe();
    }
  }
  let atMost = 0;
  let atLeast = 0;
  for (const item of descending(squares)) {
    // A norm below the bound, by more than its own rounding, cannot raise it.
    if (Math.sqrt(squares[item]) * (1 + 4 * (rows * rows + 8) * UNIT_ROUNDOFF) <= atMost) break;
    evaluator.turnTo(Math.floor(item / groups));
    const square = evaluator.write(item % groups, scratch.matrix, true);
    const bound = await gramIteration(scratch, square, atMost, pace);
    if (bound <= atMost) continue;
    atMost = bound;
    atLeast = Math.max(atLeast, rayleighQuotient(scratch));
  }
  const lost = rounding + 8 * (rows + 4) * UNIT_ROUNDOFF * atMost * Math.sqrt(rows);
  return {
    atLeast: Math.sqrt(Math.max(0, atLeast - lost)),
    atMost: Math.sqrt(atMost + rounding) * (1 + 8 * UNIT_ROUNDOFF),
  };
}

function descending(values: Float64Array): Uint32Array {
  return Uint32Array.from(values.keys()).sort((a, b) => values[b] - values[a]);
}

/**
 * By how much the largest singular value over all real frequencies can exceed that over the
 * frequencies of a map. For a fixed vector x, q(w) = |A(w)* x|^2 >= 0 is a trigonometric
 * polynomial of degree k - 1 per direction. A real trigonometric polynomial of degree m that
 * attains its maximum modulus M at w_0 is at least M cos(m (w - w_0)) as far as pi / m from
 * there (M. Riesz 1914; Ehlich and Zeller 1964 make it a bound on a grid). Applied to q less
 * half its maximum Q, at the nearest of n equidistant frequencies, pi / n away at most:
 * q >= Q (1 + cos(pi (k - 1) / n)) / 2 = Q cos^2(pi (k - 1) / (2 n)); one direction after the
 * other. Pfister and Bresler 2018, which Delattre et al. use, lose more on the same grid.
 *
 * The supremum is the norm on the infinite plane. Zero padding, of any width and on any map,
 * is a part (rows and columns) of that operator, and so is circular convolution's spectrum: no
 * norm of either exceeds it. Infinite if the map is too small to say anything.
 */
export function supremumFactor(kernelSize: Size2d, map: Size2d): number {
  return sideFactor(kernelSize[0], map[0]) * sideFactor(kernelSize[1], map[1]);
}

function sideFactor(kernelSide: number, mapSide: number): number {
  if (mapSide <= kernelSide - 1) return Number.POSITIVE_INFINITY;
  const angle = (Math.PI * (kernelSide - 1)) / (2 * mapSide);
  // The angle is below 0.47 pi for kernels of up to 15 entries: its rounding grows little.
  return (1 / Math.cos(angle)) * (1 + 64 * UNIT_ROUNDOFF);
}

/**
 * A bound without frequencies, in units of the form's scale. Unfolded, the layer is one matrix
 * R of all taps side by side that multiplies the shifted copies of the input, of which there
 * are as many as taps: its norm is at most sqrt(taps) ||R|| (Tsuzuku, Sato and Sugiyama,
 * Lipschitz-Margin Training, NeurIPS 2018, section 4.2), for maps of every size, with circular
 * or zero padding. One Gram iteration; loose by up to sqrt(taps).
 *
 * @param unfolded from `unfoldedGram`.
 */
export async function unfoldedBound(
  form: StrideOneForm,
  unfolded: GramPolynomial,
  pace: Pace,
): Promise<number> {
  const taps = form.kernelSize[0] * form.kernelSize[1];
  const { atMost } = await gramNormBound(unfolded, [1, 1], pace);
  return Math.sqrt(taps) * atMost * (1 + 4 * UNIT_ROUNDOFF);
}

/**
 * The longest row of the unfolded layer, in units of the form's scale, less its rounding: what
 * one channel answers to its own kernels is what some input reaches, so the norm is no less
 * on any map that holds the kernel.
 */
export function longestRow({ entries, groups, rows, columns, kernelSize }: StrideOneForm): number {
  const perRow = columns * kernelSize[0] * kernelSize[1];
  let longest = 0;
  for (let row = 0; row < groups * rows; row++) {
    let square = 0;
    for (let at = row * perRow; at < (row + 1) * perRow; at++) square += entries[at] ** 2;
    longest = Math.max(longest, square);
  }
  return Math.sqrt(longest) * (1 - 2 * (perRow + 4) * UNIT_ROUNDOFF);
}
