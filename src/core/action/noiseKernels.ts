import { SeededRandom } from "../random/seededRandom.ts";

/** Number of random kernels behind the chance baseline (README, rule N1). */
export const GAUSSIAN_BASELINE_KERNELS = 4000;

/** Fixed, so that two people who analyse one model see the same baseline. */
const GAUSSIAN_SEED = 20_19;
const SHUFFLE_SEED = 18_05;

/**
 * Kernels per layer that are shuffled at most: 4,000 give shares to 0.8
 * percentage points (standard error), and a layer of a million would take
 * as long again as its own labels.
 */
export const SHUFFLED_KERNELS_AT_MOST = 4000;

/** Kernels of independent N(0, 1) entries, the same at every call. */
export function gaussianKernels(entries: number): Float32Array {
  const random = new SeededRandom(GAUSSIAN_SEED);
  const kernels = new Float32Array(GAUSSIAN_BASELINE_KERNELS * entries);
  for (let i = 0; i < kernels.length; i++) kernels[i] = random.normal();
  return kernels;
}

/**
 * The layer's own kernels (evenly spaced ones of a large layer) with the entries
 * of each permuted: same numbers, no arrangement.
 */
export function shuffledKernels(kernels: Float32Array, entries: number): Float32Array {
  const random = new SeededRandom(SHUFFLE_SEED);
  const count = kernels.length / entries;
  const taken = Math.min(count, SHUFFLED_KERNELS_AT_MOST);
  const shuffled = new Float32Array(taken * entries);
  for (let k = 0; k < taken; k++) {
    const from = Math.floor((k * count) / taken) * entries;
    shuffled.set(kernels.subarray(from, from + entries), k * entries);
    random.shuffle(shuffled, k * entries, entries);
  }
  return shuffled;
}
