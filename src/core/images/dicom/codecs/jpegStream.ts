import type { ConvAtlasError } from "../../../errors.ts";
import { unsupportedImage } from "../../damagedImage.ts";
import { type JpegHeader, readJpegHeader } from "../../jpegHeader.ts";
import { endsEarly, undecodable } from "../frameDecoder.ts";

/**
 * The header of a frame that is a stream of any kind of JPEG.
 * @throws ConvAtlasError `truncated` where the bytes end within it, `malformed` where there is none.
 */
export function requireJpegHeader(name: string, bytes: Uint8Array): JpegHeader {
  const header = readJpegHeader(bytes);
  if (header === "endsEarly") throw endsEarly(name);
  if (header === null) throw undecodable(name, "no JPEG header");
  return header;
}

/** @param kind which JPEG it is, to follow "compressed as". */
export function unreadJpeg(name: string, kind: string, details = ""): ConvAtlasError {
  return unsupportedImage(
    `${name} is compressed as ${kind}, which is not read here`,
    "save it uncompressed, for instance with dcmdjpeg",
    details,
  );
}
