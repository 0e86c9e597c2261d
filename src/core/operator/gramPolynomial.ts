import type { Pace } from "./pace.ts";
import type { StrideOneForm } from "./strideOneForm.ts";

/** Half the gap between 1 and the next double: the relative error of one rounding. */
export const UNIT_ROUNDOFF = Number.EPSILON / 2;

/**
 * Error of the cosines and sines in units of `UNIT_ROUNDOFF`: an angle, below 2 pi, is wrong
 * by three roundings, its cosine by one or two more, and the sum of two angles doubles that.
 */
const TRIGONOMETRIC_ROUNDINGS = 48;

/**
 * The Gram matrices G(w) = A(w) A(w)* of all frequencies at once. With K_a the matrix of the
 * tap a, A(w) = sum_a K_a e^{-i w a} (Sedghi, Gupta and Long 2019, theorem 6) and
 *
 *   G(w) = sum_t R_t e^{i w t},   R_t = sum_a K_a K_{a+t}^T,   R_{-t} = R_t^T,
 *
 * a trigonometric polynomial whose real coefficients are the autocorrelation of the kernels.
 * The products of matrices are paid once per layer; then a frequency costs a few operations
 * per entry, whatever the number of columns.
 */
export interface GramPolynomial {
  readonly groups: number;
  readonly rows: number;
  /** The shifts t = (e, d) of the half that decides the rest; the first is 0. */
  readonly rowShifts: Int32Array;
  readonly columnShifts: Int32Array;
  /**
   * Per group and pair (i >= j), packed row by row: first R_t[i,j] + R_t[j,i] for every shift
   * (for t = 0 once), then R_t[i,j] - R_t[j,i] for every shift.
   */
  readonly coefficients: Float64Array;
  /** Certified: no computed G(w) is farther than this from the true one, in Frobenius norm. */
  readonly rounding: number;
}

/** Shifts of the half plane between the taps of a kernel: 13 for 3 x 3. */
export function shiftCount([height, width]: StrideOneForm["kernelSize"]): number {
  return height + (2 * height - 1) * (width - 1);
}

/** Operations of `gramPolynomial`, for estimates. */
export function gramPolynomialCost({ groups, rows, columns, kernelSize }: StrideOneForm): number {
  const taps = kernelSize[0] * kernelSize[1];
  return groups * rows * rows * columns * taps * (taps + 1);
}

/** Operations of writing one G(w) of one group, for estimates. */
export function gramMatrixCost(rows: number, shifts: number): number {
  return 2 * rows * (rows + 1) * shifts;
}

/** @throws ConvAtlasError `cancelled`. */
export function gramPolynomial(form: StrideOneForm, pace: Pace): Promise<GramPolynomial> {
  return correlated(form, shiftsOf(form.kernelSize), pace);
}

/**
 * The constant R_0 = sum_a K_a K_a^T alone: the Gram matrix of the layer unfolded to one matrix
 * of `rows` rows, all taps side by side.
 *
 * @throws ConvAtlasError `cancelled`.
 */
export function unfoldedGram(form: StrideOneForm, pace: Pace): Promise<GramPolynomial> {
  return correlated(form, { rowShifts: Int32Array.of(0), columnShifts: Int32Array.of(0) }, pace);
}

/** Operations of `unfoldedGram`, for estimates. */
export function unfoldedGramCost({ groups, rows, columns, kernelSize }: StrideOneForm): number {
  return 2 * groups * rows * rows * columns * kernelSize[0] * kernelSize[1];
}

type Shifts = Pick<GramPolynomial, "rowShifts" | "columnShifts">;

async function correlated(
  form: StrideOneForm,
  { rowShifts, columnShifts }: Shifts,
  pace: Pace,
): Promise<GramPolynomial> {
  const { groups, rows, columns, kernelSize } = form;
  const [height, width] = kernelSize;
  const shifts = rowShifts.length;
  const perGroup = rows * (rows + 1) * shifts;
  const coefficients = new Float64Array(groups * perGroup);
  const correlation = new Float64Array(rows * rows);
  for (let group = 0; group < groups; group++) {
    for (let shift = 0; shift < shifts; shift++) {
      const e = rowShifts[shift];
      const d = columnShifts[shift];
      const perRow = 2 * rows * columns * (height - Math.abs(e)) * (width - d);
      for (let row = 0; row < rows; row++) {
        correlateRow(form, group, row, e, d, correlation);
        if (pace.spend(perRow)) await pace.breathe();
      }
      store(correlation, rows, coefficients, group * perGroup, shift, shifts);
    }
  }
  const rounding = roundingOf(form, shifts);
  return { groups, rows, rowShifts, columnShifts, coefficients, rounding };
}

