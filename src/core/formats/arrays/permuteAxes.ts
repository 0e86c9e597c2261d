/**
 * A row-major array with its axes in another order: axis `i` of the result is axis
 * `permutation[i]` of `numbers`. May return `numbers` itself.
 */
export function permuteAxes<Buffer extends ArrayBufferLike>(
  numbers: Float32Array<Buffer>,
  dimensions: readonly number[],
  permutation: readonly number[],
): Float32Array<Buffer> | Float32Array<ArrayBuffer> {
  if (permutation.every((axis, at) => axis === at)) return numbers;
  const strides = dimensions.map((_, axis) =>
    dimensions.slice(axis + 1).reduce((product, length) => product * length, 1),
  );
  const lengths = permutation.map((axis) => dimensions[axis]);
  const steps = permutation.map((axis) => strides[axis]);
  const index = lengths.map(() => 0);
  const permuted = new Float32Array(numbers.length);
  let from = 0;
  for (let to = 0; to < permuted.length; to += 1) {
    permuted[to] = numbers[from];
    for (let axis = lengths.length - 1; axis >= 0; axis -= 1) {
      index[axis] += 1;
      from += steps[axis];
      if (index[axis] < lengths[axis]) break;
      from -= index[axis] * steps[axis];
      index[axis] = 0;
    }
  }
  return permuted;
}

/** True if `axes` names each of `rank` axes once. */
export function isPermutation(axes: readonly number[], rank: number): boolean {
  return (
    axes.length === rank &&
    new Set(axes).size === rank &&
    axes.every((axis) => Number.isInteger(axis) && axis >= 0 && axis < rank)
  );
}
