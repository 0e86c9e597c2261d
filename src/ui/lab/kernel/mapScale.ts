import type { Maps } from "../../../worker/lab/protocol.ts";

/** Which colours stand for which values of a map. */
export type MapScale =
  /** Orange below zero, white at zero, purple above; full colour from `reach` on. */
  | { readonly kind: "signed"; readonly reach: number }
  /** Black at `low`, white from `high` on. */
  | { readonly kind: "grey"; readonly low: number; readonly high: number };

/** A few pixels (of edges of the picture, often) must not make all others pale. */
const SHARE_IN_REACH = 0.998;

/** Finer than the steps of colour that a screen shows. */
const BINS = 4096;

/** The values of one channel of maps; shared with them. */
export function channelValues(maps: Maps, channel: number): Float32Array {
  const size = maps.height * maps.width;
  return maps.values.subarray(channel * size, (channel + 1) * size);
}

/** Values looked at for a scale: every so many of those of large maps, which are megabytes. */
const MOST_LOOKED_AT = 400_000;

/**
 * The size that all but a few in a thousand of the values do not exceed, in two passes over a
 * histogram. 0 where all are zero or not finite.
 */
export function reachOf(maps: readonly Float32Array[]): number {
  const all = maps.reduce((sum, { length }) => sum + length, 0);
  const step = Math.max(1, Math.ceil(all / MOST_LOOKED_AT));
  let largest = 0;
  for (const values of maps) {
    for (let at = 0; at < values.length; at += step) {
      const size = Math.abs(values[at]);
      if (size > largest && size < Number.POSITIVE_INFINITY) largest = size;
    }
  }
  if (largest === 0) return 0;
  const counts = new Uint32Array(BINS);
  let total = 0;
  for (const values of maps) {
    for (let at = 0; at < values.length; at += step) {
      const bin = Math.ceil((Math.abs(values[at]) / largest) * BINS) - 1;
      // Zeros say where nothing is, and not how strong the rest is.
      if (!(bin >= 0 && bin < BINS)) continue;
      counts[bin] += 1;
      total += 1;
    }
  }
  let below = 0;
  for (let bin = 0; bin < BINS; bin++) {
    below += counts[bin];
    if (below >= SHARE_IN_REACH * total) return ((bin + 1) / BINS) * largest;
  }
  return largest;
}

/** One scale for maps that are compared: signed, whatever their values. */
export function signedScale(maps: readonly Float32Array[]): MapScale {
  return { kind: "signed", reach: reachOf(maps) };
}

/** The scale that suits one map: grey where nothing is below zero. */
export function ownScale(values: Float32Array): MapScale {
  return values.some((value) => value < 0)
    ? signedScale([values])
    : { kind: "grey", low: 0, high: reachOf([values]) };
}

/** The scale of a picture that a person gave: from its darkest to its brightest pixel. */
export function pictureScale(values: Float32Array): MapScale {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high && value < Number.POSITIVE_INFINITY) high = value;
  }
  return high >= low && Number.isFinite(low)
    ? { kind: "grey", low, high }
    : { kind: "grey", low: 0, high: 0 };
}
