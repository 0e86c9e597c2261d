import type { DataSet } from "dicom-parser";
import { damagedImage, unsupportedImage } from "../damagedImage.ts";
import { MAX_VOLUME_BYTES, requirePictureSize } from "../imageLimits.ts";
import type { DicomFile } from "./dataSet.ts";

/** Frames of one file; films have thousands. */
const MAX_FRAMES = 100_000;

/** What the numbers of a pixel mean (PS3.3, C.7.6.3.1.2). */
export type Photometric =
  | "MONOCHROME1"
  | "MONOCHROME2"
  | "RGB"
  | "PALETTE COLOR"
  | "YBR_FULL"
  | "YBR_FULL_422"
  | "YBR_ICT"
  | "YBR_RCT";

/** How pixels are stored (PS3.3, C.7.6.3, Image Pixel Module). */
export interface PixelDescription {
  readonly columns: number;
  readonly rows: number;
  readonly frames: number;
  readonly samples: 1 | 3;
  readonly photometric: Photometric;
  readonly bitsAllocated: 1 | 8 | 16 | 32;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly isSigned: boolean;
  /** All of one colour, then all of the next. */
  readonly isPlanar: boolean;
}

const PHOTOMETRICS: readonly Photometric[] = [
  "MONOCHROME1",
  "MONOCHROME2",
  "RGB",
  "PALETTE COLOR",
  "YBR_FULL",
  "YBR_FULL_422",
  "YBR_ICT",
  "YBR_RCT",
];

/** @throws ConvAtlasError `malformed`, `unsupported` or `too-large`. */
export function readPixelDescription(name: string, dataSet: DataSet): PixelDescription {
  const rows = dataSet.uint16("x00280010");
  const columns = dataSet.uint16("x00280011");
  if (rows === undefined || columns === undefined) {
    throw damagedImage(name, "its DICOM header does not say how large the picture is");
  }
  const samples = dataSet.uint16("x00280002") ?? 1;
  const photometric = photometricOf(dataSet, samples);
  const bitsAllocated = dataSet.uint16("x00280100") ?? 16;
  const expectedSamples = photometric?.startsWith("MONO") || photometric?.startsWith("PAL") ? 1 : 3;
  if (photometric === null || samples !== expectedSamples) {
    throw unsupportedImage(
      `${name} stores its colours in a way that is not read here`,
      "save it as RGB or grey, or as PNG",
      `${samples} samples per pixel`,
    );
  }
  if (!isAllocation(bitsAllocated) || (bitsAllocated === 32 && samples === 3)) {
    throw unsupportedImage(
      `${name} stores ${bitsAllocated} bits for each number, which is not read here`,
      "save it with 8 or 16 bits",
    );
  }
  const bitsStored = dataSet.uint16("x00280101") ?? bitsAllocated;
  const highBit = dataSet.uint16("x00280102") ?? bitsStored - 1;
  if (bitsStored < 1 || highBit >= bitsAllocated || highBit + 1 < bitsStored) {
    throw damagedImage(
      name,
      "its DICOM header contradicts itself about the bits of a pixel",
      `${bitsStored} of ${bitsAllocated} up to ${highBit}`,
    );
  }
  const frames = Math.max(1, integer(dataSet.string("x00280008")) ?? 1);
  requirePictureSize(name, { width: columns, height: rows, channels: expectedSamples });
  if (frames > MAX_FRAMES) {
    throw damagedImage(name, `it says that it has ${frames} frames`);
  }
  return {
    columns,
    rows,
    frames,
    samples: expectedSamples,
    photometric,
    bitsAllocated,
    bitsStored,
    highBit,
    isSigned: dataSet.uint16("x00280103") === 1,
    isPlanar: samples === 3 && dataSet.uint16("x00280006") === 1,
  };
}

/**
 * What is stored rather than what is said: programs that unpack JPEG leave its word for shared
 * colour differences (`YBR_FULL_422`) where each pixel has its own by then.
 *
 * @param pixels of the file; uncompressed ones tell it by their number.
 */
export function asStored(
  description: PixelDescription,
  { encoding, pixels }: Pick<DicomFile, "encoding" | "pixels">,
): PixelDescription {
  if (description.photometric !== "YBR_FULL_422") return description;
  const full: PixelDescription = { ...description, photometric: "YBR_FULL" };
  switch (encoding) {
    case "native":
      return (pixels.byteLength ?? 0) >= full.frames * frameBytes(full) ? full : description;
    case "rle":
    case "jpegLossless":
    case "jpegLs":
      // None of them is read with fewer numbers for one colour than for another.
      return full;
    case "jpeg":
    case "jpeg2000":
      return description;
  }
}

function photometricOf(dataSet: DataSet, samples: number): Photometric | null {
  const written = dataSet.string("x00280004");
  if (written === undefined) return samples === 1 ? "MONOCHROME2" : null;
  return PHOTOMETRICS.find((known) => known === written) ?? null;
}

function isAllocation(bits: number): bits is PixelDescription["bitsAllocated"] {
  return bits === 1 || bits === 8 || bits === 16 || bits === 32;
}

function integer(text: string | undefined): number | null {
  const value = Number.parseInt(text ?? "", 10);
  return Number.isFinite(value) ? value : null;
}

/** Bytes of one uncompressed frame; fractional where pixels are single bits. */
export function frameBytes({
  columns,
  rows,
  samples,
  photometric,
  bitsAllocated,
}: PixelDescription): number {
  // Two pixels share their colour differences (PS3.3, C.7.6.3.1.2).
  const stored = photometric === "YBR_FULL_422" ? 2 : samples;
  return Math.min(MAX_VOLUME_BYTES, (columns * rows * stored * bitsAllocated) / 8);
}
