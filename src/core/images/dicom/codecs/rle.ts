import { endsEarly, type FrameDecoder, type StoredNumbers, undecodable } from "../frameDecoder.ts";
import type { PixelDescription } from "../pixelDescription.ts";

/** Number of segments and 15 offsets (PS3.5, G.5). */
const HEADER_BYTES = 64;

/**
 * RLE (PS3.5, annex G): a segment per byte of a sample, high bytes first, all of one colour
 * before the next.
 */
export const decodeRleFrame: FrameDecoder = async (name, bytes, description) => {
  if (bytes.length < HEADER_BYTES) throw endsEarly(name);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { columns, rows, samples, bitsAllocated } = description;
  const sampleBytes = bitsAllocated / 8;
  const segments = view.getUint32(0, true);
  if (segments !== samples * sampleBytes) throw undecodable(name, `${segments} segments`);
  const pixels = columns * rows;
  const numbers = emptyNumbers(description, pixels * samples);
  const plane = new Uint8Array(pixels);
  for (let segment = 0; segment < segments; segment += 1) {
    const start = view.getUint32(4 + 4 * segment, true);
    const end = segment + 1 < segments ? view.getUint32(8 + 4 * segment, true) : bytes.length;
    if (start < HEADER_BYTES || end < start || end > bytes.length) {
      throw undecodable(name, `segment ${segment} from ${start} to ${end}`);
    }
    unpackBits(name, bytes.subarray(start, end), plane);
    const sample = Math.floor(segment / sampleBytes);
    // A multiplication, since a shift by 24 bits would make a negative number.
    const weight = 256 ** (sampleBytes - 1 - (segment % sampleBytes));
    for (let pixel = 0; pixel < pixels; pixel += 1) {
      numbers[sample * pixels + pixel] += plane[pixel] * weight;
    }
  }
  return { numbers, isPlanar: true, isRgb: false };
};

function emptyNumbers({ bitsAllocated }: PixelDescription, length: number): StoredNumbers {
  if (bitsAllocated === 32) return new Uint32Array(length);
  return bitsAllocated === 16 ? new Uint16Array(length) : new Uint8Array(length);
}

/** PackBits (PS3.5, G.3.2). */
function unpackBits(name: string, packed: Uint8Array, plane: Uint8Array): void {
  let at = 0;
  let filled = 0;
  while (filled < plane.length && at < packed.length) {
    const control = packed[at];
    at += 1;
    if (control < 128) {
      const end = Math.min(at + control + 1, packed.length, at + plane.length - filled);
      plane.set(packed.subarray(at, end), filled);
      filled += end - at;
      at += control + 1;
    } else if (control > 128) {
      const end = Math.min(plane.length, filled + 257 - control);
      plane.fill(packed[at] ?? 0, filled, end);
      filled = end;
      at += 1;
    }
  }
  if (filled < plane.length) {
    throw endsEarly(name, `${filled} of ${plane.length}`);
  }
}
