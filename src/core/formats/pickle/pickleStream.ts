import type { ByteSource } from "../../bytes/byteSource.ts";
import { ConvAtlasError } from "../../errors.ts";

/** Read at first: enough for the small pickles around the large one. */
const FIRST_CHUNK_BYTES = 8 * 1024;
/** Each later part is twice as long, up to this. */
const MAX_CHUNK_BYTES = 1024 * 1024;

/**
 * The longest text or number held in memory. Pickled modules bring their Python source, text
 * models a vocabulary; both are far smaller.
 */
const MAX_VALUE_BYTES = 64 * 1024 * 1024;

/** A file read from front to back, a part at a time: pickles stand before gigabytes of weights. */
export class PickleStream {
  readonly source: ByteSource;
  #buffer = new Uint8Array(0);
  #view = new DataView(this.#buffer.buffer);
  /** Position in the file of the first byte of the buffer. */
  #bufferStart = 0;
  #at = 0;
  #chunkBytes = FIRST_CHUNK_BYTES;
  readonly #maxValueBytes: number;

  constructor(source: ByteSource, maxValueBytes = MAX_VALUE_BYTES) {
    this.source = source;
    this.#maxValueBytes = maxValueBytes;
  }

  /** Position in the file of the next byte. */
  get position(): number {
    return this.#bufferStart + this.#at;
  }

  get bytesLeft(): number {
    return this.source.byteLength - this.position;
  }

  /** True if the next bytes can be taken at once. */
  holds(count: number): boolean {
    return this.#at + count <= this.#buffer.length;
  }

  /**
   * Brings the next `count` bytes into memory.
   * @throws ConvAtlasError `truncated` if the file has fewer, `malformed` if that is absurd.
   */
  async fetch(count: number): Promise<void> {
    if (this.holds(count)) return;
    if (count > this.bytesLeft) throw this.truncated();
    if (count > this.#maxValueBytes) {
      throw malformedPickle(this.source.name, `a value of ${count} bytes at ${this.position}`);
    }
    const start = this.position;
    const end = Math.min(this.source.byteLength, start + Math.max(this.#chunkBytes, count));
    this.#chunkBytes = Math.min(MAX_CHUNK_BYTES, 2 * this.#chunkBytes);
    this.#buffer = await this.source.slice(start, end);
    this.#view = new DataView(this.#buffer.buffer, this.#buffer.byteOffset, this.#buffer.length);
    this.#bufferStart = start;
    this.#at = 0;
  }

  /** The next byte; the methods below all need `fetch` first. */
  byte(): number {
    this.#at += 1;
    return this.#buffer[this.#at - 1];
  }

  /** An unsigned little-endian integer; 8 bytes may lose precision beyond 2^53. */
  unsigned(bytes: 1 | 2 | 4 | 8): number {
    const at = this.#at;
    this.#at += bytes;
    switch (bytes) {
      case 1:
        return this.#buffer[at];
      case 2:
        return this.#view.getUint16(at, true);
      case 4:
        return this.#view.getUint32(at, true);
      case 8:
        return Number(this.#view.getBigUint64(at, true));
    }
  }

  int32(): number {
    this.#at += 4;
    return this.#view.getInt32(this.#at - 4, true);
  }

  /** Big-endian, unlike everything else (pickletools: float8). */
  float64(): number {
    this.#at += 8;
    return this.#view.getFloat64(this.#at - 8, false);
  }

  /** A view of the next bytes, valid until the next `fetch`. */
  take(count: number): Uint8Array {
    this.#at += count;
    return this.#buffer.subarray(this.#at - count, this.#at);
  }

  /** Passes over bytes without reading them. */
  skip(count: number): void {
    if (count > this.bytesLeft) throw this.truncated();
    this.#at += count;
  }

  /** The bytes up to the next line feed, which is passed over. */
  async line(): Promise<Uint8Array> {
    let searched = 0;
    for (;;) {
      const end = this.#buffer.indexOf(LINE_FEED, this.#at + searched);
      if (end >= 0) {
        const line = this.take(end - this.#at);
        this.#at += 1;
        return line;
      }
      searched = Math.max(0, this.#buffer.length - this.#at);
      await this.fetch(Math.max(searched + 1, Math.min(2 * searched, this.bytesLeft)));
    }
  }

  truncated(): ConvAtlasError {
    const { name, byteLength } = this.source;
    return new ConvAtlasError(
      "truncated",
      `${name} is cut short: it ends after ${byteLength} bytes, before its list of contents is complete; download or copy it again.`,
      `pickle at ${this.position}`,
    );
  }
}

const LINE_FEED = 10;

export function malformedPickle(name: string, details: string): ConvAtlasError {
  return new ConvAtlasError(
    "malformed",
    `${name} is damaged: its list of contents (a Python pickle) cannot be followed; download or copy it again.`,
    details,
  );
}

export function tooManyObjects(name: string): ConvAtlasError {
  return new ConvAtlasError(
    "too-large",
    `${name} lists far more objects than the networks in use have; save the model's state_dict alone and open that.`,
  );
}
