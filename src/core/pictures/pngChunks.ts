import { ConvAtlasError } from "../errors.ts";

/** First bytes of every PNG file (PNG specification, third edition, section 5.2). */
const SIGNATURE: readonly number[] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Length, type and CRC of a chunk take this many bytes besides its data (section 5.3). */
const CHUNK_FRAME = 12;

/** Chunk lengths must be below 2^31 (section 5.3). */
const LONGEST_CHUNK = 0x7fffffff;

/** Chunks looked at: encoders write 8 KB or more in each, so this is a picture of 8 GB. */
const MOST_CHUNKS = 1_000_000;

/** A session is a few kilobytes; what is larger was not written by this page. */
export const LONGEST_SESSION_BYTES = 1_048_576;

/** Name of the text chunk that holds a session; Latin-1, below 80 bytes (section 11.3.3.2). */
export const SESSION_KEYWORD = "ConvAtlas";

/** One chunk; `data` is a view of the file, not a copy. */
interface PngChunk {
  readonly type: string;
  readonly data: Uint8Array;
  /** As stored behind the data. */
  readonly crc: number;
  /** The chunk with length, type and CRC, as it stands in the file. */
  readonly bytes: Uint8Array;
}

export interface PngMetadata {
  /** Dots per metre, across and down alike; 300 dpi are 11,811. A whole number from 1. */
  readonly dotsPerMetre: number;
  /** Session to carry; null for none. At most LONGEST_SESSION_BYTES in UTF-8. */
  readonly sessionText: string | null;
}

/** CRC-32 of all byte values (annex D, "Sample CRC implementation"). */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? 0xedb88320 ^ (rest >>> 1) : rest >>> 1;
  return rest;
});

/** CRC-32 as PNG, zip and Ethernet compute it; 0 to 2^32 - 1. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let at = 0; at < bytes.length; at++) {
    crc = CRC_TABLE[(crc ^ bytes[at]) & 0xff] ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** True if the bytes begin as a PNG file does; the name of a file says nothing. */
export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, at) => bytes[at] === byte);
}

/**
 * The chunks in the order of the file, up to the first that is cut off or has no proper
 * type: a file may be damaged behind what is wanted of it. Nothing is copied.
 */
function* chunksOf(bytes: Uint8Array): Generator<PngChunk> {
  if (!isPng(bytes)) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = SIGNATURE.length;
  for (let count = 0; count < MOST_CHUNKS && at + CHUNK_FRAME <= bytes.length; count++) {
    const length = view.getUint32(at);
    if (length > LONGEST_CHUNK || length > bytes.length - at - CHUNK_FRAME) return;
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (!/^[A-Za-z]{4}$/.test(type)) return;
    const end = at + CHUNK_FRAME + length;
    yield {
      type,
      data: bytes.subarray(at + 8, at + 8 + length),
      crc: view.getUint32(end - 4),
      bytes: bytes.subarray(at, end),
    };
    if (type === "IEND") return;
    at = end;
  }
}

function isIntact({ bytes, crc }: PngChunk): boolean {
  return crc32(bytes.subarray(4, bytes.length - 4)) === crc;
}

/** Index behind the next zero byte at or after `from`; -1 if there is none within `most` bytes. */
function behindZero(data: Uint8Array, from: number, most: number): number {
  const end = Math.min(data.length, from + most);
  for (let at = from; at < end; at++) if (data[at] === 0) return at + 1;
  return -1;
}

/** Language tags and translated keywords are short words; ours are empty. */
const LONGEST_TAG = 1024;

function hasSessionKeyword({ type, data }: PngChunk): boolean {
  if (type !== "iTXt" || data[SESSION_KEYWORD.length] !== 0) return false;
  for (let at = 0; at < SESSION_KEYWORD.length; at++) {
    if (data[at] !== SESSION_KEYWORD.charCodeAt(at)) return false;
  }
  return true;
}

/** The text of an iTXt chunk (section 11.3.3.4); null if compressed, too long or not UTF-8. */
function internationalText({ data }: PngChunk): string | null {
  const flags = SESSION_KEYWORD.length + 1;
  if (data.length < flags + 4 || data[flags] !== 0) return null;
  const language = behindZero(data, flags + 2, LONGEST_TAG);
  if (language < 0) return null;
  const start = behindZero(data, language, LONGEST_TAG);
  if (start < 0 || data.length - start > LONGEST_SESSION_BYTES) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data.subarray(start));
  } catch {
    return null;
  }
}

