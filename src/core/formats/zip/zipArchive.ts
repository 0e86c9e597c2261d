import { Reader, ZipReader } from "@zip.js/zip.js/lib/zip-core-custom.js";
import type { ByteSource } from "../../bytes/byteSource.ts";
import { memorySource } from "../../bytes/memorySource.ts";
import { oncePerSource } from "../../bytes/oncePerSource.ts";
import { sectionSource } from "../../bytes/sectionSource.ts";
import { streamOf } from "../../bytes/streamOf.ts";
import { ConvAtlasError } from "../../errors.ts";
import { fileName } from "../../files/fileSet.ts";
import { shownName } from "../shownName.ts";

/** Checkpoints have a member per tensor, some ten thousand; more is an attack or no model. */
const MAX_MEMBERS = 200_000;
/** Members unpacked in memory; kernels of this size are refused as well. */
const MAX_INFLATED_BYTES = 1024 * 1024 * 1024;
/** What unpacks to more than this must be plausibly packed: ... */
const SURELY_HARMLESS_BYTES = 64 * 1024 * 1024;
/** ... trained weights hardly shrink at all, zeros shrink a thousandfold. */
const MAX_RATIO = 100;
/** Signature, lengths and the rest of a local file header (APPNOTE.TXT 4.3.7). */
const LOCAL_HEADER_BYTES = 30;
const LOCAL_HEADER_SIGNATURE = 0x04034b50;
/** APPNOTE.TXT 4.3.15 and 4.3.16. */
const ZIP64_LOCATOR_BYTES = 20;
const ZIP64_LOCATOR_SIGNATURE = 0x07064b50;
const END_RECORD_BYTES = 22;
const END_RECORD_SIGNATURE = 0x06054b50;
const DIRECTORY_OFFSET_AT = 16;
const OFFSET_FIELD_BYTES = 4;
const STORED = 0;
const DEFLATED = 8;
const SIGNATURES = [
  [0x50, 0x4b, 3, 4],
  /** An archive without members. */
  [0x50, 0x4b, 5, 6],
];

export interface ZipMember {
  /** Path within the archive, "/" between folders. */
  readonly path: string;
  /** Bytes once unpacked, as the archive says. */
  readonly byteLength: number;
}

export interface ZipArchive {
  /** All members but folders, in the archive's order. */
  readonly members: readonly ZipMember[];
  get(path: string): ZipMember | undefined;
  /**
   * A member's content: a section of the archive where it is stored as it is, unpacked in
   * memory where it is not. The source bears the last part of the member's path as its name.
   *
   * @throws ConvAtlasError `encrypted`, `unsupported` (an unusual compression), `too-large`
   * (before unpacking), `truncated` or `malformed`.
   */
  open(member: ZipMember): Promise<ByteSource>;
  /**
   * The first bytes of a member's content, or all of it if it is shorter; of a packed member no
   * more is unpacked. Throws what `open` does.
   */
  head(member: ZipMember, bytes: number): Promise<Uint8Array>;
  /**
   * What `open` gives, opened only when it is first read, and kept from then on. All of an
   * archive's together unpack to no more than one member may.
   */
  lazySource(member: ZipMember): ByteSource;
}

interface StoredMember extends ZipMember {
  readonly offset: number;
  readonly packedBytes: number;
  readonly method: number;
  readonly isEncrypted: boolean;
}

/** True if the file starts as a zip archive does. */
export async function looksLikeZip(source: ByteSource): Promise<boolean> {
  const head = await source.slice(0, Math.min(4, source.byteLength));
  return SIGNATURES.some((signature) => signature.every((byte, at) => head[at] === byte));
}

/**
 * Reads the list of members from the end of the archive; once per source, since several
 * formats look into the same archive.
 *
 * @throws ConvAtlasError `truncated` where the list is missing, `malformed`, `too-large`.
 */
export const openZip: (source: ByteSource) => Promise<ZipArchive> = oncePerSource(readArchive);

/** zip.js reads through this; the archive itself is never copied. */
class SourceReader extends Reader<ByteSource> {
  readonly #source: ByteSource;
  readonly #maskedByte: number | null;

  constructor(source: ByteSource, maskedByte: number | null) {
    super(source);
    this.#source = source;
    this.#maskedByte = maskedByte;
    this.size = source.byteLength;
  }

