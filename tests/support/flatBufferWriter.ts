import { type Bytes, join } from "./onnxWriter.ts";

/** Writes FlatBuffers for tests: any table, right or wrong (https://flatbuffers.dev/internals/). */

export type FlatValue =
  | { readonly kind: "scalar"; readonly bytes: Uint8Array }
  | { readonly kind: "table"; readonly fields: FlatFields }
  | { readonly kind: "tables"; readonly items: readonly FlatFields[] }
  | { readonly kind: "vector"; readonly count: number; readonly bytes: Uint8Array };

/** Fields of a table by their number in the schema. */
export type FlatFields = Readonly<Record<number, FlatValue>>;

export const int8 = (value: number): FlatValue => scalar(1, (view) => view.setInt8(0, value));
export const int32 = (value: number): FlatValue =>
  scalar(4, (view) => view.setInt32(0, value, true));
export const uint64 = (value: number): FlatValue =>
  scalar(8, (view) => view.setBigUint64(0, BigInt(value), true));
export const table = (fields: FlatFields): FlatValue => ({ kind: "table", fields });
export const tables = (items: readonly FlatFields[]): FlatValue => ({ kind: "tables", items });

export function text(content: string): FlatValue {
  const bytes = new TextEncoder().encode(content);
  // Strings end with a zero that their length does not count.
  return { kind: "vector", count: bytes.length, bytes: join(bytes, Uint8Array.of(0)) };
}

export function byteVector(bytes: Uint8Array): FlatValue {
  return { kind: "vector", count: bytes.length, bytes };
}

export function int32Vector(values: readonly number[]): FlatValue {
  return vectorOf(values.length, Int32Array.from(values));
}

export function float32Vector(values: readonly number[]): FlatValue {
  return vectorOf(values.length, Float32Array.from(values));
}

export function int64Vector(values: readonly number[]): FlatValue {
  return vectorOf(values.length, BigInt64Array.from(values, BigInt));
}

function vectorOf(count: number, { buffer }: { buffer: ArrayBuffer }): FlatValue {
  return { kind: "vector", count, bytes: new Uint8Array(buffer) };
}

function scalar(size: number, set: (view: DataView) => void): FlatValue {
  const bytes = new Uint8Array(size);
  set(new DataView(bytes.buffer));
  return { kind: "scalar", bytes };
}

/** A FlatBuffer with this root table and file identifier. */
export function flatBuffer(identifier: string, root: FlatFields): Bytes {
  const writer = new FlatWriter();
  writer.append(new Uint8Array(4));
  writer.append(new TextEncoder().encode(identifier));
  writer.later(0, { kind: "table", fields: root });
  return writer.finish();
}

/** What is pointed to stands behind what points to it, as the format's offsets demand. */
class FlatWriter {
  private bytes = new Uint8Array(1024);
  private length = 0;
  private readonly waiting: { readonly place: number; readonly value: FlatValue }[] = [];

  append(content: Uint8Array): number {
    const start = this.length;
    while (start + content.length > this.bytes.length) {
      const larger = new Uint8Array(2 * this.bytes.length);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    this.bytes.set(content, start);
    this.length += content.length;
    return start;
  }

  /** Has `value` written later, and its offset put at `place`. */
  later(place: number, value: FlatValue): void {
    this.waiting.push({ place, value });
  }

  finish(): Bytes {
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) {
      const start = this.write(next.value);
      this.view().setUint32(next.place, start - next.place, true);
    }
    return this.bytes.slice(0, this.length);
  }

  private write(value: FlatValue): number {
    switch (value.kind) {
      case "scalar":
        throw new Error("scalars stand inside tables");
      case "table":
        return this.writeTable(value.fields);
      case "tables": {
        this.align(8, 4);
        const start = this.append(uint32(value.items.length));
        for (const fields of value.items) {
          this.later(this.append(new Uint8Array(4)), { kind: "table", fields });
        }
        return start;
      }
      case "vector": {
        this.align(8, 4);
        const start = this.append(uint32(value.count));
        this.append(value.bytes);
        return start;
      }
    }
  }

  private writeTable(fields: FlatFields): number {
    const numbers = Object.keys(fields).map(Number);
    const vtable = new DataView(new ArrayBuffer(4 + 2 * (Math.max(-1, ...numbers) + 1)));
    let size = 4;
    for (const number of numbers) {
      const value = fields[number];
      const own = value.kind === "scalar" ? value.bytes.length : 4;
      size = Math.ceil(size / own) * own;
      vtable.setUint16(4 + 2 * number, size, true);
      size += own;
    }
    vtable.setUint16(0, vtable.byteLength, true);
    vtable.setUint16(2, size, true);
    this.align(2, 0);
    const vtableStart = this.append(new Uint8Array(vtable.buffer));
    this.align(8, 0);
    const start = this.append(new Uint8Array(size));
    this.view().setInt32(start, start - vtableStart, true);
    for (const number of numbers) {
      const value = fields[number];
      const place = start + vtable.getUint16(4 + 2 * number, true);
      if (value.kind === "scalar") this.bytes.set(value.bytes, place);
      else this.later(place, value);
    }
    return start;
  }

  /** Goes on at a position that leaves `rest` when divided by `unit`. */
  private align(unit: number, rest: number): void {
    while (this.length % unit !== rest) this.append(Uint8Array.of(0));
  }

  private view(): DataView {
    return new DataView(this.bytes.buffer);
  }
}

function uint32(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value).buffer);
}
