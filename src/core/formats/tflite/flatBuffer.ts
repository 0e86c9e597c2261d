import type { ByteSource } from "../../bytes/byteSource.ts";
import { PagedSource } from "../../bytes/pagedSource.ts";
import { malformedTflite, tooLargeTflite, truncatedTflite } from "./errors.ts";

// FlatBuffers, binary format: https://flatbuffers.dev/internals/
// A table begins with the distance back to its vtable; the vtable holds its own size, the
// table's size, and for each field of the schema its place in the table, 0 if it is absent.

/** Offsets are signed 32-bit numbers in part, so that no FlatBuffer is larger. */
const LARGEST_FLATBUFFER = 2 ** 31;
/** Tables of one file; the largest language models have some ten thousand. A second or two of work. */
const MAX_TABLES = 250_000;
/** Numbers read out of vectors of one file, which may all be the same bytes. */
const MAX_VECTOR_BYTES = 16 * 1024 * 1024;
/** The same for names; those of the largest networks take some megabytes. */
const MAX_TEXTS_BYTES = 64 * 1024 * 1024;
/** The largest table of the schema has fifteen fields; what stands behind these is not known. */
const MAX_VTABLE_BYTES = 128;
/** Room for as many fields of eight bytes; the rest of a table is not looked at. */
const MAX_TABLE_BYTES = 512;
/** Names that TensorFlow Lite joins for fused operators reach some thousand letters. */
const MAX_TEXT_BYTES = 64 * 1024;

const UTF8 = new TextDecoder();

/** Bytes [start, end) of the file. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** A vector of tables, which are looked at one by one. */
export interface TableList {
  readonly length: number;
  at(index: number): Promise<FlatTable>;
}

/** A FlatBuffer in a file; every offset is checked before it is followed. */
export class FlatBuffer {
  readonly source: ByteSource;
  private readonly pages: PagedSource;
  private readonly vtables = new Map<number, DataView>();
  private tables = 0;
  private vectorBytes = 0;
  private textBytes = 0;

  constructor(source: ByteSource) {
    this.source = source;
    this.pages = new PagedSource(source);
  }

  async root(): Promise<FlatTable> {
    return this.table((await this.view(0, 4)).getUint32(0, true));
  }

  async table(position: number): Promise<FlatTable> {
    this.tables += 1;
    if (this.tables > MAX_TABLES) {
      throw tooLargeTflite(this.source, `it has more than ${MAX_TABLES} tables`);
    }
    const distance = (this.keptView(position, 4) ?? (await this.view(position, 4))).getInt32(
      0,
      true,
    );
    const place = position - distance;
    const vtable = this.vtables.get(place) ?? (await this.vtable(place, position));
    const size = Math.min(vtable.getUint16(2, true), MAX_TABLE_BYTES);
    const content = this.keptView(position, size) ?? (await this.view(position, size));
    return new FlatTable(this, position, vtable, copied(content));
  }

  /** Where the elements of a vector lie, the number of them checked against the file. */
  async vector(position: number, elementBytes: number): Promise<ByteRange> {
    const head = this.keptView(position, 4) ?? (await this.view(position, 4));
    const start = position + 4;
    const end = start + head.getUint32(0, true) * elementBytes;
    this.checkRange(start, end);
    return { start, end };
  }

  /** The elements of a short vector. */
  async vectorContent(position: number, elementBytes: number): Promise<DataView> {
    const { start, end } = await this.vector(position, elementBytes);
    this.vectorBytes += end - start;
    if (this.vectorBytes > MAX_VECTOR_BYTES) {
      throw tooLargeTflite(this.source, "its lists of numbers take more than 16 MiB");
    }
    return this.keptView(start, end - start) ?? this.view(start, end - start);
  }

  /** Text in UTF-8, invalid sequences replaced. */
  async text({ start, end }: ByteRange): Promise<string> {
    this.textBytes += end - start;
    if (this.textBytes > MAX_TEXTS_BYTES) {
      throw tooLargeTflite(this.source, "its names take more than 64 MiB");
    }
    return UTF8.decode(this.keptView(start, end - start) ?? (await this.view(start, end - start)));
  }

  /** Bytes of the file, to be looked at now and not to be kept. */
  async view(position: number, length: number): Promise<DataView<ArrayBuffer>> {
    this.checkRange(position, position + length);
    return viewOf(await this.pages.fetch(position, position + length));
  }

  /** The same where nothing has to be fetched. */
  keptView(position: number, length: number): DataView<ArrayBuffer> | null {
    this.checkRange(position, position + length);
    const bytes = this.pages.kept(position, position + length);
    return bytes === null ? null : viewOf(bytes);
  }

  private async vtable(position: number, tablePosition: number): Promise<DataView> {
    const size = (await this.view(position, 4)).getUint16(0, true);
    const vtable = await this.view(position, Math.min(Math.max(size, 4), MAX_VTABLE_BYTES));
    // The size of the table counts the four bytes in which it points to this vtable.
    if (size < 4 || size % 2 !== 0 || vtable.getUint16(2, true) < 4) {
      throw malformedTflite(
        this.source,
        "a table in it has no valid list of fields",
        `table at byte ${tablePosition}, list at byte ${position}`,
      );
    }
    const kept = copied(vtable);
    this.vtables.set(position, kept);
    return kept;
  }

