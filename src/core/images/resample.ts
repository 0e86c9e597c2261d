/** How each place along an axis of the result is made of places of the source. */
export interface AxisWeights {
  /** First place of the source, per place of the result. */
  readonly starts: Int32Array;
  /** How many places of the source each takes. */
  readonly taken: number;
  /** `result.length * taken` weights, those of one place adding up to 1. */
  readonly weights: Float64Array;
}

/**
 * Weights from `source` to `result` places along an axis. Places are stretches, not points:
 * enlarging is linear between their centres (half-pixel centres), shrinking averages what each
 * result covers. Equal numbers are copied.
 */
export function axisWeights(source: number, result: number, isMirrored = false): AxisWeights {
  const step = source / result;
  const taken = Math.min(source, step <= 1 ? 2 : Math.ceil(step) + 1);
  const starts = new Int32Array(result);
  const weights = new Float64Array(result * taken);
  for (let place = 0; place < result; place += 1) {
    const read = isMirrored ? result - 1 - place : place;
    const start = step <= 1 ? linearStart(read, step) : Math.floor(read * step);
    // Beyond the ends there is nothing to take: the window moves in, the weights with it.
    starts[place] = Math.min(Math.max(0, start), source - taken);
    for (let index = 0; index < taken; index += 1) {
      const at = starts[place] + index;
      weights[place * taken + index] =
        step <= 1 ? linearWeight(read, step, at, source) : covered(read, step, at) / step;
    }
  }
  return { starts, taken, weights };
}

function linearStart(place: number, step: number): number {
  return Math.floor((place + 0.5) * step - 0.5);
}

function linearWeight(place: number, step: number, at: number, source: number): number {
  const centre = Math.min(source - 1, Math.max(0, (place + 0.5) * step - 0.5));
  return Math.max(0, 1 - Math.abs(centre - at));
}

/** How much of source place `at` lies in result place `place`. */
function covered(place: number, step: number, at: number): number {
  return Math.max(0, Math.min(at + 1, (place + 1) * step) - Math.max(at, place * step));
}

/**
 * A grid resampled along both axes.
 * @param values `height * width` numbers, row-major.
 * @returns `down.starts.length` rows of `across.starts.length` numbers.
 */
export function resample(
  values: Float32Array,
  width: number,
  height: number,
  across: AxisWeights,
  down: AxisWeights,
): Float32Array<ArrayBuffer> {
  const columns = across.starts.length;
  const rows = down.starts.length;
  const narrowed = new Float64Array(height * columns);
  for (let y = 0; y < height; y += 1) {
    for (let column = 0; column < columns; column += 1) {
      let sum = 0;
      for (let index = 0; index < across.taken; index += 1) {
        const weight = across.weights[column * across.taken + index];
        sum += weight * values[y * width + across.starts[column] + index];
      }
      narrowed[y * columns + column] = sum;
    }
  }
  const result = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      let sum = 0;
      for (let index = 0; index < down.taken; index += 1) {
        const weight = down.weights[row * down.taken + index];
        sum += weight * narrowed[(down.starts[row] + index) * columns + column];
      }
      result[row * columns + column] = sum;
    }
  }
  return result;
}
