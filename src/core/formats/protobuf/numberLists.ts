import { malformedFile } from "./errors.ts";
import { type ByteRange, VarintReader, type WireField } from "./wire.ts";

/** Part of a typed list: packed, or a run of single fields each with its tag. */
export interface Segment extends ByteRange {
  readonly tagged: boolean;
}

/** Adds a field of a repeated number to the parts of its list. */
export function addSegment(segments: Segment[], field: WireField): void {
  const tagged = field.wireType !== "bytes";
  if (field.start === field.end) return;
  const last = segments.at(-1);
  if (tagged && last?.tagged && last.end === field.tagStart) {
    // One run instead of one object for each number of an unpacked list.
    segments[segments.length - 1] = { start: last.start, end: field.end, tagged };
    return;
  }
  segments.push({ start: tagged ? field.tagStart : field.start, end: field.end, tagged });
}

/** Little-endian floats of `size` bytes. */
export function* fixedNumbers(bytes: Uint8Array, size: 4 | 8, tagged: boolean): Generator<number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tags = new VarintReader(bytes);
  let at = 0;
  while (at < bytes.length) {
    if (tagged) {
      tags.position = at;
      tags.next();
      at = tags.position;
    }
    if (at + size > bytes.length) throw malformedFile("a list of numbers in it is cut off");
    yield size === 4 ? view.getFloat32(at, true) : view.getFloat64(at, true);
    at += size;
  }
}

/** Whole numbers of any size, negative ones as 64 bits of two's complement. */
export function* varintNumbers(bytes: Uint8Array, tagged: boolean): Generator<number> {
  const varints = new VarintReader(bytes);
  while (!varints.atEnd) {
    if (tagged) varints.next();
    const value = varints.next();
    if (value === null) throw malformedFile("a list of numbers in it is cut off");
    yield value;
  }
}
