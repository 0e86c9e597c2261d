/** Part of the pixels that is stored together: all of them, or one pass of Adam7. */
export interface Pass {
  readonly width: number;
  readonly height: number;
  /** Where its first pixel stands in the picture, and how far apart they are. */
  readonly left: number;
  readonly top: number;
  readonly stepX: number;
  readonly stepY: number;
}

/** Left, top, step across, step down of the seven passes (PNG, 8.1). */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

export function passesOf(width: number, height: number, isInterlaced: boolean): readonly Pass[] {
  if (!isInterlaced) return [{ width, height, left: 0, top: 0, stepX: 1, stepY: 1 }];
  return ADAM7.map(([left, top, stepX, stepY]) => ({
    width: Math.ceil((width - left) / stepX),
    height: Math.ceil((height - top) / stepY),
    left,
    top,
    stepX,
    stepY,
  })).filter((pass) => pass.width > 0 && pass.height > 0);
}

/** Bytes of one row without its filter byte. */
export function rowBytes(width: number, bitsPerPixel: number): number {
  return Math.ceil((width * bitsPerPixel) / 8);
}

/** Bytes of all passes, filter bytes included. */
export function filteredBytes(passes: readonly Pass[], bitsPerPixel: number): number {
  return passes.reduce(
    (sum, { width, height }) => sum + height * (1 + rowBytes(width, bitsPerPixel)),
    0,
  );
}

/**
 * Undoes the filters of one pass in place (PNG, 9.2).
 * @param bytes rows of 1 + `row` bytes, the first of which names the filter.
 * @returns the number of an unknown filter; null if all went well.
 */
export function unfilter(
  bytes: Uint8Array,
  height: number,
  row: number,
  pixelBytes: number,
): number | null {
  for (let y = 0; y < height; y += 1) {
    const start = y * (row + 1) + 1;
    const filter = bytes[start - 1];
    if (filter > 4) return filter;
    if (filter === 0) continue;
    const above = start - (row + 1);
    for (let x = 0; x < row; x += 1) {
      const left = x >= pixelBytes ? bytes[start + x - pixelBytes] : 0;
      const up = y > 0 ? bytes[above + x] : 0;
      const corner = x >= pixelBytes && y > 0 ? bytes[above + x - pixelBytes] : 0;
      bytes[start + x] += predicted(filter, left, up, corner);
    }
  }
  return null;
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  const estimate = left + up - corner;
  const toLeft = Math.abs(estimate - left);
  const toUp = Math.abs(estimate - up);
  const toCorner = Math.abs(estimate - corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

/** Calls `put(place in the picture, value)` for every sample of a pass, filters undone. */
export function placeSamples(
  bytes: Uint8Array,
  pass: Pass,
  layout: { readonly pictureWidth: number; readonly channels: number; readonly bitDepth: number },
  put: (place: number, value: number) => void,
): void {
  const { pictureWidth, channels, bitDepth } = layout;
  const row = rowBytes(pass.width, channels * bitDepth);
  for (let y = 0; y < pass.height; y += 1) {
    const start = y * (row + 1) + 1;
    const rowPlace = (pass.top + y * pass.stepY) * pictureWidth + pass.left;
    for (let x = 0; x < pass.width; x += 1) {
      const place = (rowPlace + x * pass.stepX) * channels;
      for (let channel = 0; channel < channels; channel += 1) {
        put(place + channel, sampleAt(bytes, start, x * channels + channel, bitDepth));
      }
    }
  }
}

/** Number `index` of a row that starts at `start`; big-endian, high bits first. */
function sampleAt(bytes: Uint8Array, start: number, index: number, bitDepth: number): number {
  if (bitDepth === 8) return bytes[start + index];
  if (bitDepth === 16) return bytes[start + 2 * index] * 256 + bytes[start + 2 * index + 1];
  const bit = index * bitDepth;
  const shift = 8 - bitDepth - (bit & 7);
  return (bytes[start + (bit >> 3)] >> shift) & ((1 << bitDepth) - 1);
}
