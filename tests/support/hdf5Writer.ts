import { File, type Group, ready } from "h5wasm";

/** A text attribute: strings of variable length, or with `bytes` of that fixed length. */
export interface TextAttribute {
  readonly text: string | readonly string[];
  readonly bytes?: number;
}

export interface WrittenDataset {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  /** numpy's name of the type; float16 is written as float32 and then rewritten in place. */
  readonly type?: "<f4" | "<f8" | "<i1" | "float16";
  readonly gzip?: boolean;
}

export interface WrittenGroup {
  readonly attributes?: Readonly<Record<string, TextAttribute | Float64Array>>;
  readonly groups?: Readonly<Record<string, WrittenGroup>>;
  readonly datasets?: Readonly<Record<string, WrittenDataset>>;
}

/** Datatype messages (HDF5 File Format Specification IV.A.2.d) of IEEE float32 and float16. */
const FLOAT32 = [0x11, 0x20, 0x1f, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0];
const FLOAT16 = [0x11, 0x20, 0x0f, 0, 2, 0, 0, 0, 0, 0, 16, 0, 10, 5, 0, 10, 15, 0, 0, 0];

let filesWritten = 0;

/** The bytes of an HDF5 file with this content. All its floats are float16 if one is. */
export async function writeHdf5(root: WrittenGroup): Promise<Uint8Array> {
  const { FS } = await ready;
  filesWritten += 1;
  const path = `/written-${filesWritten}.h5`;
  // The earliest layout, as h5py writes it: its headers have no checksums.
  const file = new File(path, "w", { libver: ["earliest", "latest"] });
  const hasFloat16 = writeGroup(file, root);
  file.close();
  const bytes = Uint8Array.from(FS.readFile(path));
  FS.unlink(path);
  return hasFloat16 ? withFloat16(bytes) : bytes;
}

function writeGroup(group: Group, content: WrittenGroup): boolean {
  let hasFloat16 = false;
  for (const [name, value] of Object.entries(content.attributes ?? {})) {
    if (value instanceof Float64Array) {
      group.create_attribute(name, value);
    } else {
      const { text, bytes } = value;
      const type = bytes === undefined ? "S" : `A${bytes}`;
      const data = typeof text === "string" ? text : [...text];
      group.create_attribute(name, data, typeof text === "string" ? [] : [text.length], type);
    }
  }
  for (const [name, inner] of Object.entries(content.groups ?? {})) {
    hasFloat16 = writeGroup(group.create_group(name), inner) || hasFloat16;
  }
  for (const [name, dataset] of Object.entries(content.datasets ?? {})) {
    hasFloat16 = writeDataset(group, name, dataset) || hasFloat16;
  }
  return hasFloat16;
}

function writeDataset(group: Group, name: string, dataset: WrittenDataset): boolean {
  const { shape, values, type = "<f4", gzip = false } = dataset;
  const isFloat16 = type === "float16";
  const data = isFloat16 ? [...halvesAsFloats(values)] : [...values];
  group.create_dataset({
    name,
    data,
    shape: [...shape],
    dtype: isFloat16 ? "<f4" : type,
    ...(gzip ? { chunks: [...shape], compression: "gzip" as const } : {}),
  });
  return isFloat16;
}

/** The float16 numbers, two in each float32, padded to as many float32 as there are numbers. */
function halvesAsFloats(values: readonly number[]): Float32Array {
  const bits = new Uint16Array(values.length * 2);
  bits.set(values.map(halfBits));
  return new Float32Array(bits.buffer);
}

/** For normal numbers that float16 holds exactly. */
function halfBits(value: number): number {
  if (value === 0) return 0;
  const exponent = Math.floor(Math.log2(Math.abs(value)));
  const fraction = (Math.abs(value) / 2 ** exponent - 1) * 1024;
  return (value < 0 ? 0x8000 : 0) | ((exponent + 15) << 10) | fraction;
}

function withFloat16(bytes: Uint8Array): Uint8Array {
  for (let start = 0; start + FLOAT32.length <= bytes.length; start += 1) {
    if (FLOAT32.every((byte, index) => bytes[start + index] === byte)) bytes.set(FLOAT16, start);
  }
  return bytes;
}
