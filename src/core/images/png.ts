import { damagedImage, truncatedImage } from "./damagedImage.ts";
import { holdsBytes } from "./holdsBytes.ts";
import type { Picture, StoredNumbers, ValueWindow } from "./image.ts";
import type { ImageFormat } from "./imageFormat.ts";
import {
  MAX_PICTURE_FILE_BYTES,
  MAX_PICTURE_VALUES,
  requireFileSize,
  requirePictureSize,
} from "./imageLimits.ts";
import { inflate } from "./inflate.ts";
import { onePicture } from "./onePicture.ts";
import { isSound, PNG_SIGNATURE, type PngStructure, readStructure } from "./png/chunks.ts";
import { filteredBytes, passesOf, placeSamples, rowBytes, unfilter } from "./png/scanlines.ts";
import { storedNumbers } from "./png/storedNumbers.ts";

const BLACK_TO_WHITE: ValueWindow = { low: 0, high: 255 };

/**
 * PNG, third edition (W3C), all colour types, bit depths and both interlace methods. Of an
 * animation the still picture. Read by hand since the packages at hand unpack without a limit, take
 * a cut file for a whole one, and read the texts in it.
 */
export const pngFormat: ImageFormat = {
  id: "png",
  limits: { bytes: MAX_PICTURE_FILE_BYTES, pictureValues: MAX_PICTURE_VALUES },
  matches: (source) => holdsBytes(source, 0, PNG_SIGNATURE),
  async read({ source }) {
    requireFileSize(source.name, source.byteLength, MAX_PICTURE_FILE_BYTES);
    const bytes = await source.slice(0, source.byteLength);
    const structure = readStructure(source.name, bytes);
    const { picture, numbers } = await decode(source.name, structure);
    // 16-bit pictures seldom use their whole scale: they are shown from darkest to brightest.
    const window = structure.bitDepth === 16 ? null : BLACK_TO_WHITE;
    return onePicture("png", picture, window, [], numbers);
  },
};

/** Samples stored per pixel. */
function storedChannels({ colourType }: PngStructure): Picture["channels"] {
  switch (colourType) {
    case "grey":
    case "palette":
      return 1;
    case "greyAlpha":
      return 2;
    case "colour":
      return 3;
    case "colourAlpha":
      return 4;
  }
}

function shownChannels(structure: PngStructure): Picture["channels"] {
  const isKeyed = structure.transparency !== null;
  switch (structure.colourType) {
    case "grey":
      return isKeyed ? 2 : 1;
    case "palette":
    case "colour":
      return isKeyed ? 4 : 3;
    case "greyAlpha":
    case "colourAlpha":
      return storedChannels(structure);
  }
}

interface Decoded {
  /** As it is seen. */
  readonly picture: Picture;
  readonly numbers: StoredNumbers | null;
}

async function decode(name: string, structure: PngStructure): Promise<Decoded> {
  const { width, height, bitDepth } = structure;
  const channels = shownChannels(structure);
  requirePictureSize(name, { width, height, channels });
  const stored = await storedSamples(name, structure);
  // Before its greys are brought to their scale, which is done in place.
  const numbers = storedNumbers(structure, stored);
  if (structure.colourType === "palette") {
    const values = coloursOf(name, structure, stored, channels);
    return { picture: { width, height, channels, values }, numbers };
  }
  const hasOwnOpacity = channels === storedChannels(structure);
  const values = hasOwnOpacity ? stored : keyed(structure, stored, channels);
  if (hasOwnOpacity && bitDepth === 16) scaleOpacity(values, channels);
  // Fewer than 8 bits are the same greys in fewer steps (PNG, 13.12); all results are whole.
  const scale = bitDepth < 8 ? 255 / (2 ** bitDepth - 1) : 1;
  if (scale !== 1) scaleGreys(values, channels, scale);
  return { picture: { width, height, channels, values }, numbers };
}

