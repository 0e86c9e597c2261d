/** Codes have at most 16 bits (ITU-T T.81, C.1). */
const MAX_CODE_BITS = 16;

/** A Huffman table, looked up by the next 16 bits: `length * 256 + symbol`, 0 for no code. */
export type HuffmanTable = Uint16Array;

/**
 * T.81, annex C: codes of each length are counted up.
 * @param counts codes of 1 .. 16 bits. @param symbols in the order of their codes.
 * @returns null where there are more codes than fit.
 */
export function huffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable | null {
  const table = new Uint16Array(2 ** MAX_CODE_BITS);
  let next = 0;
  let used = 0;
  for (let length = 1; length <= MAX_CODE_BITS; length += 1) {
    const span = 2 ** (MAX_CODE_BITS - length);
    for (let count = 0; count < counts[length - 1]; count += 1) {
      if (next + span > table.length || used >= symbols.length) return null;
      table.fill(length * 256 + symbols[used], next, next + span);
      next += span;
      used += 1;
    }
  }
  return table;
}

/** Bits of an entropy-coded segment, the stuffed zero bytes left out (T.81, F.2.2.5). */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at: number;
  #bits = 0;
  #count = 0;
  /** Bits handed out that the segment does not have. */
  #missing = 0;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#at = start;
  }

  /** True if more was asked for than is there. */
  get isExhausted(): boolean {
    return this.#missing > this.#count;
  }

  /** @returns the symbol of the next code; -1 where there is none. */
  symbol(table: HuffmanTable): number {
    this.#fill(MAX_CODE_BITS);
    const entry = table[(this.#bits >>> (this.#count - MAX_CODE_BITS)) & 0xffff];
    if (entry === 0) return -1;
    this.#count -= entry >> 8;
    return entry & 0xff;
  }

  /** The next 0 .. 15 bits as an unsigned number. */
  bits(length: number): number {
    if (length === 0) return 0;
    this.#fill(length);
    this.#count -= length;
    return (this.#bits >>> this.#count) & (2 ** length - 1);
  }

  /** Goes on behind the next restart marker; false where there is none. */
  restart(): boolean {
    this.#bits = 0;
    this.#count = 0;
    this.#missing = 0;
    const bytes = this.#bytes;
    while (this.#at + 1 < bytes.length) {
      if (bytes[this.#at] === 0xff && bytes[this.#at + 1] >= 0xd0 && bytes[this.#at + 1] <= 0xd7) {
        this.#at += 2;
        return true;
      }
      if (bytes[this.#at] === 0xff && bytes[this.#at + 1] === 0xd9) return false;
      this.#at += 1;
    }
    return false;
  }

  /** Sees to it that at least `length` <= 16 bits are at hand; at a marker or the end, zeros. */
  #fill(length: number): void {
    while (this.#count < length) {
      const byte = this.#bytes[this.#at];
      const isEnd = byte === undefined || (byte === 0xff && this.#bytes[this.#at + 1] !== 0);
      if (isEnd) this.#missing += 8;
      else this.#at += byte === 0xff ? 2 : 1;
      this.#bits = (this.#bits << 8) | (isEnd ? 0 : byte);
      this.#count += 8;
    }
  }
}
