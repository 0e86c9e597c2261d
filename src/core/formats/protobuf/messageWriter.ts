// Protocol Buffers wire format: https://protobuf.dev/programming-guides/encoding/

const UTF8 = new TextEncoder();

/** Wire types as tags write them. */
const WIRE = { varint: 0, bytes: 2, fixed32: 5 } as const;

/**
 * A message put together field by field. Long contents (tensors) are referred to and not
 * copied before `finish` writes all into one array of the right length.
 */
export class MessageWriter {
  private readonly pieces: Uint8Array[] = [];
  private length = 0;

  /** Length of what was written so far. */
  get byteLength(): number {
    return this.length;
  }

  /** A whole number; negative ones take ten bytes, as 64 bits of two's complement. */
  integer(field: number, value: number | bigint): this {
    return this.append(tagged(field, WIRE.varint, value));
  }

  /** A 32-bit float. */
  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.append(varintBytes(tag(field, WIRE.fixed32))).append(bytes);
  }

  text(field: number, value: string): this {
    return this.bytes(field, UTF8.encode(value));
  }

  /** Bytes that must stay as they are until `finish`. */
  bytes(field: number, content: Uint8Array): this {
    return this.append(tagged(field, WIRE.bytes, content.length)).append(content);
  }

  /** A message within this one; it takes no more fields afterwards. */
  message(field: number, content: MessageWriter): this {
    this.append(tagged(field, WIRE.bytes, content.byteLength));
    for (const piece of content.pieces) this.append(piece);
    return this;
  }

  /** Whole fields as another message wrote them. */
  fields(encoded: Uint8Array): this {
    return this.append(encoded);
  }

  finish(): Uint8Array<ArrayBuffer> {
    const whole = new Uint8Array(this.length);
    let at = 0;
    for (const piece of this.pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }

  private append(piece: Uint8Array): this {
    if (piece.length === 0) return this;
    this.pieces.push(piece);
    this.length += piece.length;
    return this;
  }
}

function tag(field: number, wireType: number): number {
  return field * 8 + wireType;
}

function tagged(field: number, wireType: number, value: number | bigint): Uint8Array {
  return varintBytes(tag(field, wireType), value);
}

/** Varints one after the other: seven bits a byte, lowest first. */
function varintBytes(...values: readonly (number | bigint)[]): Uint8Array {
  const bytes: number[] = [];
  for (const value of values) {
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 0x7fn) {
      bytes.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    bytes.push(Number(rest));
  }
  return Uint8Array.from(bytes);
}