  override async readUint8Array(index: number, length: number): Promise<Uint8Array> {
    const start = Math.min(Math.max(0, index), this.size);
    const bytes = await this.#source.slice(start, Math.min(this.size, start + Math.max(0, length)));
    if (this.#maskedByte !== null) {
      const at = this.#maskedByte - start;
      bytes.fill(0xff, Math.max(0, at), Math.max(0, at + OFFSET_FIELD_BYTES));
    }
    return bytes;
  }
}

/**
 * Position of the plain directory offset to be masked, so that zip.js goes by the zip64 end record;
 * null where there is none. PyTorch writes one into every archive, needed or not. Unless told to use
 * it, zip.js looks for the directory 76 bytes too late, and takes what it finds there if the
 * first entry has 76 bytes, that is, a name of 30 characters.
 */
async function needlessZip64(source: ByteSource): Promise<number | null> {
  const start = source.byteLength - ZIP64_LOCATOR_BYTES - END_RECORD_BYTES;
  if (start < 0) return null;
  const tail = await source.slice(start, source.byteLength);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  const isLocated =
    view.getUint32(0, true) === ZIP64_LOCATOR_SIGNATURE &&
    view.getUint32(ZIP64_LOCATOR_BYTES, true) === END_RECORD_SIGNATURE;
  return isLocated ? start + ZIP64_LOCATOR_BYTES + DIRECTORY_OFFSET_AT : null;
}

async function readArchive(source: ByteSource): Promise<ZipArchive> {
  const members = new Map<string, StoredMember>();
  const reader = new SourceReader(source, await needlessZip64(source));
  const zip = new ZipReader(reader, { strictness: "tolerant" });
  try {
    for await (const entry of zip.getEntriesGenerator()) {
      if (entry.directory) continue;
      if (members.size >= MAX_MEMBERS) throw tooManyMembers(source.name);
      const path = entry.filename.replaceAll("\\", "/");
      members.set(path, {
        path,
        byteLength: entry.uncompressedSize,
        offset: entry.offset,
        packedBytes: entry.compressedSize,
        method: entry.compressionMethod,
        isEncrypted: entry.encrypted,
      });
    }
  } catch (thrown) {
    if (thrown instanceof ConvAtlasError) throw thrown;
    throw new ConvAtlasError(
      "truncated",
      `${source.name} is cut short or damaged: the list of contents at the end of the archive cannot be read; download or copy it again.`,
      String(thrown),
    );
  }
  const storedMember = ({ path }: ZipMember): StoredMember => {
    const stored = members.get(path);
    if (stored === undefined) throw damaged(source.name, path, "no such member");
    return stored;
  };
  const open = async (member: ZipMember) => openMember(source, storedMember(member));
  const kept = { byteLength: 0, packedBytes: 0 };
  const openToKeep = async (member: ZipMember) => {
    const { method, byteLength, packedBytes } = storedMember(member);
    if (method !== STORED) {
      kept.byteLength += byteLength;
      kept.packedBytes += packedBytes;
      refuseBomb(`The files in ${source.name}`, kept);
    }
    return open(member);
  };
  return {
    members: [...members.values()],
    get: (path) => members.get(path),
    open,
    head: async (member, bytes) => headOfMember(source, storedMember(member), bytes),
    lazySource: (member) => lazySource(member, openToKeep),
  };
}

function lazySource(
  member: ZipMember,
  open: (member: ZipMember) => Promise<ByteSource>,
): ByteSource {
  let opened: Promise<ByteSource> | null = null;
  return {
    name: shownName(fileName(member.path)),
    byteLength: member.byteLength,
    async slice(start, end) {
      opened ??= open(member);
      return (await opened).slice(start, end);
    },
  };
}

async function openMember(source: ByteSource, member: StoredMember): Promise<ByteSource> {
  const { path, method, packedBytes } = member;
  const name = shownName(fileName(path));
  requireReadable(source, member);
  const start = await contentStart(source, member);
  if (method === STORED) return sectionSource(name, source, start, start + packedBytes);
  refuseBomb(`“${shownName(path)}” in ${source.name}`, member);
  return memorySource(name, await inflate(source, member, start));
}