/** All stored samples as they are, row by row. */
async function storedSamples(name: string, structure: PngStructure): Promise<Float32Array> {
  const { width, height, bitDepth, isInterlaced, packed } = structure;
  const channels = storedChannels(structure);
  const bitsPerPixel = channels * bitDepth;
  const passes = passesOf(width, height, isInterlaced);
  const expected = filteredBytes(passes, bitsPerPixel);
  const { bytes, failure } = await inflate(
    streamOfChunks(packed.map(({ data }) => data)),
    "deflate",
    expected,
  );
  if (bytes.length < expected) {
    const details = `${bytes.length} of ${expected} bytes ${failure}`;
    if (structure.isComplete && failure !== "") throw damagedPixels(name, details);
    throw truncatedImage(name, "some of its rows are missing", details);
  }
  // Bytes behind the end are harmless; other pixels than were written are not.
  if (failure !== "" && !packed.every(isSound)) throw damagedPixels(name, failure);
  const samples = new Float32Array(width * height * channels);
  const layout = { pictureWidth: width, channels, bitDepth };
  let at = 0;
  for (const pass of passes) {
    const row = rowBytes(pass.width, bitsPerPixel);
    const part = bytes.subarray(at, at + pass.height * (row + 1));
    const unknown = unfilter(part, pass.height, row, Math.max(1, bitsPerPixel >> 3));
    if (unknown !== null) throw damagedPixels(name, `filter ${unknown}`);
    placeSamples(part, pass, layout, (place, value) => {
      samples[place] = value;
    });
    at += part.length;
  }
  return samples;
}

function damagedPixels(name: string, details: string) {
  return damagedImage(name, "its pixels cannot be unpacked", details);
}

function streamOfChunks(parts: readonly Uint8Array[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  let next = 0;
  return new ReadableStream(
    {
      pull(controller) {
        if (next < parts.length) controller.enqueue(new Uint8Array(parts[next]));
        next += 1;
        if (next >= parts.length) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

function coloursOf(
  name: string,
  { palette, transparency }: PngStructure,
  indexes: Float32Array,
  channels: number,
): Float32Array {
  if (palette === null) throw damagedImage(name, "its palette is missing");
  const entries = Math.floor(palette.length / 3);
  const values = new Float32Array(indexes.length * channels);
  for (let pixel = 0; pixel < indexes.length; pixel += 1) {
    const entry = indexes[pixel];
    if (entry >= entries) throw damagedImage(name, `colour ${entry} is not in its palette`);
    const place = pixel * channels;
    for (let colour = 0; colour < 3; colour += 1) {
      values[place + colour] = palette[entry * 3 + colour];
    }
    // Entries beyond those of tRNS are opaque (PNG, 11.3.1.1).
    if (channels === 4) values[place + 3] = transparency?.[entry] ?? 255;
  }
  return values;
}

/** Adds the opacity channel that follows from the one transparent colour (PNG, 11.3.1.1). */
function keyed(
  { transparency, bitDepth, colourType }: PngStructure,
  samples: Float32Array,
  channels: number,
): Float32Array {
  const colours = colourType === "grey" ? 1 : 3;
  const key = Array.from({ length: colours }, (_, colour) => {
    const [high, low] = transparency?.subarray(2 * colour) ?? [];
    return ((high ?? 0) * 256 + (low ?? 0)) & (2 ** bitDepth - 1);
  });
  const values = new Float32Array((samples.length / colours) * channels);
  for (let pixel = 0; pixel * colours < samples.length; pixel += 1) {
    let isKey = true;
    for (let colour = 0; colour < colours; colour += 1) {
      const sample = samples[pixel * colours + colour];
      values[pixel * channels + colour] = sample;
      isKey &&= sample === key[colour];
    }
    values[pixel * channels + colours] = isKey ? 0 : 255;
  }
  return values;
}

/** From 16 bits to 0..255, in steps between as well: what is seen at all stays above 0. */
function scaleOpacity(values: Float32Array, channels: Picture["channels"]): void {
  if (channels === 1 || channels === 3) return;
  for (let place = channels - 1; place < values.length; place += channels) values[place] /= 257;
}

/** Every first channel; the second, if any, is opacity and has its scale already. */
function scaleGreys(values: Float32Array, channels: number, scale: number): void {
  for (let place = 0; place < values.length; place += channels) {
    values[place] = Math.round(values[place] * scale);
  }
}
