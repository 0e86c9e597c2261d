import { unsupportedImage } from "../../damagedImage.ts";
import {
  decoded,
  endsEarly,
  type FrameDecoder,
  numbersOf,
  requireSameSize,
  undecodable,
} from "../frameDecoder.ts";
import { webAssemblyCodec } from "../webAssemblyCodec.ts";

/** Start of codestream and SIZ marker, which follows at once (ITU-T T.800, A.5.1). */
const CODESTREAM_START = [0xff, 0x4f, 0xff, 0x51] as const;
/** Boxes of a JP2 file before its codestream, which some programs leave in place. */
const MAX_BOXES_BYTES = 4096;
const SIZ_BYTES = 42;
/** Tiles of a picture: each costs memory; 128 x 128 pixels is as small as encoders make them. */
const MAX_TILES = 4096;

const openJpeg = webAssemblyCodec({
  factory: () => import("@cornerstonejs/codec-openjpeg/decodewasmjs"),
  webAssembly: () => import("@cornerstonejs/codec-openjpeg/decodewasm?url&inline"),
  decoder: "J2KDecoder",
});

/** JPEG 2000, reversible and not (PS3.5, 8.2.4), by OpenJPEG, which undoes the colour transform. */
export const decodeJpeg2000Frame: FrameDecoder = async (name, bytes, description) => {
  const start = codestreamStart(bytes);
  if (start === null) throw undecodable(name, "no JPEG 2000 codestream");
  if (start + SIZ_BYTES > bytes.length) throw endsEarly(name);
  const siz = readSize(bytes, start);
  requireSameSize(name, siz, description);
  if (!(siz.tiles <= MAX_TILES)) throw undecodable(name, `${siz.tiles} tiles`);
  const picture = await decoded(name, () => openJpeg(bytes.subarray(start)));
  if (picture.bitsPerSample > 16) {
    throw unsupportedImage(
      `${name} is compressed as JPEG 2000 with ${picture.bitsPerSample} bits, which is not read here`,
      "save it with 16 bits",
    );
  }
  return {
    numbers: numbersOf(name, picture, description),
    isPlanar: false,
    // Undone are the transforms of JPEG 2000 itself; YBR_FULL is one that was made before.
    isRgb: description.photometric !== "YBR_FULL",
  };
};

function codestreamStart(bytes: Uint8Array): number | null {
  const last = Math.min(bytes.length - CODESTREAM_START.length, MAX_BOXES_BYTES);
  for (let at = 0; at <= last; at += 1) {
    if (CODESTREAM_START.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return null;
}

/** T.800, A.5.1: sizes of the reference grid, of its tiles, and number of components. */
function readSize(bytes: Uint8Array, start: number) {
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, SIZ_BYTES);
  const [right, bottom, left, top, tileWidth, tileHeight] = Array.from({ length: 6 }, (_, index) =>
    view.getUint32(8 + 4 * index),
  );
  const [width, height] = [right - left, bottom - top];
  const tiles = Math.ceil(width / tileWidth) * Math.ceil(height / tileHeight);
  return { width, height, tiles, components: view.getUint16(40) };
}
