import type { ByteSource } from "../bytes/byteSource.ts";
import { ConvAtlasError } from "../errors.ts";
import { dicomFormat } from "./dicom.ts";
import type { ImageFormatId, ReadImage } from "./image.ts";
import type { ImageFormat, PictureDecoder } from "./imageFormat.ts";
import { jpegFormat } from "./jpeg.ts";
import { niftiFormat } from "./nifti.ts";
import { notAnImageError } from "./notAnImage.ts";
import { pngFormat } from "./png.ts";
import { webpFormat } from "./webp.ts";

/** All formats of images that can be read, each told by its own signature. */
export const IMAGE_FORMATS: Readonly<Record<ImageFormatId, ImageFormat>> = {
  png: pngFormat,
  jpeg: jpegFormat,
  webp: webpFormat,
  dicom: dicomFormat,
  nifti: niftiFormat,
};

/**
 * Reads an image, whatever its file is called. Pixels only: nothing that a header says of a
 * person is looked at.
 *
 * @param decodePicture for JPEG and WebP; null where there is no browser.
 * @throws ConvAtlasError `empty-file`, `not-an-image`, `truncated`, `malformed`, `unsupported` or
 * `too-large`. A slice of a lazily read file can throw the same when it is asked for.
 */
export async function readImage(
  source: ByteSource,
  decodePicture: PictureDecoder | null,
): Promise<ReadImage> {
  if (source.byteLength === 0) {
    throw new ConvAtlasError(
      "empty-file",
      `${source.name} is empty (0 bytes); the download or copy probably failed, so get the file again.`,
    );
  }
  for (const format of Object.values(IMAGE_FORMATS)) {
    if (await format.matches(source)) return format.read({ source, decodePicture });
  }
  throw await notAnImageError(source);
}
