import { KERNEL_DEAD, KERNEL_FINE, KERNEL_NOT_FINITE } from "../analysis/analysis.ts";
import type { Settings } from "../analysis/settings.ts";
import { sharedUint8Array } from "../memory/sharedArrays.ts";
import { normaliseRows } from "./normalisation.ts";

/**
 * Numbers in a block: as float64 a quarter of a megabyte, which stays in a core's own cache
 * while several methods go over it.
 */
const NUMBERS_PER_BLOCK = 2 ** 15;

/** The first `count` rows of `block` stand for kernels `first`, `first + 1` and so on. */
type VisitBlock = (block: Float64Array, first: number, count: number) => void;

/**
 * The kernels of a layer as float64 rows after the chosen normalisation, made block by block
 * where they are needed: all at once they would take twice the memory of the kernels.
 */
export class KernelRows {
  readonly count: number;
  /** Numbers per kernel. */
  readonly entries: number;
  readonly rowsPerBlock: number;
  readonly blockCount: number;
  /** KERNEL_FINE, KERNEL_DEAD or KERNEL_NOT_FINITE for each kernel. */
  readonly states: Uint8Array;
  readonly #kernels: Float32Array;
  readonly #normalisation: Settings["normalisation"];
  readonly #block: Float64Array;

  constructor(kernels: Float32Array, entries: number, normalisation: Settings["normalisation"]) {
    this.count = kernels.length / entries;
    this.entries = entries;
    this.rowsPerBlock = Math.max(1, Math.floor(NUMBERS_PER_BLOCK / entries));
    this.blockCount = Math.ceil(this.count / this.rowsPerBlock);
    this.states = kernelStates(kernels, entries);
    this.#kernels = kernels;
    this.#normalisation = normalisation;
    this.#block = new Float64Array(Math.min(this.count, this.rowsPerBlock) * entries);
  }

  /** Makes one block and visits it; its numbers are valid until the next is made. */
  visitBlock(index: number, visit: VisitBlock): void {
    const { entries } = this;
    const first = index * this.rowsPerBlock;
    const count = Math.min(this.rowsPerBlock, this.count - first);
    this.#block.set(this.#kernels.subarray(first * entries, (first + count) * entries));
    normaliseRows(this.#block, count, entries, this.#normalisation);
    visit(this.#block, first, count);
  }

  /** Evenly spaced ones of the finite rows, `most` at most, one after the other. */
  evenlySpaced(most: number): Float64Array {
    const { entries, states } = this;
    let finite = 0;
    for (let k = 0; k < states.length; k++) if (states[k] !== KERNEL_NOT_FINITE) finite++;
    const taken = Math.min(most, finite);
    const rows = new Float64Array(taken * entries);
    let seen = 0;
    for (let k = 0, next = 0; next < taken; k++) {
      if (states[k] === KERNEL_NOT_FINITE) continue;
      if (seen++ < Math.floor((next * finite) / taken)) continue;
      rows.set(this.#kernels.subarray(k * entries, (k + 1) * entries), next * entries);
      next++;
    }
    normaliseRows(rows, taken, entries, this.#normalisation);
    return rows;
  }
}

/** KERNEL_FINE, KERNEL_DEAD or KERNEL_NOT_FINITE for each kernel. */
export function kernelStates(kernels: Float32Array, entries: number): Uint8Array {
  const states = sharedUint8Array(kernels.length / entries);
  for (let k = 0; k < states.length; k++) {
    let magnitudes = 0;
    // In double precision no sum of float32 numbers overflows, and none but 0 vanishes.
    for (let i = k * entries; i < (k + 1) * entries; i++) magnitudes += Math.abs(kernels[i]);
    if (!(magnitudes < Number.POSITIVE_INFINITY)) states[k] = KERNEL_NOT_FINITE;
    else states[k] = magnitudes === 0 ? KERNEL_DEAD : KERNEL_FINE;
  }
  return states;
}
