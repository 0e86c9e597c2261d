import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import type { Picture, ReadImage } from "../../../src/core/images/image.ts";
import type { PictureDecoder } from "../../../src/core/images/imageFormat.ts";
import { readImage } from "../../../src/core/images/readImage.ts";

const root = new URL("../../../", import.meta.url);

export function fileBytes(path: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(fileURLToPath(new URL(path, root))));
}

export function sampleBytes(name: string): Uint8Array<ArrayBuffer> {
  return fileBytes(`tests/fixtures/samples/${name}`);
}

/** One of the twelve slices of the sample. */
export function sliceBytes(name: string): Uint8Array<ArrayBuffer> {
  return fileBytes(`public/samples/slices/${name}.png`);
}

export function read(
  bytes: Uint8Array,
  decoder: PictureDecoder | null = null,
  name = "a file",
): Promise<ReadImage> {
  return readImage(memorySource(name, bytes), decoder);
}

/** The first slice of the first stack. */
export async function firstPicture(bytes: Uint8Array): Promise<Picture> {
  const image = await read(bytes);
  return image.picture(image.stacks[0].plane, 0);
}

/** The error that reading a file and its first picture ends with. */
export async function refusal(bytes: Uint8Array): Promise<ConvAtlasError> {
  try {
    await firstPicture(bytes);
  } catch (thrown) {
    if (thrown instanceof ConvAtlasError) return thrown;
    throw thrown;
  }
  throw new Error("the file was read");
}
