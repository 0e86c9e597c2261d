import { LEFT_OUT } from "../images/preparedMask.ts";

/**
 * Which numbers of a map belong to its mask.
 *
 * @param threshold from this value on they do; NaN never does.
 * @returns 1 or 0 per number.
 */
export function thresholded(values: ArrayLike<number>, threshold: number): Uint8Array {
  const mask = new Uint8Array(values.length);
  for (let at = 0; at < mask.length; at++) {
    if (values[at] >= threshold) mask[at] = 1;
  }
  return mask;
}

/**
 * Dice's coefficient 2 |A and B| / (|A| + |B|) (Dice 1945) of masks pooled over slices: all
 * pixels count alike, so that a slice with a corner of the organ weighs as little as it shows.
 */
export class PooledDice {
  #both = 0;
  #either = 0;

  /**
   * Throws a RangeError if the lengths differ.
   *
   * @param a 1 or 0 per pixel.
   * @param b the same, or `LEFT_OUT` where nothing is to be compared.
   */
  add(a: Uint8Array, b: Uint8Array): void {
    if (a.length !== b.length) throw new RangeError(`${a.length} pixels against ${b.length}`);
    let both = 0;
    let either = 0;
    for (let at = 0; at < a.length; at++) {
      if (b[at] === LEFT_OUT) continue;
      both += a[at] & b[at];
      either += a[at] + b[at];
    }
    this.#both += both;
    this.#either += either;
  }

  /** 0..1; 1 where all masks are empty: then both say the same, that there is nothing. */
  value(): number {
    return this.#either === 0 ? 1 : (2 * this.#both) / this.#either;
  }
}
