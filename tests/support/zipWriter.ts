import { crc32, deflateRawSync } from "node:zlib";
import { join } from "./onnxWriter.ts";

export interface ZipOptions {
  /** Members to pack; the others are stored. */
  readonly deflate?: readonly string[];
  /** Members whose bytes are packed already, with the length that they claim unpacked. */
  readonly claims?: Readonly<Record<string, number>>;
  /** General purpose bits of every member; 1 means encrypted. */
  readonly flags?: number;
  /** A zip64 end record beside the plain one, as PyTorch writes it, needed or not. */
  readonly zip64End?: boolean;
}

/** The bytes of a zip archive (APPNOTE.TXT 4.3). */
export function writeZip(
  files: Readonly<Record<string, Uint8Array>>,
  { deflate = [], claims = {}, flags = 0, zip64End = false }: ZipOptions = {},
): Uint8Array<ArrayBuffer> {
  const bodies: Uint8Array[] = [];
  const list: Uint8Array[] = [];
  let offset = 0;
  for (const [path, content] of Object.entries(files)) {
    const isPacked = deflate.includes(path);
    const body = isPacked ? deflateRawSync(content) : content;
    const claimed = claims[path];
    const common = [
      [2, flags],
      [2, isPacked || claimed !== undefined ? 8 : 0],
      [4, 0],
      [4, crc32(content)],
      [4, body.length],
      [4, claimed ?? content.length],
      [2, new TextEncoder().encode(path).length],
    ] as const;
    const name = new TextEncoder().encode(path);
    const local = join(fields([4, 0x04034b50], [2, 20], ...common, [2, 0]), name, body);
    list.push(
      join(
        fields([4, 0x02014b50], [2, 20], [2, 20], ...common, [2, 0], [2, 0], [2, 0], [2, 0]),
        fields([4, 0], [4, offset]),
        name,
      ),
    );
    bodies.push(local);
    offset += local.length;
  }
  const directory = join(...list);
  const count = list.length;
  const end = fields(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, directory.length],
    [4, offset],
    [2, 0],
  );
  const zip64 = zip64End ? zip64Records(count, directory.length, offset) : [];
  return join(...bodies, directory, ...zip64, end);
}

/** End record and locator (APPNOTE.TXT 4.3.14 and 4.3.15); the upper halves of all numbers are 0. */
function zip64Records(count: number, directoryBytes: number, offset: number): Uint8Array[] {
  const long = (value: number) =>
    [
      [4, value],
      [4, 0],
    ] as const;
  return [
    fields([4, 0x06064b50], ...long(44), [2, 0x1e], [2, 0x2d], [4, 0], [4, 0]),
    fields(...long(count), ...long(count), ...long(directoryBytes), ...long(offset)),
    fields([4, 0x07064b50], [4, 0], ...long(offset + directoryBytes), [4, 1]),
  ];
}

function fields(...values: readonly (readonly [size: 2 | 4, value: number])[]): Uint8Array {
  const bytes = new Uint8Array(values.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [size, value] of values) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return bytes;
}
