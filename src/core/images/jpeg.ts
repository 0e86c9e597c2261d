import { browserPicture } from "./browserPicture.ts";
import { damagedImage, truncatedImage, unsupportedImage } from "./damagedImage.ts";
import { holdsBytes } from "./holdsBytes.ts";
import type { ImageFormat } from "./imageFormat.ts";
import { MAX_PICTURE_FILE_BYTES, MAX_PICTURE_VALUES, requireFileSize } from "./imageLimits.ts";
import { readJpegHeader } from "./jpegHeader.ts";

/** Start-of-frame markers that browsers decode: baseline, extended, progressive, Huffman coded. */
const DECODED_FRAMES: readonly number[] = [0xc0, 0xc1, 0xc2];

/** JPEG, 8 bits; decoded by the browser, turned as it says that the camera was held. */
export const jpegFormat: ImageFormat = {
  id: "jpeg",
  limits: { bytes: MAX_PICTURE_FILE_BYTES, pictureValues: MAX_PICTURE_VALUES },
  matches: (source) => holdsBytes(source, 0, [0xff, 0xd8, 0xff]),
  async read(context) {
    const { name, byteLength } = context.source;
    requireFileSize(name, byteLength, MAX_PICTURE_FILE_BYTES);
    const bytes = await context.source.slice(0, byteLength);
    const header = readJpegHeader(bytes);
    if (header === "endsEarly") throw truncatedImage(name, "it ends before its pixels");
    if (header === null) throw damagedImage(name, "its header cannot be read");
    if (!DECODED_FRAMES.includes(header.frameMarker) || header.precision !== 8) {
      throw unsupportedImage(
        `${name} is a JPEG of a kind that browsers do not decode (${header.precision} bits, or lossless)`,
        "save it as PNG",
        `frame marker ${header.frameMarker.toString(16)}`,
      );
    }
    // Browsers fill up a cut picture with grey, and say nothing.
    if (!endsWithMarker(bytes)) throw truncatedImage(name, "the end of its pixels is missing");
    return browserPicture("jpeg", context, bytes, header);
  },
};

/** True if there is an end-of-image marker; programs may leave bytes behind it. */
function endsWithMarker(bytes: Uint8Array): boolean {
  for (let at = bytes.length - 2; at > 2; at -= 1) {
    if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return true;
  }
  return false;
}
