import { File, type Group, ready } from "h5wasm";

/** A text attribute: strings of variable length, or with `bytes` of that fixed length. */
export interface TextAttribute {
  readonly text: string | readonly string[];
  readonly bytes?: number;
}

export interface WrittenDataset {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  /** Those that h5wasm cannot write are written as float32, and then its type is rewritten. */
  readonly type?: "<f4" | "<f8" | "<i1" | "float16" | ">f4" | "bfloat16";
  readonly gzip?: boolean;
}

export interface WriteOptions {
  /** The newest layout of the file, with other headers and lists, instead of the oldest. */
  readonly newest?: boolean;
  /** Links by the path where they stand: to a path in the file, or to one in another file. */
  readonly links?: Readonly<Record<string, Link>>;
}

export type Link =
  | { readonly kind: "hard" | "soft"; readonly to: string }
  | { readonly kind: "external"; readonly file: string; readonly to: string };

export interface WrittenGroup {
  readonly attributes?: Readonly<Record<string, TextAttribute | Float64Array>>;
  readonly groups?: Readonly<Record<string, WrittenGroup>>;
  readonly datasets?: Readonly<Record<string, WrittenDataset>>;
}

type RewrittenType = "float16" | ">f4" | "bfloat16";

/** Datatype messages (HDF5 File Format Specification IV.A.2.d), of IEEE float32 first. */
const FLOAT32 = [0x11, 0x20, 0x1f, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0];
const MESSAGES: Readonly<Record<RewrittenType, readonly number[]>> = {
  float16: [0x11, 0x20, 0x0f, 0, 2, 0, 0, 0, 0, 0, 16, 0, 10, 5, 0, 10, 15, 0, 0, 0],
  ">f4": [0x11, 0x21, 0x1f, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0],
  // Opaque bytes with a tag of eight letters, as h5py stores what numpy calls void.
  bfloat16: [0x15, 8, 0, 0, 2, 0, 0, 0, 0x4e, 0x55, 0x4d, 0x50, 0x59, 0, 0, 0, 0, 0, 0, 0],
};

let filesWritten = 0;

/** The bytes of an HDF5 file with this content. All its floats are of a rewritten type if one is. */
export async function writeHdf5(
  root: WrittenGroup,
  { newest = false, links = {} }: WriteOptions = {},
): Promise<Uint8Array> {
  const library = await ready;
  const { FS } = library;
  filesWritten += 1;
  const path = `/written-${filesWritten}.h5`;
  // The earliest layout, as h5py writes it: its headers have no checksums.
  const file = new File(path, "w", { libver: newest ? "latest" : ["earliest", "latest"] });
  const type = writeGroup(file, root);
  for (const [place, link] of Object.entries(links)) {
    const { file_id: id } = file;
    if (link.kind === "external") library.create_external_link(id, link.file, link.to, place);
    else if (link.kind === "soft") library.create_soft_link(id, link.to, place);
    else library.create_hard_link(id, link.to, place);
  }
  file.close();
  const bytes = Uint8Array.from(FS.readFile(path));
  FS.unlink(path);
  return type === null ? bytes : withType(bytes, MESSAGES[type]);
}

function writeGroup(group: Group, content: WrittenGroup): RewrittenType | null {
  let type: RewrittenType | null = null;
  for (const [name, value] of Object.entries(content.attributes ?? {})) {
    if (value instanceof Float64Array) {
      group.create_attribute(name, value);
    } else {
      const { text, bytes } = value;
      const textType = bytes === undefined ? "S" : `A${bytes}`;
      const data = typeof text === "string" ? text : [...text];
      group.create_attribute(name, data, typeof text === "string" ? [] : [text.length], textType);
    }
  }
  for (const [name, inner] of Object.entries(content.groups ?? {})) {
    type = writeGroup(group.create_group(name), inner) ?? type;
  }
  for (const [name, dataset] of Object.entries(content.datasets ?? {})) {
    type = writeDataset(group, name, dataset) ?? type;
  }
  return type;
}

function writeDataset(group: Group, name: string, dataset: WrittenDataset): RewrittenType | null {
  const { shape, values, type = "<f4", gzip = false } = dataset;
  const isRewritten = type === "float16" || type === ">f4" || type === "bfloat16";
  const made = group.create_dataset({
    name,
    data: isRewritten ? [...asFloats(values, type)] : [...values],
    shape: [...shape],
    dtype: isRewritten ? "<f4" : type,
    ...(gzip ? { chunks: [...shape], compression: "gzip" as const } : {}),
  });
  if (type === "bfloat16") made.create_attribute("dtype", "bfloat16", [], "S");
  return isRewritten ? type : null;
}

/** As many float32 numbers whose bytes are, or start with, the numbers in another type. */
function asFloats(values: readonly number[], type: RewrittenType): Float32Array {
  const bytes = new DataView(new ArrayBuffer(values.length * 4));
  for (const [at, value] of values.entries()) {
    if (type === ">f4") bytes.setFloat32(at * 4, value, false);
    else if (type === "float16") bytes.setUint16(at * 2, halfBits(value), true);
    else bytes.setUint16(at * 2, new Uint32Array(Float32Array.of(value).buffer)[0] >>> 16, true);
  }
  return new Float32Array(bytes.buffer);
}

/** For normal numbers that float16 holds exactly. */
function halfBits(value: number): number {
  if (value === 0) return 0;
  const exponent = Math.floor(Math.log2(Math.abs(value)));
  const fraction = (Math.abs(value) / 2 ** exponent - 1) * 1024;
  return (value < 0 ? 0x8000 : 0) | ((exponent + 15) << 10) | fraction;
}

function withType(bytes: Uint8Array, message: readonly number[]): Uint8Array {
  for (let start = 0; start + FLOAT32.length <= bytes.length; start += 1) {
    if (FLOAT32.every((byte, index) => bytes[start + index] === byte)) bytes.set(message, start);
  }
  return bytes;
}
