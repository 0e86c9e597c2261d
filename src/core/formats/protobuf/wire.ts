import type { ByteSource } from "../../bytes/byteSource.ts";
import { malformedFile, tooLargeFile, truncatedFile } from "./errors.ts";

// Protocol Buffers wire format: https://protobuf.dev/programming-guides/encoding/

/** Bytes [start, end) of the file. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export type WireType = "varint" | "fixed64" | "bytes" | "fixed32";

/** One field of a message: where its content lies, and its value if it is a varint. */
export interface WireField extends ByteRange {
  readonly number: number;
  readonly wireType: WireType;
  /** Position of the field's tag, before `start`. */
  readonly tagStart: number;
  /** Signed 64-bit value of a varint (rounded beyond 2^53); 0 for other types. */
  readonly value: number;
}

/** A tag of at most 5 bytes and a varint of at most 10, with room to spare. */
const LONGEST_HEADER = 20;
/** A varint carries 7 bits a byte, so that 64 bits need ten bytes. */
const LONGEST_VARINT = 10;
/** Numbers stay exact up to seven bytes (49 bits); the rest goes through BigInt. */
const EXACT_VARINT_BYTES = 7;
/** Fields in one file; unpacked number lists take one each. Guards against endless empty fields. */
const MAX_FIELDS = 20_000_000;
/** Bytes asked for at once: thousands of small fields, but little of a skipped tensor. */
const CHUNK_BYTES = 128 * 1024;
/** Longest name or text that is kept; longer ones are no names. */
const MAX_STRING_BYTES = 64 * 1024;
/** All names and texts of one file, which are kept: a thousand bytes for each node of the largest. */
const MAX_TEXT_BYTES = 256 * 1024 * 1024;

const UTF8 = new TextDecoder();

/** Reads varints from bytes in memory; `position` moves on. */
export class VarintReader {
  position = 0;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get atEnd(): boolean {
    return this.position >= this.bytes.length;
  }

  /** The next varint as a signed 64-bit number; null if the bytes end inside it. */
  next(): number | null {
    const start = this.position;
    let value = 0;
    let factor = 1;
    for (let count = 0; count < LONGEST_VARINT; count += 1) {
      if (start + count >= this.bytes.length) return null;
      const byte = this.bytes[start + count];
      if (count < EXACT_VARINT_BYTES) value += (byte & 0x7f) * factor;
      factor *= 128;
      if (byte < 0x80) {
        this.position = start + count + 1;
        return count < EXACT_VARINT_BYTES ? value : this.wide(start, this.position);
      }
    }
    throw malformedFile("a number in it never ends", `varint at buffer offset ${start}`);
  }

  private wide(start: number, end: number): number {
    let value = 0n;
    for (let at = end - 1; at >= start; at -= 1) {
      value = (value << 7n) | BigInt(this.bytes[at] & 0x7f);
    }
    return Number(BigInt.asIntN(64, value));
  }
}

/** A file read in chunks, so that thousands of small fields cost few requests. */
export class ChunkedFile {
  readonly source: ByteSource;
  private readonly chunkBytes: number;
  private chunk: Uint8Array = new Uint8Array(0);
  private chunkStart = 0;
  private fields = 0;
  private textBytes = 0;

  constructor(source: ByteSource, chunkBytes = CHUNK_BYTES) {
    this.source = source;
    this.chunkBytes = chunkBytes;
  }

  /** Bytes [start, end), a view that is valid until the next call. */
  async bytes(start: number, end: number): Promise<Uint8Array> {
    const loaded = this.loadedBytes(start, end);
    if (loaded !== null) return loaded;
    const last = Math.min(this.source.byteLength, Math.max(end, start + this.chunkBytes));
    this.chunk = await this.source.slice(start, last);
    this.chunkStart = start;
    return this.chunk.subarray(0, end - start);
  }

  /** The same where nothing has to be read: millions of promises take seconds. */
  loadedBytes(start: number, end: number): Uint8Array | null {
    if (start < this.chunkStart || end > this.chunkStart + this.chunk.length) return null;
    return this.chunk.subarray(start - this.chunkStart, end - this.chunkStart);
  }

