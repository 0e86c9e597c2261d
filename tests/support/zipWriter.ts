import { crc32, deflateRawSync } from "node:zlib";
import { join } from "./onnxWriter.ts";

export interface ZipOptions {
  /** Members to pack; the others are stored. */
  readonly deflate?: readonly string[];
  /** Members whose bytes are packed already, with the length that they claim unpacked. */
  readonly claims?: Readonly<Record<string, number>>;
  /** General purpose bits of every member; 1 means encrypted. */
  readonly flags?: number;
}

/** The bytes of a zip archive (APPNOTE.TXT 4.3), without zip64. */
export function writeZip(
  files: Readonly<Record<string, Uint8Array>>,
  { deflate = [], claims = {}, flags = 0 }: ZipOptions = {},
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
  return join(...bodies, directory, end);
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
