import type { DataSet } from "dicom-parser";
import { finiteFloat32 } from "../finiteFloat32.ts";
import type { Picture } from "../image.ts";
import { paletteColours, readPalette, toRgb, withoutSubsampling } from "./colours.ts";
import type { DecodedFrame, StoredNumbers } from "./frameDecoder.ts";
import type { PixelDescription } from "./pixelDescription.ts";
import { readMapping, storedToValue, type ValueMapping } from "./valueMapping.ts";

/** What a frame shows, in the values of the file. */
export function framePicture(
  name: string,
  dataSet: DataSet,
  isBigEndian: boolean,
  description: PixelDescription,
  frame: number,
  decoded: DecodedFrame,
): Picture {
  const { columns: width, rows: height, samples, photometric } = description;
  if (samples === 3) {
    return { width, height, channels: 3, values: colourValues(description, decoded) };
  }
  if (photometric === "PALETTE COLOR") {
    const palette = readPalette(name, dataSet, isBigEndian);
    const indexes = decoded.numbers.slice(0, width * height);
    return { width, height, channels: 3, values: paletteColours(indexes, palette) };
  }
  const mapping = readMapping(dataSet, description, frame);
  const values = greyValues(decoded.numbers, width * height, description, mapping);
  return { width, height, channels: 1, values };
}

function greyValues(
  numbers: StoredNumbers,
  count: number,
  description: PixelDescription,
  mapping: ValueMapping,
): Float32Array {
  const values = new Float32Array(count);
  const valueAt = valueOfBits(description, mapping);
  // Of 8 and 16 bits every value is worked out once.
  const table =
    numbers instanceof Uint32Array
      ? null
      : Float32Array.from({ length: 2 ** (8 * numbers.BYTES_PER_ELEMENT) }, (_, bits) =>
          valueAt(bits),
        );
  let lowest = Number.POSITIVE_INFINITY;
  for (let pixel = 0; pixel < count; pixel += 1) {
    const value = table === null ? valueAt(numbers[pixel]) : table[numbers[pixel]];
    values[pixel] = value;
    if (value < lowest) lowest = value;
  }
  if (mapping.padding === null) return values;
  // Around the picture, not of it: as dark as its darkest pixel, lest it stretch the scale.
  const dark = lowest === Number.POSITIVE_INFINITY ? 0 : lowest;
  for (let pixel = 0; pixel < count; pixel += 1) {
    if (Number.isNaN(values[pixel])) values[pixel] = dark;
  }
  return values;
}

/** From the bits in their place (PS3.5, 8.1.1) to the value they stand for; NaN for padding. */
function valueOfBits(
  { bitsStored, highBit, isSigned }: PixelDescription,
  mapping: ValueMapping,
): (bits: number) => number {
  const divisor = 2 ** (highBit + 1 - bitsStored);
  const modulus = 2 ** bitsStored;
  const { padding } = mapping;
  return (bits) => {
    const unsigned = Math.floor(bits / divisor) % modulus;
    const number = isSigned && unsigned >= modulus / 2 ? unsigned - modulus : unsigned;
    if (padding !== null && number >= padding.low && number <= padding.high) return Number.NaN;
    return finiteFloat32(storedToValue(mapping, number));
  };
}

/** Channels last, RGB. */
function colourValues(
  { columns, rows, photometric, bitsStored, bitsAllocated }: PixelDescription,
  { numbers, isPlanar, isRgb }: DecodedFrame,
): Float32Array {
  const isSubsampled = photometric === "YBR_FULL_422" && !isRgb;
  const all = isSubsampled ? withoutSubsampling(numbers) : numbers;
  const pixels = columns * rows;
  const values = new Float32Array(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    for (let colour = 0; colour < 3; colour += 1) {
      values[3 * pixel + colour] = all[isPlanar ? colour * pixels + pixel : 3 * pixel + colour];
    }
  }
  if (photometric.startsWith("YBR") && !isRgb) toRgb(values, Math.min(bitsStored, bitsAllocated));
  return values;
}
