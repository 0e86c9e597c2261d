import { damagedImage, truncatedImage, unsupportedImage } from "../damagedImage.ts";

/** What a PNG says of its pixels (PNG, third edition, 11.2); texts and profiles are not looked at. */
export interface PngStructure {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: 1 | 2 | 4 | 8 | 16;
  readonly colourType: ColourType;
  readonly isInterlaced: boolean;
  /** Red, green, blue of each entry. */
  readonly palette: Uint8Array | null;
  /** Content of tRNS. */
  readonly transparency: Uint8Array | null;
  /** The packed pixels, in pieces. */
  readonly packed: readonly Chunk[];
  /** False where the file ends before the chunk that ends it. */
  readonly isComplete: boolean;
}

export type ColourType = "grey" | "colour" | "palette" | "greyAlpha" | "colourAlpha";

export interface Chunk {
  /** Type and data, over which the checksum goes. */
  readonly checked: Uint8Array;
  readonly data: Uint8Array;
  /** As the file has it; null where it is cut off. */
  readonly checksum: number | null;
}

export const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const;

const HEADER_BYTES = 13;
const TYPE_BYTES = 4;
/** Length, type and checksum of a chunk. */
const FRAME_BYTES = 12;

/** Allowed bit depths of each colour type (PNG, table 12). */
const COLOUR_TYPES: Readonly<Record<number, { type: ColourType; depths: readonly number[] }>> = {
  0: { type: "grey", depths: [1, 2, 4, 8, 16] },
  2: { type: "colour", depths: [8, 16] },
  3: { type: "palette", depths: [1, 2, 4, 8] },
  4: { type: "greyAlpha", depths: [8, 16] },
  6: { type: "colourAlpha", depths: [8, 16] },
};

/** @throws ConvAtlasError `truncated`, `malformed` or `unsupported`. */
export function readStructure(name: string, bytes: Uint8Array): PngStructure {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let header: Chunk | null = null;
  let palette: Chunk | null = null;
  let transparency: Chunk | null = null;
  const packed: Chunk[] = [];
  let isComplete = false;
  let at = PNG_SIGNATURE.length;
  while (!isComplete && at + 2 * TYPE_BYTES <= bytes.length) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const end = at + 8 + length;
    const chunk: Chunk = {
      checked: bytes.subarray(at + 4, end),
      data: bytes.subarray(at + 8, end),
      checksum: end + 4 <= bytes.length ? view.getUint32(end) : null,
    };
    if (type === "IHDR") header ??= soundChunk(name, chunk, "its header");
    else if (type === "PLTE") palette ??= soundChunk(name, chunk, "its palette");
    else if (type === "tRNS") transparency ??= soundChunk(name, chunk, "its transparency");
    else if (type === "IDAT") packed.push(chunk);
    else if (type === "IEND") isComplete = true;
    at += FRAME_BYTES + length;
  }
  if (header === null) throw truncatedImage(name, "the header is missing");
  return {
    ...readHeader(name, header.data),
    palette: palette === null ? null : palette.data,
    transparency: transparency === null ? null : transparency.data,
    packed,
    isComplete,
  };
}

/** True if the content of a chunk is what was written. */
export function isSound({ checked, checksum }: Chunk): boolean {
  return checksum === crc32(checked);
}

function soundChunk(name: string, chunk: Chunk, what: string): Chunk {
  if (chunk.checksum === null) throw truncatedImage(name, `it ends within ${what}`);
  if (!isSound(chunk)) throw damagedImage(name, `${what} is not what was written`);
  return chunk;
}

function readHeader(name: string, data: Uint8Array) {
  if (data.length !== HEADER_BYTES) throw damagedImage(name, "its header has a wrong length");
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const [depth, colour, compression, filter, interlace] = data.subarray(8);
  const known = COLOUR_TYPES[colour];
  if (known?.depths.includes(depth) !== true) {
    throw damagedImage(name, `no PNG has colour type ${colour} with ${depth} bits`);
  }
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    throw unsupportedImage(
      `${name} is a PNG of an unknown kind`,
      "save it anew as a usual PNG",
      `compression ${compression}, filter ${filter}, interlace ${interlace}`,
    );
  }
  return {
    width: view.getUint32(0),
    height: view.getUint32(4),
    bitDepth: depth as PngStructure["bitDepth"],
    colourType: known.type,
    isInterlaced: interlace === 1,
  };
}

/** CRC-32 of ISO 3309 (PNG, annex D), bit by bit: only short chunks are checked as a rule. */
function crc32(bytes: Uint8Array): number {
  let remainder = 0xffffffff;
  for (let index = 0; index < bytes.length; index += 1) {
    remainder ^= bytes[index];
    for (let bit = 0; bit < 8; bit += 1) {
      remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
    }
  }
  return ~remainder >>> 0;
}
