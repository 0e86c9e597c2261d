import { itemsOf, type PickledValue } from "../pickle/values.ts";

/** Dimensions of a tensor: as many as PyTorch and NumPy allow. */
const MAX_DIMENSIONS = 64;

export function isCount(value: PickledValue | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** Axis lengths or strides; null if they are none. */
export function countsOf(value: PickledValue | undefined): number[] | null {
  const items = itemsOf(value);
  if (items === null || items.length > MAX_DIMENSIONS) return null;
  const counts = items.filter(isCount);
  return counts.length === items.length ? counts : null;
}