async function headOfMember(
  source: ByteSource,
  member: StoredMember,
  bytes: number,
): Promise<Uint8Array> {
  requireReadable(source, member);
  const start = await contentStart(source, member);
  const length = Math.min(bytes, member.byteLength);
  if (member.method === STORED) return source.slice(start, start + length);
  return inflate(source, { ...member, byteLength: length }, start, "head");
}

function requireReadable(source: ByteSource, member: StoredMember): void {
  const { path, method, packedBytes, byteLength } = member;
  if (member.isEncrypted) {
    throw new ConvAtlasError(
      "encrypted",
      `${source.name} is encrypted; unpack it with its password and open what is inside.`,
    );
  }
  if (method !== STORED && method !== DEFLATED) {
    throw new ConvAtlasError(
      "unsupported",
      `“${shownName(path)}” in ${source.name} is packed in an unusual way; unpack the archive and open what is inside.`,
      `zip compression method ${method}`,
    );
  }
  if (method === STORED && packedBytes !== byteLength) {
    throw damaged(source.name, path, `stored, ${packedBytes} bytes for ${byteLength}`);
  }
}

/** The lengths in the local header may differ from those in the list of members. */
async function contentStart(source: ByteSource, member: StoredMember): Promise<number> {
  const { offset, packedBytes, path } = member;
  if (!(offset >= 0 && offset + LOCAL_HEADER_BYTES <= source.byteLength)) {
    throw damaged(source.name, path, `local header at ${offset}`);
  }
  const header = await source.slice(offset, offset + LOCAL_HEADER_BYTES);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (view.getUint32(0, true) !== LOCAL_HEADER_SIGNATURE) {
    throw damaged(source.name, path, `no local header at ${offset}`);
  }
  const start = offset + LOCAL_HEADER_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
  if (!(packedBytes >= 0 && start + packedBytes <= source.byteLength)) {
    throw damaged(source.name, path, `content at ${start}, ${packedBytes} bytes`);
  }
  return start;
}

function refuseBomb(
  what: string,
  { byteLength, packedBytes }: Pick<StoredMember, "byteLength" | "packedBytes">,
): void {
  const isHarmless = byteLength <= SURELY_HARMLESS_BYTES || byteLength <= packedBytes * MAX_RATIO;
  if (byteLength <= MAX_INFLATED_BYTES && isHarmless) return;
  throw new ConvAtlasError(
    "too-large",
    `${what} would unpack to ${Math.round(byteLength / 2 ** 20)} MiB, more than a network's weights plausibly do; if you trust it, unpack the archive and open what is inside.`,
    `${packedBytes} bytes packed`,
  );
}

/**
 * `byteLength` bytes of a packed member. Stops as soon as more comes out than that, which only
 * the `head` of a member may leave.
 */
async function inflate(
  source: ByteSource,
  { path, byteLength, packedBytes }: StoredMember,
  start: number,
  part: "head" | "all" = "all",
): Promise<Uint8Array> {
  const content = new Uint8Array(byteLength);
  let filled = 0;
  try {
    const packed = streamOf(source, start, start + packedBytes);
    const reader = packed.pipeThrough(new DecompressionStream("deflate-raw")).getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      const isMore = filled + read.value.byteLength > byteLength;
      if (isMore && part === "all") {
        await reader.cancel();
        throw new RangeError(`more than ${byteLength} bytes`);
      }
      content.set(read.value.subarray(0, byteLength - filled), filled);
      filled = Math.min(byteLength, filled + read.value.byteLength);
      if (filled === byteLength && part === "head") {
        await reader.cancel();
        break;
      }
    }
  } catch (thrown) {
    if (thrown instanceof ConvAtlasError) throw thrown;
    throw damaged(source.name, path, String(thrown));
  }
  if (filled !== byteLength) throw damaged(source.name, path, `${filled} of ${byteLength} bytes`);
  return content;
}

function tooManyMembers(name: string): ConvAtlasError {
  return new ConvAtlasError(
    "too-large",
    `${name} is an archive of more than ${MAX_MEMBERS} files, which no model is; check that it is the right file.`,
  );
}

function damaged(archiveName: string, path: string, details: string): ConvAtlasError {
  return new ConvAtlasError(
    "malformed",
    `${archiveName} is damaged: “${shownName(path)}” in it cannot be read; download or copy it again.`,
    details,
  );
}
