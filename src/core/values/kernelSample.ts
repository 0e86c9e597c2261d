import { SeededRandom } from "../random/seededRandom.ts";

/** Kernels of a layer that can be analysed, some of them in random order. */
export interface KernelSample {
  /** Kernels that are finite and not all zero. */
  readonly available: number;
  /** At most as many as were asked for, one after the other. */
  readonly rows: Float64Array;
}

/**
 * A seeded sample without replacement. Any part of it is a sample as well, and parts that
 * share no rows are independent of each other in a layer of independent kernels.
 */
export function sampleKernels(
  kernels: Float32Array,
  entries: number,
  most: number,
  seed: number,
): KernelSample {
  const fine = fineKernels(kernels, entries);
  const taken = Math.min(most, fine.length);
  const rows = new Float64Array(taken * entries);
  const random = new SeededRandom(seed);
  // The first steps of Fisher and Yates's shuffle.
  for (let row = 0; row < taken; row++) {
    const at = row + random.index(fine.length - row);
    const kernel = fine[at];
    fine[at] = fine[row];
    for (let i = 0; i < entries; i++) rows[row * entries + i] = kernels[kernel * entries + i];
  }
  return { available: fine.length, rows };
}

/** Indexes of kernels that are finite and not all zero. */
function fineKernels(kernels: Float32Array, entries: number): Uint32Array {
  const fine = new Uint32Array(kernels.length / entries);
  let count = 0;
  for (let kernel = 0; kernel < fine.length; kernel++) {
    let magnitudes = 0;
    for (let i = kernel * entries; i < (kernel + 1) * entries; i++) {
      magnitudes += Math.abs(kernels[i]);
    }
    if (magnitudes > 0 && magnitudes < Number.POSITIVE_INFINITY) fine[count++] = kernel;
  }
  return fine.subarray(0, count);
}
