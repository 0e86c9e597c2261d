import type { JpegHeader } from "../../jpegHeader.ts";
import { endsEarly, type FrameDecoder, requireSameSize, undecodable } from "../frameDecoder.ts";
import { BitReader, type HuffmanTable, huffmanTable } from "./huffmanBits.ts";
import { requireJpegHeader, unreadJpeg } from "./jpegStream.ts";

const LOSSLESS_FRAME = 0xc3;

/** What the segments before the pixels say (ITU-T T.81, B.2). */
interface Scan {
  /** One table per component, in the order of the frame. */
  readonly tables: readonly HuffmanTable[];
  /** 1 .. 7 (T.81, table H.1). */
  readonly predictor: number;
  readonly pointTransform: number;
  /** Pixels between restart markers; 0 for none. */
  readonly restartInterval: number;
  /** Where the coded pixels start. */
  readonly start: number;
}

/**
 * JPEG lossless with Huffman codes, all predictors (T.81, annex H; PS3.5, 8.2.1). Written here:
 * libjpeg-turbo's build has no more than 8 bits, and jpeg-lossless-decoder-js 2.1.2 loses the
 * last pixel.
 */
export const decodeJpegLosslessFrame: FrameDecoder = async (name, bytes, description) => {
  const header = requireJpegHeader(name, bytes);
  if (header.frameMarker !== LOSSLESS_FRAME || header.precision < 2 || header.precision > 16) {
    const marker = `frame marker ${header.frameMarker.toString(16)}, ${header.precision} bits`;
    throw unreadJpeg(name, "a rare kind of JPEG", marker);
  }
  requireSameSize(name, header, description);
  const scan = readScan(name, bytes, header.components);
  const numbers = decodeScan(name, bytes, header, scan);
  return { numbers, isPlanar: false, isRgb: false };
};

function readScan(name: string, bytes: Uint8Array, components: number): Scan {
  const tables = new Map<number, HuffmanTable>();
  let restartInterval = 0;
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) throw undecodable(name, `no marker at ${at}`);
    const marker = bytes[at + 1];
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const end = at + 2 + bytes[at + 2] * 256 + bytes[at + 3];
    if (end > bytes.length) break;
    const segment = bytes.subarray(at + 4, end);
    if (marker === 0xc4) readTables(name, segment, tables);
    if (marker === LOSSLESS_FRAME) requireNoSubsampling(name, segment);
    if (marker === 0xdd) restartInterval = (segment[0] ?? 0) * 256 + (segment[1] ?? 0);
    if (marker === 0xda) {
      return { ...scanOf(name, segment, components, tables), restartInterval, start: end };
    }
    at = end;
  }
  throw endsEarly(name);
}

function readTables(name: string, segment: Uint8Array, tables: Map<number, HuffmanTable>): void {
  let at = 0;
  while (at + 17 <= segment.length) {
    const counts = segment.subarray(at + 1, at + 17);
    const codes = counts.reduce((sum, count) => sum + count, 0);
    const table = huffmanTable(counts, segment.subarray(at + 17, at + 17 + codes));
    if (table === null) throw undecodable(name, "unsound Huffman table");
    tables.set(segment[at] & 0x0f, table);
    at += 17 + codes;
  }
}

function requireNoSubsampling(name: string, segment: Uint8Array): void {
  const components = segment[5] ?? 0;
  for (let component = 1; component < components; component += 1) {
    if (segment[7 + 3 * component] === segment[7]) continue;
    throw unreadJpeg(name, "JPEG lossless with coarser colours");
  }
}

function scanOf(
  name: string,
  segment: Uint8Array,
  components: number,
  tables: ReadonlyMap<number, HuffmanTable>,
) {
  if (segment[0] !== components || segment.length < 4 + 2 * components) {
    const found = `${segment[0]} of ${components} components`;
    throw unreadJpeg(name, "JPEG lossless with one scan per colour", found);
  }
  const used = Array.from({ length: components }, (_, component) => {
    const table = tables.get(segment[2 + 2 * component] >> 4);
    if (table === undefined) throw undecodable(name, "missing Huffman table");
    return table;
  });
  const [predictor, , approximation] = segment.subarray(1 + 2 * components);
  if (predictor < 1 || predictor > 7) throw undecodable(name, `predictor ${predictor}`);
  return { tables: used, predictor, pointTransform: approximation & 0x0f };
}

/** T.81, H.1.2 and H.2.1. */
function decodeScan(
  name: string,
  bytes: Uint8Array,
  { width, height, components, precision }: JpegHeader,
  { tables, predictor, pointTransform, restartInterval, start }: Scan,
): Uint8Array | Uint16Array {
  const row = width * components;
  const numbers = precision > 8 ? new Uint16Array(row * height) : new Uint8Array(row * height);
  const decoded = new Uint16Array(row * height);
  const middle = 2 ** Math.max(0, precision - pointTransform - 1);
  const reader = new BitReader(bytes, start);
  let firstRow = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const pixel = y * width + x;
      const isRestart = restartInterval > 0 && pixel > 0 && pixel % restartInterval === 0;
      if (isRestart) {
        if (!reader.restart()) throw endsEarly(name);
        firstRow = y;
      }
      for (let component = 0; component < components; component += 1) {
        const place = pixel * components + component;
        const difference = readDifference(reader, tables[component]);
        if (difference === null) throw undecodable(name, `no Huffman code at pixel ${pixel}`);
        // The first pixel, and that behind a restart, follow from the middle of the scale, ...
        let predicted = middle;
        // ... the rest of such a row from the left, a row's first pixel from above.
        if (x > 0 && y === firstRow) predicted = isRestart ? middle : decoded[place - components];
        else if (y > firstRow && x === 0) predicted = decoded[place - row];
        else if (y > firstRow)
          predicted = predictedFrom(predictor, decoded, place, components, row);
        decoded[place] = predicted + difference;
        numbers[place] = decoded[place] << pointTransform;
      }
    }
    if (reader.isExhausted) throw endsEarly(name);
  }
  return numbers;
}

/** T.81, F.2.2.1 with the addition of H.1.2.2; null where there is no code. */
function readDifference(reader: BitReader, table: HuffmanTable): number | null {
  const category = reader.symbol(table);
  if (category < 0 || category > 16) return null;
  if (category === 16) return 32768;
  if (category === 0) return 0;
  const bits = reader.bits(category);
  return bits < 2 ** (category - 1) ? bits - 2 ** category + 1 : bits;
}

/** T.81, table H.1: a the left, b the upper, c the upper left neighbour. */
function predictedFrom(
  predictor: number,
  decoded: Uint16Array,
  place: number,
  components: number,
  row: number,
): number {
  const a = decoded[place - components];
  const b = decoded[place - row];
  const c = decoded[place - row - components];
  switch (predictor) {
    case 1:
      return a;
    case 2:
      return b;
    case 3:
      return c;
    case 4:
      return a + b - c;
    case 5:
      return a + ((b - c) >> 1);
    case 6:
      return b + ((a - c) >> 1);
    default:
      return (a + b) >> 1;
  }
}
