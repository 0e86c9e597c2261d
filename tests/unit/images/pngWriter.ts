import { crc32, deflateSync, inflateSync } from "node:zlib";
import { joined } from "./dicomWriter.ts";

export interface PngPicture {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: 1 | 2 | 4 | 8 | 16;
  /** As in the file: 0 grey, 2 colour, 3 palette, 4 grey and opacity, 6 colour and opacity. */
  readonly colourType: 0 | 2 | 3 | 4 | 6;
  /** Stored numbers, row-major, channels last. */
  readonly samples: readonly number[];
  readonly isInterlaced?: boolean;
  readonly palette?: readonly number[];
  readonly transparency?: readonly number[];
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const CHANNELS = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;

/** A PNG whose rows take turns with the five filters, its pixels in several IDAT chunks. */
export function pngBytes(picture: PngPicture): Uint8Array<ArrayBuffer> {
  const { width, height, bitDepth, colourType, isInterlaced, palette, transparency } = picture;
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([bitDepth, colourType, 0, 0, isInterlaced === true ? 1 : 0], 8);
  const packed = new Uint8Array(deflateSync(filteredRows(picture)));
  const middle = Math.ceil(packed.length / 2);
  return joined(
    SIGNATURE,
    chunk("IHDR", header),
    chunk("tEXt", new TextEncoder().encode("Author\0Jane Doe")),
    ...(palette === undefined ? [] : [chunk("PLTE", Uint8Array.from(palette))]),
    ...(transparency === undefined ? [] : [chunk("tRNS", Uint8Array.from(transparency))]),
    chunk("IDAT", packed.subarray(0, middle)),
    chunk("IDAT", packed.subarray(middle)),
    chunk("IEND", new Uint8Array(0)),
  );
}

export function chunk(type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const typed = joined(new TextEncoder().encode(type), data);
  return joined(bigEndian(data.length), typed, bigEndian(crc32(typed)));
}

function bigEndian(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** Which rows and columns each pass takes: PNG's figure of the eight by eight pattern. */
const PATTERN = [
  "16462646",
  "77777777",
  "56565656",
  "77777777",
  "36463646",
  "77777777",
  "56565656",
  "77777777",
];

function filteredRows(picture: PngPicture): Uint8Array {
  const { width, height, colourType, samples, isInterlaced } = picture;
  const channels = CHANNELS[colourType];
  const passes = isInterlaced === true ? ["1", "2", "3", "4", "5", "6", "7"] : [null];
  const parts: Uint8Array[] = [];
  for (const pass of passes) {
    let previous: Uint8Array | null = null;
    for (let y = 0; y < height; y += 1) {
      const row: number[] = [];
      for (let x = 0; x < width; x += 1) {
        if (pass !== null && PATTERN[y % 8][x % 8] !== pass) continue;
        const place = (y * width + x) * channels;
        row.push(...samples.slice(place, place + channels));
      }
      if (row.length === 0) continue;
      const bytes = packedRow(row, picture.bitDepth);
      const pixelBytes = Math.max(1, (channels * picture.bitDepth) >> 3);
      parts.push(filteredRow(bytes, previous, pixelBytes, y % 5));
      previous = bytes;
    }
  }
  return joined(...parts);
}

function packedRow(numbers: readonly number[], bitDepth: number): Uint8Array {
  const bits = numbers.map((number) => number.toString(2).padStart(bitDepth, "0")).join("");
  const octets = bits.match(/.{1,8}/g) ?? [];
  return Uint8Array.from(octets, (octet) => Number.parseInt(octet.padEnd(8, "0"), 2));
}

function filteredRow(
  bytes: Uint8Array,
  previous: Uint8Array | null,
  pixelBytes: number,
  filter: number,
): Uint8Array {
  const filtered = bytes.map((byte, x) => {
    const a = x >= pixelBytes ? bytes[x - pixelBytes] : 0;
    const b = previous?.[x] ?? 0;
    const c = x >= pixelBytes ? (previous?.[x - pixelBytes] ?? 0) : 0;
    const paeth = [a, b, c].reduce((best, one) =>
      Math.abs(a + b - c - one) < Math.abs(a + b - c - best) ? one : best,
    );
    return byte - [0, a, b, Math.floor((a + b) / 2), paeth][filter];
  });
  return joined(Uint8Array.of(filter), filtered);
}

/** Pixels of a grey 8-bit PNG without interlacing, by zlib and the definition of the filters. */
export function decodedGreyPng(bytes: Uint8Array): readonly number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = view.getUint32(16);
  const height = view.getUint32(20);
  if (bytes[24] !== 8 || bytes[25] !== 0 || bytes[28] !== 0)
    throw new Error("not a plain grey PNG");
  const parts: Uint8Array[] = [];
  for (let at = 8; at < bytes.length; at += 12 + view.getUint32(at)) {
    const type = new TextDecoder().decode(bytes.subarray(at + 4, at + 8));
    if (type === "IDAT") parts.push(bytes.subarray(at + 8, at + 8 + view.getUint32(at)));
  }
  const rows = inflateSync(joined(...parts));
  const pixels: number[] = [];
  const pixel = (x: number, y: number) => (x < 0 || y < 0 ? 0 : pixels[y * width + x]);
  for (let y = 0; y < height; y += 1) {
    const filter = rows[y * (width + 1)];
    for (let x = 0; x < width; x += 1) {
      const [a, b, c] = [pixel(x - 1, y), pixel(x, y - 1), pixel(x - 1, y - 1)];
      const paeth = [a, b, c].reduce((best, one) =>
        Math.abs(a + b - c - one) < Math.abs(a + b - c - best) ? one : best,
      );
      const predicted = [0, a, b, Math.floor((a + b) / 2), paeth][filter];
      pixels.push((rows[y * (width + 1) + 1 + x] + predicted) & 255);
    }
  }
  return pixels;
}