/**
 * The session that a picture carries: the text as it was written, not yet parsed or trusted.
 *
 * @returns null if the bytes are no PNG, carry no session, or one that is damaged (its CRC),
 * compressed, longer than LONGEST_SESSION_BYTES or not UTF-8. Never throws, whatever the bytes.
 */
export function sessionTextOfPng(bytes: Uint8Array): string | null {
  for (const chunk of chunksOf(bytes)) {
    // Long chunks are refused before their CRC is computed.
    const isLong = chunk.data.length > LONGEST_SESSION_BYTES + 4 * LONGEST_TAG;
    if (isLong || !hasSessionKeyword(chunk) || !isIntact(chunk)) continue;
    const text = internationalText(chunk);
    if (text !== null) return text;
  }
  return null;
}

/** A chunk with its frame. */
function chunkBytes(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + CHUNK_FRAME);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let at = 0; at < 4; at++) bytes[4 + at] = type.charCodeAt(at);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

/** Section 11.3.4.3: pixels per unit across and down, and the unit, 1 for the metre. */
function physicalSizeChunk(dotsPerMetre: number): Uint8Array {
  if (!Number.isInteger(dotsPerMetre) || dotsPerMetre < 1 || dotsPerMetre > LONGEST_CHUNK) {
    throw new ConvAtlasError(
      "internal",
      "The picture could not be given its size in print; try the SVG export instead.",
      `dotsPerMetre: ${dotsPerMetre}`,
    );
  }
  const data = new Uint8Array(9);
  const view = new DataView(data.buffer);
  view.setUint32(0, dotsPerMetre);
  view.setUint32(4, dotsPerMetre);
  data[8] = 1;
  return chunkBytes("pHYs", data);
}

function sessionChunk(text: string): Uint8Array {
  const utf8 = new TextEncoder().encode(text);
  if (utf8.length > LONGEST_SESSION_BYTES) {
    throw new ConvAtlasError(
      "too-large",
      "The view is too large to be carried in a picture; select fewer kernels and try again.",
      `session of ${utf8.length} bytes`,
    );
  }
  const head = SESSION_KEYWORD.length;
  // Behind the keyword: its end, compression flag and method, empty language, empty translation.
  const data = new Uint8Array(head + 5 + utf8.length);
  for (let at = 0; at < head; at++) data[at] = SESSION_KEYWORD.charCodeAt(at);
  data.set(utf8, head + 5);
  return chunkBytes("iTXt", data);
}

/**
 * The same picture with its size in print and a session, in place of those that it had. Both
 * stand before the pixels: pHYs must (section 5.6), and the session is then found at once.
 *
 * @param bytes a complete PNG file; it is not changed.
 * @throws ConvAtlasError `internal` if the bytes are not a complete PNG file, `too-large` if the
 * session is.
 */
export function withPngMetadata(bytes: Uint8Array, metadata: PngMetadata): Uint8Array<ArrayBuffer> {
  const chunks = [...chunksOf(bytes)];
  if (chunks[0]?.type !== "IHDR" || chunks.at(-1)?.type !== "IEND") {
    throw new ConvAtlasError(
      "internal",
      "The picture that the browser made is not a complete PNG file; try the SVG export instead.",
    );
  }
  const [header, ...others] = chunks;
  const kept = others.filter((chunk) => chunk.type !== "pHYs" && !hasSessionKeyword(chunk));
  const parts = [
    Uint8Array.from(SIGNATURE),
    header.bytes,
    physicalSizeChunk(metadata.dotsPerMetre),
    ...(metadata.sessionText === null ? [] : [sessionChunk(metadata.sessionText)]),
    ...kept.map((chunk) => chunk.bytes),
  ];
  const file = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

/** What a PNG says of its size; null if it is none, or says nothing of that kind. */
export interface PngSize {
  readonly width: number;
  readonly height: number;
  /** Dots per metre across; null where the file does not say. */
  readonly dotsPerMetre: number | null;
}

/** Pixels and print resolution of a PNG file; null if its header is missing or damaged. */
export function pngSize(bytes: Uint8Array): PngSize | null {
  let size: PngSize | null = null;
  for (const chunk of chunksOf(bytes)) {
    const { type, data } = chunk;
    if (size === null) {
      if (type !== "IHDR" || data.length !== 13 || !isIntact(chunk)) return null;
      const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
      size = { width: view.getUint32(0), height: view.getUint32(4), dotsPerMetre: null };
    } else if (type === "pHYs" && data.length === 9 && data[8] === 1 && isIntact(chunk)) {
      const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
      return { ...size, dotsPerMetre: view.getUint32(0) };
    } else if (type === "IDAT") {
      return size;
    }
  }
  return size;
}
