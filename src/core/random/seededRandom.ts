/**
 * A small seeded generator, so that every analysis can be repeated to the last
 * digit. sfc32 by Chris Doty-Humphrey (PractRand): 128 bits of state, passes
 * PractRand to 2^42 bytes, and uses 32-bit integers only, which are exact in
 * every JavaScript engine.
 */
export class SeededRandom {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  #spareNormal: number | null = null;

  constructor(seed: number) {
    this.#a = seed | 0;
    this.#b = (seed * 0x9e3779b9) | 0;
    this.#c = 0x243f6a88;
    // Neighbouring seeds start from similar states; PractRand's warm-up parts them.
    for (let i = 0; i < 15; i++) this.uint32();
  }

  /** Uniform integer in 0 .. 2^32 - 1. */
  uint32(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return this.uint32() / 2 ** 32;
  }

  /** Uniform integer in 0 .. count - 1. */
  index(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** Standard normal, N(0, 1): Marsaglia's polar method. */
  normal(): number {
    if (this.#spareNormal !== null) {
      const spare = this.#spareNormal;
      this.#spareNormal = null;
      return spare;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spareNormal = y * factor;
      return x * factor;
    }
  }

  /** Permutes entries [start, start + length) in place (Fisher and Yates). */
  shuffle(entries: Float32Array, start: number, length: number): void {
    for (let last = length - 1; last > 0; last--) {
      const chosen = start + this.index(last + 1);
      const entry = entries[start + last];
      entries[start + last] = entries[chosen];
      entries[chosen] = entry;
    }
  }
}
