import { KERNEL_NOT_FINITE } from "../analysis/analysis.ts";
import { SeededRandom } from "../random/seededRandom.ts";

/**
 * Kernels per layer that enter histograms, and noise that is dealt from them. 70 bins are well
 * filled by then, and a layer of a million kernels would take minutes.
 */
export const COMPARED_KERNELS_AT_MOST = 10_000;

/** Fixed, so that equal layers give equal samples, and equal files no shift at all. */
const SAMPLE_SEED = 20_22;

/**
 * Indexes of the finite kernels of a layer, in ascending order; of more than `most`, one at a
 * seeded place in each of `most` equal stretches, so that no pattern of channels shows.
 */
export function comparedKernels(states: Uint8Array, most = COMPARED_KERNELS_AT_MOST): Uint32Array {
  let finite = new Uint32Array(states.length);
  let count = 0;
  for (let k = 0; k < states.length; k++) if (states[k] !== KERNEL_NOT_FINITE) finite[count++] = k;
  finite = finite.subarray(0, count);
  if (count <= most) return finite;
  const random = new SeededRandom(SAMPLE_SEED);
  const taken = new Uint32Array(most);
  for (let at = 0; at < most; at++) {
    taken[at] = finite[Math.min(count - 1, Math.floor(((at + random.uniform()) * count) / most))];
  }
  return taken;
}

/**
 * Rows divided by their largest magnitude, in place, as the authors of CNN Filter DB scale
 * theirs: layers of small weights would else lie in a single bin. Zero rows stay zero, and rows
 * that are not finite stay so.
 */
export function scaleByPeak(rows: Float64Array, count: number, entries: number): void {
  for (let start = 0; start < count * entries; start += entries) {
    let peak = 0;
    for (let i = start; i < start + entries; i++) peak = Math.max(peak, Math.abs(rows[i]));
    if (!(peak > 0 && peak < Number.POSITIVE_INFINITY)) continue;
    for (let i = start; i < start + entries; i++) rows[i] /= peak;
  }
}

/** Some kernels of a layer as scaled float64 rows, one after the other. */
export function scaledKernels(
  kernels: Float32Array,
  entries: number,
  taken: Uint32Array,
): Float64Array {
  const rows = new Float64Array(taken.length * entries);
  for (let at = 0; at < taken.length; at++) {
    const from = taken[at] * entries;
    for (let i = 0; i < entries; i++) rows[at * entries + i] = kernels[from + i];
  }
  scaleByPeak(rows, taken.length, entries);
  return rows;
}
