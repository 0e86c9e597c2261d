/** Affine quantization: real = (stored - zeroPoint) * scale. */
export interface AffineScales {
  /** One for all entries, or one for each position along `axis`. */
  readonly scales: ArrayLike<number>;
  /** The same, or none, which means 0. */
  readonly zeroPoints: ArrayLike<number>;
  readonly axis: number;
  /**
   * Entries along `axis` that share a scale; `scales` then has an entry for each block and each
   * position along the other axes. 0 where scales depend on the position along `axis` alone.
   */
  readonly blockSize?: number;
}

/**
 * Real numbers of a quantized array, row-major in `dimensions`; null if the scales do not fit
 * its shape.
 */
export function dequantize(
  stored: ArrayLike<number>,
  dimensions: readonly number[],
  affine: AffineScales,
): Float32Array<ArrayBuffer> | null {
  return applyScales(stored, dimensions, affine, (value, scale, zero) => (value - zero) * scale);
}

/** What `dequantize` takes back: rounded to even, between the `least` and `most` of the type. */
export function quantize(
  real: ArrayLike<number>,
  dimensions: readonly number[],
  affine: AffineScales,
  [least, most]: readonly [number, number],
): Float32Array<ArrayBuffer> | null {
  return applyScales(real, dimensions, affine, (value, scale, zero) =>
    Math.min(most, Math.max(least, roundedToEven(value / scale) + zero)),
  );
}

function roundedToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

function applyScales(
  numbers: ArrayLike<number>,
  dimensions: readonly number[],
  { scales, zeroPoints, axis, blockSize = 0 }: AffineScales,
  apply: (value: number, scale: number, zeroPoint: number) => number,
): Float32Array<ArrayBuffer> | null {
  const count = Math.max(scales.length, zeroPoints.length);
  const position = scalePosition(dimensions, count, axis, blockSize);
  const fits = (length: number) => length <= 1 || length === count;
  if (position === null || scales.length === 0) return null;
  if (!fits(scales.length) || !fits(zeroPoints.length)) return null;
  const scaleStep = scales.length > 1 ? 1 : 0;
  const zeroStep = zeroPoints.length > 1 ? 1 : 0;
  const applied = new Float32Array(numbers.length);
  for (let index = 0; index < applied.length; index += 1) {
    const at = position(index);
    applied[index] = apply(numbers[index], scales[at * scaleStep], zeroPoints[at * zeroStep] ?? 0);
  }
  return applied;
}

/** Which of `count` scales holds for an entry; null if there are not as many as there must be. */
function scalePosition(
  dimensions: readonly number[],
  count: number,
  axis: number,
  blockSize: number,
): ((index: number) => number) | null {
  if (count === 1) return () => 0;
  const length = dimensions[axis];
  if (axis < 0 || length === undefined) return null;
  const inner = dimensions.slice(axis + 1).reduce((product, side) => product * side, 1);
  if (blockSize === 0) {
    return count === length ? (index) => Math.floor(index / inner) % length : null;
  }
  const outer = dimensions.slice(0, axis).reduce((product, side) => product * side, 1);
  const blocks = Math.ceil(length / blockSize);
  if (count !== outer * blocks * inner) return null;
  return (index) => {
    const block = Math.floor((Math.floor(index / inner) % length) / blockSize);
    return (Math.floor(index / (inner * length)) * blocks + block) * inner + (index % inner);
  };
}
