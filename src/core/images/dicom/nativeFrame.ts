import type { DecodedFrame, StoredNumbers } from "./frameDecoder.ts";
import type { PixelDescription } from "./pixelDescription.ts";

/** @param bytes of the frame, whole bytes also where pixels are single bits. */
export function nativeFrame(
  bytes: Uint8Array<ArrayBuffer>,
  description: PixelDescription,
  frame: number,
  isBigEndian: boolean,
): DecodedFrame {
  const { bitsAllocated, isPlanar, columns, rows } = description;
  const result = (numbers: StoredNumbers) => ({ numbers, isPlanar, isRgb: false });
  switch (bitsAllocated) {
    case 1:
      return result(singleBits(bytes, columns * rows, (frame * columns * rows) % 8));
    case 8:
      return result(bytes);
    case 16:
      return result(wide(bytes, 2, isBigEndian));
    case 32:
      return result(wide(bytes, 4, isBigEndian));
  }
}

/** Pixels follow each other without gaps, low bits first (PS3.5, 8.1.1 and annex D). */
function singleBits(bytes: Uint8Array, count: number, firstBit: number): Uint8Array {
  const numbers = new Uint8Array(count);
  for (let pixel = 0; pixel < count; pixel += 1) {
    const bit = firstBit + pixel;
    numbers[pixel] = (bytes[bit >> 3] >> (bit & 7)) & 1;
  }
  return numbers;
}

function wide(
  bytes: Uint8Array<ArrayBuffer>,
  width: 2 | 4,
  isBigEndian: boolean,
): Uint16Array | Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = Math.floor(bytes.byteLength / width);
  const numbers = width === 2 ? new Uint16Array(count) : new Uint32Array(count);
  for (let index = 0; index < count; index += 1) {
    numbers[index] =
      width === 2
        ? view.getUint16(2 * index, !isBigEndian)
        : view.getUint32(4 * index, !isBigEndian);
  }
  return numbers;
}
