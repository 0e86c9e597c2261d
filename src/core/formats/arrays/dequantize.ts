/** Affine quantization: real = (stored - zeroPoint) * scale. */
export interface AffineScales {
  /** One for all entries, or one for each position along `axis`. */
  readonly scales: ArrayLike<number>;
  /** As many as `scales`, one for all, or none, which means 0. */
  readonly zeroPoints: ArrayLike<number>;
  readonly axis: number;
}

/**
 * Real numbers of a quantized array, row-major in `dimensions`; null if the scales do not fit
 * its shape.
 */
export function dequantize(
  stored: ArrayLike<number>,
  dimensions: readonly number[],
  { scales, zeroPoints, axis }: AffineScales,
): Float32Array | null {
  const isPerTensor = scales.length === 1;
  if (!isPerTensor && (axis < 0 || dimensions[axis] !== scales.length)) return null;
  if (zeroPoints.length > 1 && zeroPoints.length !== scales.length) return null;
  const inner = dimensions.slice(axis + 1).reduce((product, length) => product * length, 1);
  const zeroPoint = (channel: number) => zeroPoints[zeroPoints.length === 1 ? 0 : channel] ?? 0;
  return Float32Array.from(stored, (value, index) => {
    const channel = isPerTensor ? 0 : Math.floor(index / inner) % scales.length;
    return (value - zeroPoint(channel)) * scales[channel];
  });
}
