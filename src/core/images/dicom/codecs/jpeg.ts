import { tellsItsColours } from "../../jpegHeader.ts";
import { decoded, type FrameDecoder, numbersOf, requireSameSize } from "../frameDecoder.ts";
import { webAssemblyCodec } from "../webAssemblyCodec.ts";
import { requireJpegHeader, unreadJpeg } from "./jpegStream.ts";

const libjpegTurbo = webAssemblyCodec({
  factory: () => import("@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs"),
  webAssembly: () => import("@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm?url&inline"),
  decoder: "JPEGDecoder",
});

/** JPEG baseline and extended with 8 bits (PS3.5, 8.2.1), by libjpeg-turbo, which hands out RGB. */
export const decodeJpegFrame: FrameDecoder = async (name, bytes, description) => {
  const header = requireJpegHeader(name, bytes);
  if (header.precision !== 8 || header.frameMarker > 0xc2) {
    const marker = `frame marker ${header.frameMarker.toString(16)}`;
    throw unreadJpeg(name, `JPEG with ${header.precision} bits`, marker);
  }
  requireSameSize(name, header, description);
  const isBareRgb = description.photometric === "RGB" && !tellsItsColours(bytes);
  const stream = isBareRgb ? markedAsRgb(bytes) : bytes;
  const picture = await decoded(name, () => libjpegTurbo(stream));
  return { numbers: numbersOf(name, picture, description), isPlanar: false, isRgb: true };
};

/** Start of image, and an APP14 segment with the transform 0: colours as they are. */
const RGB_START = Uint8Array.of(
  ...[0xff, 0xd8, 0xff, 0xee, 0, 14],
  ...[..."Adobe"].map((letter) => letter.charCodeAt(0)),
  ...[0, 100, 0, 0, 0, 0, 0],
);

/** Where a stream does not tell, decoders take three colours for luminance and differences. */
function markedAsRgb(bytes: Uint8Array): Uint8Array {
  const marked = new Uint8Array(RGB_START.length + bytes.length - 2);
  marked.set(RGB_START);
  marked.set(bytes.subarray(2), RGB_START.length);
  return marked;
}
