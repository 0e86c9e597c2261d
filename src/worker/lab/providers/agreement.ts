import type { OutputValue } from "../session.ts";

export type Outputs = ReadonlyMap<string, OutputValue>;

/** Largest difference of two numbers, as a share of the range of the output that they are from. */
const DIFFERENCE_AT_MOST = 1e-3;

/** Whether two runtimes made the same of one image, as far as float32 goes. */
export function areAlike(reference: Outputs, outputs: Outputs): boolean {
  return [...reference].every(([name, { values }]) => {
    const others = outputs.get(name)?.values;
    return others !== undefined && areAlikeNumbers(values, others);
  });
}

function areAlikeNumbers(values: Float32Array, others: Float32Array): boolean {
  if (values.length !== others.length) return false;
  const difference = DIFFERENCE_AT_MOST * rangeOf(values);
  return values.every(
    // The first for what is no finite number in either.
    (value, at) => Object.is(value, others[at]) || Math.abs(value - others[at]) <= difference,
  );
}

/** Of the finite ones; where all are the same, their size. */
function rangeOf(values: Float32Array): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return 0;
  return high > low ? high - low : Math.abs(high);
}
