import { type DataSet, type Element, parseDicom, readPart10Header } from "dicom-parser";
import type { ByteSource } from "../../bytes/byteSource.ts";
import { memorySource } from "../../bytes/memorySource.ts";
import { sectionSource } from "../../bytes/sectionSource.ts";
import { streamOf } from "../../bytes/streamOf.ts";
import { ConvAtlasError } from "../../errors.ts";
import { damagedImage, truncatedImage, unsupportedImage } from "../damagedImage.ts";
import { MAX_VOLUME_BYTES } from "../imageLimits.ts";
import { inflate } from "../inflate.ts";
import { type PixelEncoding, type TransferSyntax, transferSyntax } from "./transferSyntaxes.ts";

/** Enough for the header of nearly every file; the pixels behind it are read when asked for. */
const USUAL_HEADER_BYTES = 2 ** 18;
/** Headers of multi-frame files describe every frame; more than this before the pixels is no image. */
const MAX_HEADER_BYTES = 2 ** 26;

/** Tags that hold pixels: integers, 32-bit and 64-bit floating point (PS3.3, C.7.6.24). */
const PIXEL_DATA = "x7fe00010";
const FLOAT_PIXEL_DATA = ["x7fe00008", "x7fe00009"];
const TRANSFER_SYNTAX = "x00020010";
const EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1";

/** File meta information is a few hundred bytes. */
const META_BYTES = 2 ** 16;
/** Behind the preamble and "DICM". */
const META_START = 132;
/** Tag, representation, length and value of the first element, (0002,0000) as little endian. */
const GROUP_LENGTH_BYTES = 12;
const GROUP_LENGTH_TAG = 0x00000002;

/** A DICOM file, taken apart as far as its pixels. */
export interface DicomFile {
  readonly name: string;
  readonly syntax: TransferSyntax;
  readonly encoding: Exclude<PixelEncoding, "unreadable">;
  /** Where elements lie; values are read one by one, by those who need them. */
  readonly dataSet: DataSet;
  /** The data set, pixels included: a part of the file, or what came out of it. */
  readonly source: ByteSource;
  readonly pixels: {
    /** Of its first byte in `source`. */
    readonly offset: number;
    /** As the file says; null where the pixels are in fragments. */
    readonly byteLength: number | null;
    readonly valueRepresentation: string;
  };
}

/** @throws ConvAtlasError `truncated`, `malformed`, `too-large`, `unsupported`, `not-an-image`. */
export async function openDicom(file: ByteSource): Promise<DicomFile> {
  const { name } = file;
  const { syntax, end } = await readMeta(file);
  const { encoding } = syntax;
  if (encoding === "unreadable") {
    throw unsupportedImage(
      `${name} is compressed as ${syntax.name}, which is not read here`,
      "save it uncompressed, for instance with “gdcmconv --raw”, and open that",
      syntax.uid,
    );
  }
  const source = syntax.isDeflated
    ? await inflated(file, end)
    : sectionSource(name, file, end, file.byteLength);
  const dataSet = await readDataSet(source, syntax);
  if (FLOAT_PIXEL_DATA.some((tag) => dataSet.elements[tag] !== undefined)) {
    throw new ConvAtlasError(
      "unsupported",
      `${name} holds floating-point pixels, which few DICOM files do and are not read here; save it as NIfTI.`,
    );
  }
  const element: Element | undefined = dataSet.elements[PIXEL_DATA];
  if (element === undefined) {
    throw new ConvAtlasError(
      "not-an-image",
      `${name} is a DICOM file without pixels (a report, a plan, a directory); choose one of the images it belongs to.`,
    );
  }
  const pixels = {
    offset: element.dataOffset,
    byteLength: element.hadUndefinedLength === true ? null : element.length,
    valueRepresentation: element.vr ?? "OW",
  };
  return { name, syntax, encoding, dataSet, source, pixels };
}

/**
 * The file meta information (PS3.10, 7.1), always little endian and explicit. It begins with its
 * own length. By that it is cut out: the parser would read on, and stumble where what
 * follows is deflated.
 */
async function readMeta(file: ByteSource): Promise<{ syntax: TransferSyntax; end: number }> {
  const head = await file.slice(0, Math.min(META_BYTES, file.byteLength));
  if (head.length < META_START + GROUP_LENGTH_BYTES) {
    throw truncatedImage(file.name, "it ends within its DICOM header");
  }
  const view = new DataView(head.buffer);
  const hasLength = view.getUint32(META_START, true) === GROUP_LENGTH_TAG;
  const length = hasLength ? view.getUint32(META_START + 8, true) : null;
  const end = length === null ? null : META_START + GROUP_LENGTH_BYTES + length;
  const meta = attempt(() => readPart10Header(end === null ? head : head.subarray(0, end)));
  const uid = meta?.string(TRANSFER_SYNTAX);
  if (meta === null || uid === undefined) {
    throw damagedImage(file.name, "its DICOM header does not say how it is stored");
  }
  if (end !== null) {
    if (end > file.byteLength) throw truncatedImage(file.name, "it ends within its DICOM header");
    return { syntax: transferSyntax(uid), end };
  }
  // Without the length, the last element of the group tells where it ends.
  const ends = Object.values(meta.elements).map((one) => one.dataOffset + one.length);
  return { syntax: transferSyntax(uid), end: Math.max(...ends) };
}

/** Null where it cannot be parsed: the library throws texts, objects and errors alike. */
function attempt(parse: () => DataSet): DataSet | null {
  try {
    return parse();
  } catch {
    return null;
  }
}

/** The header alone if it is as short as most are, and more of the file if not. */
async function readDataSet(source: ByteSource, syntax: TransferSyntax): Promise<DataSet> {
  const options = {
    untilTag: PIXEL_DATA,
    // What is packed as a whole is explicit and little endian once it is unpacked.
    TransferSyntaxUID: syntax.isDeflated ? EXPLICIT_LITTLE_ENDIAN : syntax.uid,
  };
  for (const limit of [USUAL_HEADER_BYTES, MAX_HEADER_BYTES]) {
    const bytes = await source.slice(0, Math.min(limit, source.byteLength));
    const dataSet = attempt(() => parseDicom(bytes, options));
    const isAll = bytes.length === source.byteLength;
    if (dataSet !== null && (isAll || dataSet.elements[PIXEL_DATA] !== undefined)) return dataSet;
    if (isAll) break;
  }
  throw truncatedImage(source.name, "its DICOM header ends early or is damaged");
}

/** PS3.5, A.5: everything after the file meta information is deflated. */
async function inflated(file: ByteSource, start: number): Promise<ByteSource> {
  const { bytes, isComplete, failure } = await inflate(
    streamOf(file, start, file.byteLength),
    "deflate-raw",
    MAX_VOLUME_BYTES,
    4 * file.byteLength,
  );
  if (!isComplete && failure === "") {
    throw new ConvAtlasError(
      "too-large",
      `${file.name} would unpack to more than ${MAX_VOLUME_BYTES / 2 ** 20} MiB; save it uncompressed in smaller parts.`,
    );
  }
  // Cut short or damaged, it may still hold whole frames: that shows when they are read.
  return memorySource(file.name, bytes);
}
