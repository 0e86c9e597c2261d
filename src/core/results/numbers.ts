import type { Feature } from "../features/clinicalKernels.ts";

/** Digits that carry a float32 through text and back unchanged (IEEE 754: 9). */
const FLOAT32_DIGITS = 9;

/** A float32 as the shortest number worth writing; null for NaN and infinity, which JSON lacks. */
export function rounded(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(FLOAT32_DIGITS)) : null;
}

export function roundedAll(values: ArrayLike<number>): (number | null)[] {
  return Array.from(values, rounded);
}

/** F + 1 numbers as an object by feature id, `indeterminate` last. */
export function sharesByFeature(
  features: readonly Feature[],
  shares: readonly number[],
): Record<string, number> {
  const entries = features.map((feature, f): [string, number] => [feature.id, shares[f]]);
  return Object.fromEntries([...entries, ["indeterminate", shares[features.length]]]);
}
