import type { ConvAtlasError } from "../../errors.ts";
import { damagedImage, orDamaged, truncatedImage } from "../damagedImage.ts";
import type { PixelDescription } from "./pixelDescription.ts";
import type { CodecPicture } from "./webAssemblyCodec.ts";

const UNDECODABLE = "its compressed pixels cannot be decoded";

/** Numbers as they are stored, before bits are masked and signs told. */
export type StoredNumbers = Uint8Array | Uint16Array | Uint32Array;

export interface DecodedFrame {
  /** `rows * columns * samples` numbers. */
  readonly numbers: StoredNumbers;
  /** All of one colour, then all of the next. */
  readonly isPlanar: boolean;
  /** The decoder has turned luminance and colour differences into RGB already. */
  readonly isRgb: boolean;
}

/** Decodes one compressed frame. @throws anything where it cannot. */
export type FrameDecoder = (
  name: string,
  bytes: Uint8Array,
  description: PixelDescription,
) => Promise<DecodedFrame>;

/** Refuses a stream whose own header tells another picture, before memory is taken for it. */
export function requireSameSize(
  name: string,
  stream: { readonly width: number; readonly height: number; readonly components: number },
  { columns, rows, samples }: PixelDescription,
): void {
  if (stream.width === columns && stream.height === rows && stream.components === samples) return;
  throw damagedImage(
    name,
    "its compressed pixels are of another size than its header says",
    `${stream.width} x ${stream.height} x ${stream.components}, not ${columns} x ${rows} x ${samples}`,
  );
}

/** @throws ConvAtlasError `malformed` where the numbers are not those of the frame. */
export function numbersOf(
  name: string,
  { width, height, componentCount, bitsPerSample, bytes }: CodecPicture,
  description: PixelDescription,
): StoredNumbers {
  requireSameSize(name, { width, height, components: componentCount }, description);
  const count = width * height * componentCount;
  const sampleBytes = bitsPerSample > 8 ? 2 : 1;
  if (bytes.byteLength < count * sampleBytes) throw undecodable(name, "too few pixels");
  return sampleBytes === 1 ? bytes.subarray(0, count) : new Uint16Array(bytes.buffer, 0, count);
}

/** The error of compressed pixels that break off. */
export function endsEarly(name: string, details = ""): ConvAtlasError {
  return truncatedImage(name, "its compressed pixels end early", details);
}

/** The error of compressed pixels that no decoder makes anything of. */
export function undecodable(name: string, details: string): ConvAtlasError {
  return damagedImage(name, UNDECODABLE, details);
}

/** Decoders throw C++ pointers, aborts and errors: all of them say that the stream is damaged. */
export function decoded<Result>(name: string, run: () => Promise<Result>): Promise<Result> {
  return orDamaged(name, UNDECODABLE, run);
}
