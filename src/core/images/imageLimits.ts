import { ConvAtlasError } from "../errors.ts";

/**
 * 8192 x 8192 grey or 4096 x 4096 with four channels, 256 MiB as float32: more than any
 * radiograph has, and what a tab can hold beside the network that looks at it.
 */
export const MAX_PICTURE_VALUES = 2 ** 26;

/** A file of one picture, read whole; one without any compression at the limit above is as large. */
export const MAX_PICTURE_FILE_BYTES = 2 ** 28;

/** A volume in memory as the file stores it: 512 x 512 x 1024 voxels of 16 bits. */
export const MAX_VOLUME_BYTES = 2 ** 29;

/** @throws ConvAtlasError `malformed` without pixels, `too-large` with too many. */
export function requirePictureSize(
  name: string,
  { width, height, channels }: { width: number; height: number; channels: number },
): void {
  if (!(width >= 1 && height >= 1)) {
    throw new ConvAtlasError(
      "malformed",
      `${name} says that its picture is ${width} x ${height} pixels; the file is damaged, so get it again.`,
    );
  }
  if (width * height * channels > MAX_PICTURE_VALUES) {
    throw new ConvAtlasError(
      "too-large",
      `The picture in ${name} is ${width} x ${height} pixels, more than can be shown here; make it smaller (up to ${Math.floor(Math.sqrt(MAX_PICTURE_VALUES / channels))} x ${Math.floor(Math.sqrt(MAX_PICTURE_VALUES / channels))}) and open it again.`,
      `${channels} channels`,
    );
  }
}

/** @throws ConvAtlasError `too-large` */
export function requireFileSize(name: string, byteLength: number, limit: number): void {
  if (byteLength <= limit) return;
  throw new ConvAtlasError(
    "too-large",
    `${name} is ${Math.round(byteLength / 2 ** 20)} MiB, more than the ${limit / 2 ** 20} MiB that can be read as one image; save a part of it and open that.`,
  );
}
