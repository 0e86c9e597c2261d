import type { DataSet } from "dicom-parser";
import { damagedImage, unsupportedImage } from "../damagedImage.ts";
import type { StoredNumbers } from "./frameDecoder.ts";

/** Red, green and blue of every entry, 0..255. */
export interface ColourPalette {
  /** Index of the first entry; smaller ones get its colour (PS3.3, C.7.6.3.1.5). */
  readonly first: number;
  readonly colours: readonly [Uint8Array, Uint8Array, Uint8Array];
}

const DESCRIPTORS = ["x00281101", "x00281102", "x00281103"] as const;
const TABLES = ["x00281201", "x00281202", "x00281203"] as const;

/** @throws ConvAtlasError `malformed`, `unsupported` */
export function readPalette(name: string, dataSet: DataSet, isBigEndian: boolean): ColourPalette {
  if (dataSet.elements.x00281221 !== undefined) {
    throw unsupportedImage(
      `${name} has a segmented palette, which is not read here`,
      "save it as RGB",
    );
  }
  const colours = TABLES.map((tag, colour): Uint8Array => {
    const descriptor = DESCRIPTORS[colour];
    // 0 stands for 65536 entries.
    const entries = dataSet.uint16(descriptor, 0) || 65536;
    const bits = dataSet.uint16(descriptor, 2);
    const element = dataSet.elements[tag];
    const available = element?.length ?? 0;
    // Some programs give 8 bits a word each, which the length tells (PS3.3, C.7.6.3.1.6).
    const entryBytes = bits === 16 || available >= 2 * entries ? 2 : 1;
    const isPresent =
      element !== undefined &&
      bits !== undefined &&
      available >= entries * entryBytes &&
      element.dataOffset + available <= dataSet.byteArray.length;
    if (!isPresent) throw damagedImage(name, "its palette is missing or too short");
    const bytes = dataSet.byteArray.subarray(
      element.dataOffset,
      element.dataOffset + entries * entryBytes,
    );
    if (entryBytes === 1) return new Uint8Array(bytes);
    const wanted = (bits === 16) === isBigEndian ? 0 : 1;
    return Uint8Array.from({ length: entries }, (_, entry) => bytes[2 * entry + wanted]);
  });
  const [red, green, blue] = colours;
  return { first: dataSet.uint16(DESCRIPTORS[0], 1) ?? 0, colours: [red, green, blue] };
}

/** `pixels * 3` numbers 0..255, channels last. */
export function paletteColours(
  indexes: StoredNumbers,
  { first, colours }: ColourPalette,
): Float32Array {
  const values = new Float32Array(indexes.length * 3);
  for (let pixel = 0; pixel < indexes.length; pixel += 1) {
    for (let colour = 0; colour < 3; colour += 1) {
      const table = colours[colour];
      const entry = Math.min(table.length - 1, Math.max(0, indexes[pixel] - first));
      values[3 * pixel + colour] = table[entry];
    }
  }
  return values;
}

/** Luminance and colour differences to RGB in place (PS3.3, C.7.6.3.1.2). @param bits of a number. */
export function toRgb(values: Float32Array, bits: number): void {
  const middle = 2 ** (bits - 1);
  const largest = 2 ** bits - 1;
  for (let place = 0; place < values.length; place += 3) {
    const luminance = values[place];
    const blueness = values[place + 1] - middle;
    const redness = values[place + 2] - middle;
    values[place] = clipped(luminance + 1.402 * redness, largest);
    values[place + 1] = clipped(luminance - 0.344136 * blueness - 0.714136 * redness, largest);
    values[place + 2] = clipped(luminance + 1.772 * blueness, largest);
  }
}

function clipped(value: number, largest: number): number {
  return Math.min(largest, Math.max(0, Math.round(value)));
}

/** Y1 Y2 Cb Cr of two pixels to Y Cb Cr of each (PS3.3, C.7.6.3.1.2). */
export function withoutSubsampling(numbers: StoredNumbers): StoredNumbers {
  const full = numbers instanceof Uint8Array ? new Uint8Array((numbers.length / 2) * 3) : null;
  const values = full ?? new Uint16Array((numbers.length / 2) * 3);
  for (let pair = 0; 4 * pair + 3 < numbers.length; pair += 1) {
    for (let pixel = 0; pixel < 2; pixel += 1) {
      const place = 3 * (2 * pair + pixel);
      values[place] = numbers[4 * pair + pixel];
      values[place + 1] = numbers[4 * pair + 2];
      values[place + 2] = numbers[4 * pair + 3];
    }
  }
  return values;
}
