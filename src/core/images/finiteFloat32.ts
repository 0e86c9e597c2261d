const LARGEST = 3.4028234663852886e38;

/** The nearest finite float32: slopes in damaged files lead beyond it. NaN stays. */
export function finiteFloat32(value: number): number {
  return Math.fround(Math.min(LARGEST, Math.max(-LARGEST, value)));
}