  /** UTF-8 text of a field, invalid sequences replaced. */
  async text(range: ByteRange): Promise<string> {
    if (range.end - range.start > MAX_STRING_BYTES) {
      throw tooLargeFile(`a name in it is longer than ${MAX_STRING_BYTES} bytes`);
    }
    const { start, end } = range;
    this.textBytes += end - start;
    if (this.textBytes > MAX_TEXT_BYTES) throw tooLargeFile("its names are too long altogether");
    return UTF8.decode(this.loadedBytes(start, end) ?? (await this.bytes(start, end)));
  }

  /** The same file for readers that keep what they get. */
  asSource(): ByteSource {
    const { name, byteLength } = this.source;
    const slice = async (start: number, end: number) =>
      new Uint8Array(await this.bytes(start, end));
    return { name, byteLength, slice };
  }

  countField(): void {
    this.fields += 1;
    if (this.fields > MAX_FIELDS) throw tooLargeFile(`it has more than ${MAX_FIELDS} fields`);
  }
}

/** Walks the fields of the message that lies at [start, end), reading headers only. */
export class FieldWalk {
  private position: number;
  private readonly file: ChunkedFile;
  private readonly end: number;

  constructor(file: ChunkedFile, range: ByteRange) {
    this.file = file;
    this.position = range.start;
    this.end = range.end;
  }

  /**
   * The next field; null at the end of the message.
   * @throws ConvAtlasError `truncated` if it reaches beyond the file, `malformed` if it
   * reaches beyond its message or is no field at all.
   */
  async next(): Promise<WireField | null> {
    if (this.position >= this.end) return null;
    this.file.countField();
    const tagStart = this.position;
    const headerEnd = Math.min(this.end, tagStart + LONGEST_HEADER);
    const header =
      this.file.loadedBytes(tagStart, headerEnd) ?? (await this.file.bytes(tagStart, headerEnd));
    const field = fieldAt(new VarintReader(header), tagStart);
    if (field === null) throw this.cutOff(tagStart);
    if (field.end > this.end) {
      const details = `field ${field.number} at byte ${tagStart} ends at ${field.end} of ${this.end}`;
      const { source } = this.file;
      if (field.end > source.byteLength) throw truncatedFile(source, field.end, details);
      throw malformedFile("a part of it is longer than the whole that holds it", details);
    }
    this.position = field.end;
    return field;
  }

  private cutOff(tagStart: number): Error {
    const details = `field header at byte ${tagStart} is cut off`;
    const { source } = this.file;
    return this.end >= source.byteLength
      ? truncatedFile(source, this.end + 1, details)
      : malformedFile("a field in it is cut off", details);
  }
}

/** Walks the fields of the message that lies at [start, end) of bytes in memory. */
export function* fieldsOf(bytes: Uint8Array, { start, end }: ByteRange): Generator<WireField> {
  const varints = new VarintReader(bytes.subarray(0, end));
  for (let position = start; position < end; ) {
    varints.position = position;
    const field = fieldAt(varints, 0);
    if (field === null || field.end > end) {
      throw malformedFile("a field in it is cut off", `field at byte ${position} of ${end}`);
    }
    yield field;
    position = field.end;
  }
}

/**
 * The field whose tag comes next; its content may reach beyond what is there. Null if the bytes
 * end within the tag, the length or the varint.
 * @param base what the reader's position 0 is called outside.
 */
function fieldAt(varints: VarintReader, base: number): WireField | null {
  const tagStart = base + varints.position;
  const tag = varints.next();
  if (tag === null) return null;
  const number = Math.floor(tag / 8);
  if (number < 1 || number > 0x1fffffff) {
    throw malformedFile("a field in it has no valid number", `tag ${tag} at byte ${tagStart}`);
  }
  const start = base + varints.position;
  const field = (wireType: WireType, from: number, end: number, value = 0): WireField => ({
    number,
    wireType,
    tagStart,
    start: from,
    end,
    value,
  });
  switch (tag % 8) {
    case 0: {
      const value = varints.next();
      return value === null ? null : field("varint", start, base + varints.position, value);
    }
    case 1:
      return field("fixed64", start, start + 8);
    case 2: {
      const length = varints.next();
      if (length === null) return null;
      if (length < 0) {
        throw malformedFile("a part of it has a negative length", `at byte ${tagStart}`);
      }
      const from = base + varints.position;
      return field("bytes", from, from + length);
    }
    case 5:
      return field("fixed32", start, start + 4);
    default:
      throw malformedFile(
        "a field in it is of an unknown kind",
        `wire type ${tag % 8} at byte ${tagStart}`,
      );
  }
}
