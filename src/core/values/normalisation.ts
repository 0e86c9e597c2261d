import type { Settings } from "../analysis/settings.ts";

/**
 * Kernels after the chosen normalisation, as float64 rows. `unit`: x / ||x||;
 * `unit-signed`: the same with the sign that makes the centre entry >= 0. A zero
 * kernel stays zero, NaN and infinity stay what they are.
 *
 * @param rows `entries` numbers per kernel.
 */
export function normaliseKernels(
  rows: ArrayLike<number>,
  entries: number,
  normalisation: Settings["normalisation"],
): Float64Array {
  const normalised = Float64Array.from(rows);
  normaliseRows(normalised, normalised.length / entries, entries, normalisation);
  return normalised;
}

/** The same in place, for the first `count` rows. */
export function normaliseRows(
  rows: Float64Array,
  count: number,
  entries: number,
  normalisation: Settings["normalisation"],
): void {
  if (normalisation === "none") return;
  const centre = Math.floor(entries / 2);
  for (let start = 0; start < count * entries; start += entries) {
    const flips = normalisation === "unit-signed" && rows[start + centre] < 0;
    scaleRow(rows, start, entries, flips);
  }
}

function scaleRow(rows: Float64Array, start: number, entries: number, flips: boolean): void {
  let largest = 0;
  for (let i = start; i < start + entries; i++) largest = Math.max(largest, Math.abs(rows[i]));
  if (!(largest > 0 && largest < Number.POSITIVE_INFINITY)) return;
  // Divided by the largest first, so that squares of denormals do not vanish.
  let square = 0;
  for (let i = start; i < start + entries; i++) square += (rows[i] / largest) ** 2;
  const norm = largest * Math.sqrt(square) * (flips ? -1 : 1);
  for (let i = start; i < start + entries; i++) rows[i] /= norm;
}
