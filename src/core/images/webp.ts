import type { ByteSource } from "../bytes/byteSource.ts";
import { browserPicture } from "./browserPicture.ts";
import { damagedImage, truncatedImage } from "./damagedImage.ts";
import { holdsBytes } from "./holdsBytes.ts";
import type { ImageFormat } from "./imageFormat.ts";
import { MAX_PICTURE_FILE_BYTES, MAX_PICTURE_VALUES, requireFileSize } from "./imageLimits.ts";

const RIFF = [..."RIFF"].map((letter) => letter.charCodeAt(0));
const WEBP = [..."WEBP"].map((letter) => letter.charCodeAt(0));
/** RIFF header, and as much of the first chunk as tells the size. */
const HEADER_BYTES = 30;

/** WebP (RFC 9649), decoded by the browser; of an animation the first picture. */
export const webpFormat: ImageFormat = {
  id: "webp",
  limits: { bytes: MAX_PICTURE_FILE_BYTES, pictureValues: MAX_PICTURE_VALUES },
  matches: async (source: ByteSource) =>
    (await holdsBytes(source, 0, RIFF)) && (await holdsBytes(source, 8, WEBP)),
  async read(context) {
    const { name, byteLength } = context.source;
    requireFileSize(name, byteLength, MAX_PICTURE_FILE_BYTES);
    const bytes = await context.source.slice(0, byteLength);
    const view = new DataView(bytes.buffer);
    if (byteLength < HEADER_BYTES || view.getUint32(4, true) + 8 > byteLength) {
      throw truncatedImage(name, "it is shorter than it says");
    }
    const size = pictureSize(view);
    if (size === null) throw damagedImage(name, "its header cannot be read");
    return browserPicture("webp", context, bytes, size);
  },
};

/** RFC 9649, 2.5 to 2.7; null where the first chunk is none of the three kinds. */
function pictureSize(view: DataView): { width: number; height: number } | null {
  const kind = String.fromCharCode(...new Uint8Array(view.buffer, 12, 4));
  const uint24 = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 65536;
  switch (kind) {
    case "VP8X":
      return { width: uint24(24) + 1, height: uint24(27) + 1 };
    case "VP8L": {
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case "VP8 ":
      return {
        width: view.getUint16(26, true) & 0x3fff,
        height: view.getUint16(28, true) & 0x3fff,
      };
    default:
      return null;
  }
}
