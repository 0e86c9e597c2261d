/**
 * Combines a row-major array with a smaller one that is repeated along the axes where it has
 * length 1 or none (ONNX, Multidirectional Broadcasting); null if the shapes do not fit so.
 */
export function combineBroadcast(
  numbers: ArrayLike<number>,
  dimensions: readonly number[],
  others: ArrayLike<number>,
  otherDimensions: readonly number[],
  combine: (number: number, other: number) => number,
): Float32Array<ArrayBuffer> | null {
  const missing = dimensions.length - otherDimensions.length;
  if (missing < 0) return null;
  const steps = dimensions.map(() => 0);
  let step = 1;
  for (let axis = otherDimensions.length - 1; axis >= 0; axis -= 1) {
    const length = otherDimensions[axis];
    if (length !== 1 && length !== dimensions[axis + missing]) return null;
    if (length !== 1) steps[axis + missing] = step;
    step *= length;
  }
  const index = dimensions.map(() => 0);
  const combined = new Float32Array(numbers.length);
  let from = 0;
  for (let at = 0; at < combined.length; at += 1) {
    combined[at] = combine(numbers[at], others[from]);
    for (let axis = dimensions.length - 1; axis >= 0; axis -= 1) {
      index[axis] += 1;
      from += steps[axis];
      if (index[axis] < dimensions[axis]) break;
      from -= index[axis] * steps[axis];
      index[axis] = 0;
    }
  }
  return combined;
}