function shiftsOf([height, width]: StrideOneForm["kernelSize"]): Shifts {
  const rowShifts: number[] = [];
  const columnShifts: number[] = [];
  for (let d = 0; d < width; d++) {
    for (let e = d === 0 ? 0 : 1 - height; e < height; e++) {
      rowShifts.push(e);
      columnShifts.push(d);
    }
  }
  return { rowShifts: Int32Array.from(rowShifts), columnShifts: Int32Array.from(columnShifts) };
}

/** out[row, j] = R_(e, d)[row, j] for all j; the taps of one kernel row are contiguous. */
function correlateRow(
  { entries, rows, columns, kernelSize: [height, width] }: StrideOneForm,
  group: number,
  row: number,
  e: number,
  d: number,
  out: Float64Array,
): void {
  const tapRow = width * columns;
  const perRow = height * tapRow;
  const base = group * rows * perRow;
  const length = (width - d) * columns;
  const firstTap = Math.max(0, -e);
  const endTap = Math.min(height, height - e);
  let j = 0;
  // Four sums at a time hide the latency of the additions and share the loads of `row`.
  for (; j + 3 < rows; j += 4) {
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    let sum3 = 0;
    for (let a = firstTap; a < endTap; a++) {
      const left = base + row * perRow + a * tapRow;
      const right = base + j * perRow + (a + e) * tapRow + d * columns;
      for (let k = 0; k < length; k++) {
        const entry = entries[left + k];
        sum0 += entry * entries[right + k];
        sum1 += entry * entries[right + perRow + k];
        sum2 += entry * entries[right + 2 * perRow + k];
        sum3 += entry * entries[right + 3 * perRow + k];
      }
    }
    out[row * rows + j] = sum0;
    out[row * rows + j + 1] = sum1;
    out[row * rows + j + 2] = sum2;
    out[row * rows + j + 3] = sum3;
  }
  for (; j < rows; j++) {
    let sum = 0;
    for (let a = firstTap; a < endTap; a++) {
      const left = base + row * perRow + a * tapRow;
      const right = base + j * perRow + (a + e) * tapRow + d * columns;
      for (let k = 0; k < length; k++) sum += entries[left + k] * entries[right + k];
    }
    out[row * rows + j] = sum;
  }
}

function store(
  correlation: Float64Array,
  rows: number,
  coefficients: Float64Array,
  start: number,
  shift: number,
  shifts: number,
): void {
  let at = start + shift;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      const lower = correlation[i * rows + j];
      const upper = correlation[j * rows + i];
      // R_0 is its own transpose and occurs once.
      coefficients[at] = shift === 0 ? lower : lower + upper;
      coefficients[at + shifts] = shift === 0 ? 0 : lower - upper;
      at += 2 * shifts;
    }
  }
}

/**
 * Rounding, certified. Every entry of a computed G(w) is a sum of products of two weights, a
 * cosine and a sine, of at most `terms` additions, so (Higham, Accuracy and Stability of
 * Numerical Algorithms, 2002, section 3.1) its error is at most gamma = terms u / (1 - terms u)
 * times the sum of the products' magnitudes; over all shifts that is M[i,j] = sum_c b_ic b_jc
 * with b_ic = sum of |taps|. Hence |G' - G| <= sqrt(2) gamma ||b b^T||_F, and
 * ||b b^T||_F <= ||b||_F^2. The factor 2 covers sqrt(2) and the rounding of this bound.
 */
function roundingOf({ entries, groups, rows, columns, kernelSize }: StrideOneForm, shifts: number) {
  const taps = kernelSize[0] * kernelSize[1];
  const terms = taps * columns + 2 * shifts + TRIGONOMETRIC_ROUNDINGS + 4;
  let largest = 0;
  for (let group = 0; group < groups; group++) {
    let square = 0;
    for (let row = group * rows; row < (group + 1) * rows; row++) {
      for (let column = 0; column < columns; column++) {
        let sum = 0;
        for (let tap = 0; tap < taps; tap++) {
          sum += Math.abs(entries[(row * taps + tap) * columns + column]);
        }
        square += sum * sum;
      }
    }
    largest = Math.max(largest, square);
  }
  return 2 * terms * UNIT_ROUNDOFF * largest;
}
