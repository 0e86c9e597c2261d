import type { Feature } from "../features/clinicalKernels.ts";
import { INDETERMINATE_ID } from "../selection/kernelGroup.ts";

/** Digits that carry a float32 through text and back unchanged (IEEE 754: 9). */
const FLOAT32_DIGITS = 9;

/** A float32 as the shortest number worth writing; null for NaN and infinity, which JSON lacks. */
export function rounded(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(FLOAT32_DIGITS)) : null;
}

export function roundedAll(values: ArrayLike<number>): (number | null)[] {
  return Array.from(values, rounded);
}

/**
 * Plain JSON with its numbers rounded. The last digits of logarithms and powers differ from one
 * browser to the next, so that two people's files of one model would differ as well.
 */
export function roundedThroughout(value: unknown): unknown {
  if (typeof value === "number") return Number.isInteger(value) ? value : rounded(value);
  if (Array.isArray(value)) return value.map(roundedThroughout);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([field, held]) => [field, roundedThroughout(held)]),
  );
}

/** F + 1 values as an object by feature id, `indeterminate` last. */
export function sharesByFeature<Value>(
  features: readonly Feature[],
  values: readonly Value[],
): Record<string, Value> {
  const ids = [...features.map(({ id }) => id), INDETERMINATE_ID];
  return Object.fromEntries(ids.map((id, at) => [id, values[at]]));
}
