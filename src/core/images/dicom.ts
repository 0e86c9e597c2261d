import type { ByteSource } from "../bytes/byteSource.ts";
import { orDamaged } from "./damagedImage.ts";
import { type DicomFile, openDicom } from "./dicom/dataSet.ts";
import type { FrameDecoder } from "./dicom/frameDecoder.ts";
import { framePicture } from "./dicom/framePicture.ts";
import { encapsulatedFrames, nativeFrames } from "./dicom/frames.ts";
import { nativeFrame } from "./dicom/nativeFrame.ts";
import { asStored, type PixelDescription, readPixelDescription } from "./dicom/pixelDescription.ts";
import { readMapping, readWindow } from "./dicom/valueMapping.ts";
import { holdsBytes } from "./holdsBytes.ts";
import type { Picture, ReadImage, ValueWindow } from "./image.ts";
import type { ImageFormat } from "./imageFormat.ts";
import { MAX_PICTURE_VALUES, MAX_VOLUME_BYTES } from "./imageLimits.ts";
import { rangeOf, requireSlice } from "./onePicture.ts";

const PREAMBLE_BYTES = 128;
const PREFIX = [..."DICM"].map((letter) => letter.charCodeAt(0));
/** Of files of no more numbers than this all frames are looked at for their range. */
const MAX_RANGE_VALUES = 2 ** 22;
/** Numbers of a frame that is kept for the next time, 64 MiB. */
const MAX_KEPT_VALUES = 2 ** 24;

/**
 * DICOM (PS3.10). Of the header only elements about the pixels are read, each by its tag: none
 * that tells of a person. Frames lie in the plane `frame`, as they are stored.
 */
export const dicomFormat: ImageFormat = {
  id: "dicom",
  limits: { bytes: MAX_VOLUME_BYTES, pictureValues: MAX_PICTURE_VALUES },
  matches: (source) => holdsBytes(source, PREAMBLE_BYTES, PREFIX),
  read: ({ source }) => soundly(source.name, () => readDicom(source)),
};

/** The parser throws where values of the header lie outside it. */
function soundly<Result>(name: string, run: () => Promise<Result>): Promise<Result> {
  return orDamaged(name, "its DICOM header cannot be read", run);
}

async function readDicom(source: ByteSource): Promise<ReadImage> {
  const file = await openDicom(source);
  const decoder = await decoderOf(file);
  const description = asStored(readPixelDescription(file.name, file.dataSet), file);
  const frameAt = await frameReader(file, description, decoder);
  const { frames } = description;
  const stacks = [{ plane: "frame", count: frames }] as const;
  const middle = Math.floor(frames / 2);
  return {
    format: "dicom",
    stacks,
    range: await rangeOfFrames(frameAt, description, middle),
    window: windowOf(file, description, middle),
    remarks: remarksOf(file, description),
    numbers: null,
    async picture(plane, index) {
      requireSlice(stacks, plane, index);
      return soundly(source.name, () => frameAt(index));
    },
  };
}

/** Null for uncompressed pixels. Decoders are loaded when a file needs them. */
async function decoderOf({ encoding }: DicomFile): Promise<FrameDecoder | null> {
  switch (encoding) {
    case "native":
      return null;
    case "rle":
      return (await import("./dicom/codecs/rle.ts")).decodeRleFrame;
    case "jpeg":
      return (await import("./dicom/codecs/jpeg.ts")).decodeJpegFrame;
    case "jpegLossless":
      return (await import("./dicom/codecs/jpegLossless.ts")).decodeJpegLosslessFrame;
    case "jpegLs":
      return (await import("./dicom/codecs/jpegLs.ts")).decodeJpegLsFrame;
    case "jpeg2000":
      return (await import("./dicom/codecs/jpeg2000.ts")).decodeJpeg2000Frame;
  }
}

async function frameReader(
  file: DicomFile,
  description: PixelDescription,
  decoder: FrameDecoder | null,
): Promise<(frame: number) => Promise<Picture>> {
  const { name, dataSet, syntax } = file;
  const bytesOf =
    decoder === null
      ? nativeFrames(file, description)
      : await encapsulatedFrames(file, description);
  const pictureOf = async (frame: number) => {
    const bytes = await bytesOf(frame);
    const decoded =
      decoder === null
        ? nativeFrame(bytes, description, frame, syntax.isBigEndian)
        : await decoder(name, bytes, description);
    return framePicture(name, dataSet, syntax.isBigEndian, description, frame, decoded);
  };
  // The frame that is looked at is asked for again and again; a failure is not kept.
  let last: { readonly frame: number; readonly picture: Picture } | null = null;
  return async (frame) => {
    if (last?.frame === frame) return last.picture;
    const picture = await pictureOf(frame);
    if (picture.values.length <= MAX_KEPT_VALUES) last = { frame, picture };
    return picture;
  };
}

async function rangeOfFrames(
  frameAt: (frame: number) => Promise<Picture>,
  { frames, columns, rows }: PixelDescription,
  middle: number,
): Promise<ValueWindow> {
  let { low, high } = rangeOf(await frameAt(middle));
  if (frames === 1 || frames * columns * rows > MAX_RANGE_VALUES) return { low, high };
  for (let frame = 0; frame < frames; frame += 1) {
    const range = rangeOf(await frameAt(frame));
    low = Math.min(low, range.low);
    high = Math.max(high, range.high);
  }
  return { low, high };
}

function windowOf(
  { dataSet }: DicomFile,
  description: PixelDescription,
  frame: number,
): ValueWindow | null {
  const isGrey = description.photometric.startsWith("MONOCHROME");
  if (!isGrey) return description.bitsStored === 8 ? { low: 0, high: 255 } : null;
  return readWindow(dataSet, readMapping(dataSet, description, frame), frame);
}

function remarksOf({ dataSet }: DicomFile, { photometric }: PixelDescription): readonly string[] {
  const remarks: string[] = [];
  if (photometric === "MONOCHROME1") {
    remarks.push(
      "Low values are white in this file; they were turned round, so that they are dark.",
    );
  }
  if (dataSet.elements.x00283000 !== undefined) {
    remarks.push("This file has a table for its values (a modality LUT), which was not applied.");
  }
  return remarks;
}
