import { writeZip } from "./zipWriter.ts";

export interface NpyOptions {
  /** Type as NumPy spells it. */
  readonly descr?: string;
  readonly isFortran?: boolean;
  readonly version?: 1 | 2 | 3;
}

/** The bytes of an .npy file (numpy/lib/format.py) around the bytes of its entries. */
export function writeNpy(
  shape: readonly number[],
  entries: Uint8Array,
  { descr = "<f4", isFortran = false, version = 1 }: NpyOptions = {},
): Uint8Array<ArrayBuffer> {
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const order = isFortran ? "True" : "False";
  const type = descr.startsWith("[") ? descr : `'${descr}'`;
  return npyWithHeader(
    `{'descr': ${type}, 'fortran_order': ${order}, 'shape': (${sides}), }`,
    entries,
    version,
  );
}

/** An .npy file with any text for a header, padded to 64 bytes as NumPy does. */
export function npyWithHeader(
  header: string,
  entries: Uint8Array,
  version: number = 1,
): Uint8Array<ArrayBuffer> {
  const prefix = version === 1 ? 10 : 12;
  const padded = Math.ceil((prefix + header.length + 1) / 64) * 64 - prefix;
  const text = new TextEncoder().encode(`${header.padEnd(padded - 1)}\n`);
  const file = new Uint8Array(prefix + text.length + entries.length);
  file.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  const view = new DataView(file.buffer);
  if (version === 1) view.setUint16(8, text.length, true);
  else view.setUint32(8, text.length, true);
  file.set(text, prefix);
  file.set(entries, prefix + text.length);
  return file;
}

export function float32Bytes(entries: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(entries).buffer);
}

/** An .npz archive of .npy files by array name, all packed or all stored. */
export function writeNpz(
  arrays: Readonly<Record<string, Uint8Array>>,
  { isPacked = false } = {},
): Uint8Array<ArrayBuffer> {
  const members = Object.fromEntries(
    Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, bytes]),
  );
  return writeZip(members, isPacked ? { deflate: Object.keys(members) } : {});
}
