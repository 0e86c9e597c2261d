import type { ByteSource } from "../../bytes/byteSource.ts";
import { damagedImage, truncatedImage } from "../damagedImage.ts";
import type { DicomFile } from "./dataSet.ts";
import { frameBytes, type PixelDescription } from "./pixelDescription.ts";

/** Fragments of all frames together. */
const MAX_FRAGMENTS = 200_000;
const ITEM = 0xe000fffe;
const DELIMITER = 0xe0ddfffe;
const ITEM_HEADER_BYTES = 8;

/** The bytes of a frame as the file stores them. */
export type FrameBytes = (frame: number) => Promise<Uint8Array<ArrayBuffer>>;

interface Fragment {
  /** From the end of the offset table on. */
  readonly relative: number;
  readonly start: number;
  readonly end: number;
}

/** Of uncompressed pixels; of single bits, whole bytes that hold the frame. */
export function nativeFrames(file: DicomFile, description: PixelDescription): FrameBytes {
  const { name, source, pixels, syntax } = file;
  const size = frameBytes(description);
  // Single bytes in words of 16 bits: their order within the words is that of the file.
  const isSwapped =
    syntax.isBigEndian && pixels.valueRepresentation === "OW" && description.bitsAllocated === 8;
  const available = Math.min(
    pixels.byteLength ?? Number.POSITIVE_INFINITY,
    source.byteLength - pixels.offset,
  );
  return async (frame) => {
    const start = Math.floor(frame * size);
    const end = Math.ceil((frame + 1) * size);
    if (end > available) {
      throw truncatedImage(
        name,
        "it has fewer pixels than its header says",
        `${available} bytes of pixels, frame ${frame} ends at ${end}`,
      );
    }
    if (!isSwapped) return source.slice(pixels.offset + start, pixels.offset + end);
    const whole = { start: start - (start % 2), end: Math.min(available, end + (end % 2)) };
    const words = await source.slice(pixels.offset + whole.start, pixels.offset + whole.end);
    const bytes = Uint8Array.from(words, (byte, at) => words[at ^ 1] ?? byte);
    return bytes.subarray(start - whole.start, end - whole.start);
  };
}

/**
 * Of compressed pixels, which come in fragments (PS3.5, A.4).
 * @throws ConvAtlasError `truncated`, `malformed`
 */
export async function encapsulatedFrames(
  file: DicomFile,
  { frames }: PixelDescription,
): Promise<FrameBytes> {
  const { name, source } = file;
  const { offsets, fragments } = await readFragments(file);
  if (fragments.length === 0) throw truncatedImage(name, "its compressed pixels are missing");
  const groups = await fragmentsOfFrames(source, frames, offsets, fragments);
  return async (frame) => {
    const group = groups[frame] ?? [];
    if (group.length === 0) throw truncatedImage(name, `frame ${frame + 1} is missing`);
    if (group.some(({ end }) => end > source.byteLength)) {
      throw truncatedImage(name, `frame ${frame + 1} ends early`);
    }
    const parts = await Promise.all(group.map(({ start, end }) => source.slice(start, end)));
    return joined(parts);
  };
}

async function readFragments({ name, source, pixels }: DicomFile) {
  const fragments: Fragment[] = [];
  let offsets: Uint32Array | null = null;
  let first = pixels.offset;
  let at = pixels.offset;
  while (at + ITEM_HEADER_BYTES <= source.byteLength) {
    const header = await source.slice(at, at + ITEM_HEADER_BYTES);
    const view = new DataView(header.buffer);
    const tag = view.getUint32(0, true);
    if (tag === DELIMITER) break;
    if (tag !== ITEM) throw damagedImage(name, "its compressed pixels are not in fragments");
    const start = at + ITEM_HEADER_BYTES;
    const end = start + view.getUint32(4, true);
    if (offsets === null) {
      // The first item is the offset table; it may be empty.
      offsets = await readOffsets(source, start, Math.min(end, source.byteLength));
      first = end;
    } else {
      fragments.push({ relative: at - first, start, end });
      if (fragments.length > MAX_FRAGMENTS) throw damagedImage(name, "it has too many fragments");
    }
    at = end;
  }
  return { offsets: offsets ?? new Uint32Array(0), fragments };
}

async function readOffsets(source: ByteSource, start: number, end: number): Promise<Uint32Array> {
  const bytes = await source.slice(start, Math.min(end, start + 4 * MAX_FRAGMENTS));
  const view = new DataView(bytes.buffer);
  return Uint32Array.from({ length: Math.floor(bytes.byteLength / 4) }, (_, index) =>
    view.getUint32(4 * index, true),
  );
}

/** Which fragments make up each frame: by count, by the offset table, or by where streams start. */
async function fragmentsOfFrames(
  source: ByteSource,
  frames: number,
  offsets: Uint32Array,
  fragments: readonly Fragment[],
): Promise<readonly (readonly Fragment[])[]> {
  if (frames === 1) return [fragments];
  if (fragments.length === frames) return fragments.map((fragment) => [fragment]);
  const starts = new Set(offsets);
  const isStart =
    offsets.length === frames
      ? async ({ relative }: Fragment) => starts.has(relative)
      : (fragment: Fragment) => startsStream(source, fragment);
  const groups: Fragment[][] = [];
  for (const fragment of fragments) {
    if (groups.length === 0 || (await isStart(fragment))) groups.push([]);
    groups[groups.length - 1].push(fragment);
  }
  return groups;
}

/** JPEG and JPEG-LS start with FF D8, JPEG 2000 with FF 4F. */
async function startsStream(source: ByteSource, { start }: Fragment): Promise<boolean> {
  const [first, second] = await source.slice(start, Math.min(start + 2, source.byteLength));
  return first === 0xff && (second === 0xd8 || second === 0x4f);
}

function joined(parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  if (parts.length === 1) return parts[0];
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
