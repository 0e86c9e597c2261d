import type { ByteSource } from "../bytes/byteSource.ts";
import type { ImageFormatId, Picture, ReadImage } from "./image.ts";

/**
 * Decodes what the browser can decode anyway.
 * @param mime "image/jpeg" or "image/webp".
 * @returns 4 channels, 0..255, opacity not multiplied in, colours as they stand in the file.
 * @throws anything where the bytes cannot be decoded.
 */
export type PictureDecoder = (bytes: Uint8Array<ArrayBuffer>, mime: string) => Promise<Picture>;

export interface ImageReadContext {
  readonly source: ByteSource;
  /** Null where there is no browser. */
  readonly decodePicture: PictureDecoder | null;
}

/** What a reader refuses before it takes memory for it. */
export interface ImageLimits {
  /** Bytes of one file or, where it is packed, of what comes out of it. */
  readonly bytes: number;
  /** Numbers of one picture: width * height * channels. */
  readonly pictureValues: number;
}

/**
 * A format of images. Each lives in one file of this folder that exports one constant of this
 * type; `readImage.ts` lists them. The name of a file is never looked at to tell what it is.
 */
export interface ImageFormat {
  readonly id: ImageFormatId;
  readonly limits: ImageLimits;
  /** True if the content is of this format; reads as little as it can. */
  matches(source: ByteSource): Promise<boolean>;
  /**
   * Reads an image that matches.
   * @throws ConvAtlasError `truncated`, `malformed`, `unsupported`, `too-large` or `not-an-image`.
   */
  read(context: ImageReadContext): Promise<ReadImage>;
}