  private checkRange(start: number, end: number): void {
    if (start >= 0 && end <= this.source.byteLength) return;
    const details = `bytes ${start} to ${end}`;
    if (start < 0 || end > LARGEST_FLATBUFFER) {
      throw malformedTflite(this.source, "it points to places that no such file has", details);
    }
    throw truncatedTflite(this.source, end, details);
  }
}

function viewOf({ buffer, byteOffset, length }: Uint8Array<ArrayBuffer>): DataView<ArrayBuffer> {
  return new DataView(buffer, byteOffset, length);
}

/** A view that keeps its own bytes alive and not the page around them. */
function copied({ buffer, byteOffset, byteLength }: DataView<ArrayBuffer>): DataView {
  return new DataView(buffer.slice(byteOffset, byteOffset + byteLength));
}

/** A table: its fields by their number in the schema. Scalars are at hand, the rest is read. */
export class FlatTable {
  readonly position: number;
  private readonly buffer: FlatBuffer;
  private readonly vtable: DataView;
  private readonly content: DataView;

  constructor(buffer: FlatBuffer, position: number, vtable: DataView, content: DataView) {
    this.buffer = buffer;
    this.position = position;
    this.vtable = vtable;
    this.content = content;
  }

  has(field: number): boolean {
    return this.place(field, 1) !== null;
  }

  int8(field: number, absent = 0): number {
    const place = this.place(field, 1);
    return place === null ? absent : this.content.getInt8(place);
  }

  int32(field: number, absent = 0): number {
    const place = this.place(field, 4);
    return place === null ? absent : this.content.getInt32(place, true);
  }

  uint32(field: number, absent = 0): number {
    const place = this.place(field, 4);
    return place === null ? absent : this.content.getUint32(place, true);
  }

  float32(field: number, absent = 0): number {
    const place = this.place(field, 4);
    return place === null ? absent : this.content.getFloat32(place, true);
  }

  /** Rounded beyond 2^53, where no file reaches. */
  uint64(field: number, absent = 0): number {
    const place = this.place(field, 8);
    return place === null ? absent : Number(this.content.getBigUint64(place, true));
  }

  async table(field: number): Promise<FlatTable | null> {
    const target = this.target(field);
    return target === null ? null : this.buffer.table(target);
  }

  async tables(field: number): Promise<TableList> {
    const target = this.target(field);
    if (target === null) {
      return { length: 0, at: () => Promise.reject(this.noSuchEntry(field, 0)) };
    }
    const { start, end } = await this.buffer.vector(target, 4);
    const length = (end - start) / 4;
    return {
      length,
      at: async (index) => {
        if (index >= length) throw this.noSuchEntry(field, index);
        const place = start + 4 * index;
        const entry = this.buffer.keptView(place, 4) ?? (await this.buffer.view(place, 4));
        return this.buffer.table(place + entry.getUint32(0, true));
      },
    };
  }

  /** Where the bytes of a vector of bytes lie. */
  async bytes(field: number): Promise<ByteRange | null> {
    const target = this.target(field);
    return target === null ? null : this.buffer.vector(target, 1);
  }

  /** A text; overlong ones are no names and come out empty. */
  async text(field: number): Promise<string> {
    const range = await this.bytes(field);
    if (range === null || range.end - range.start > MAX_TEXT_BYTES) return "";
    return this.buffer.text(range);
  }

  async int32s(field: number): Promise<readonly number[]> {
    return this.numbers(field, 4, (view, at) => view.getInt32(at, true));
  }

  async float32s(field: number): Promise<readonly number[]> {
    return this.numbers(field, 4, (view, at) => view.getFloat32(at, true));
  }

  async int64s(field: number): Promise<readonly number[]> {
    return this.numbers(field, 8, (view, at) => Number(view.getBigInt64(at, true)));
  }

  private async numbers(
    field: number,
    size: number,
    read: (view: DataView, at: number) => number,
  ): Promise<readonly number[]> {
    const target = this.target(field);
    if (target === null) return [];
    const view = await this.buffer.vectorContent(target, size);
    return Array.from({ length: view.byteLength / size }, (_, index) => read(view, index * size));
  }

  /** Where a field that is an offset points to; null if the field is absent. */
  private target(field: number): number | null {
    const place = this.place(field, 4);
    return place === null ? null : this.position + place + this.content.getUint32(place, true);
  }

  private place(field: number, size: number): number | null {
    const entry = 4 + 2 * field;
    if (entry + 2 > this.vtable.byteLength) return null;
    const place = this.vtable.getUint16(entry, true);
    if (place === 0) return null;
    if (place + size <= this.content.byteLength) return place;
    throw malformedTflite(
      this.buffer.source,
      "a field in it lies outside its table",
      `field ${field} of the table at byte ${this.position}`,
    );
  }

  private noSuchEntry(field: number, index: number) {
    return malformedTflite(
      this.buffer.source,
      "it names a part that it does not have",
      `entry ${index} of field ${field} of the table at byte ${this.position}`,
    );
  }
}
