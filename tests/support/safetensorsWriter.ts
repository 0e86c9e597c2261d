/** A tensor as it is written: type, shape and bytes. */
export interface WrittenTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export function float32(shape: readonly number[], entries: readonly number[]): WrittenTensor {
  return { dtype: "F32", shape, bytes: new Uint8Array(Float32Array.from(entries).buffer) };
}

/** The bytes of a safetensors file: tensors one behind the other, their entries in that order. */
export function writeSafetensors(
  tensors: Readonly<Record<string, WrittenTensor>>,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = {};
  if (metadata !== undefined) header.__metadata__ = metadata;
  let at = 0;
  for (const [name, { dtype, shape, bytes }] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [at, at + bytes.length] };
    at += bytes.length;
  }
  const data = Object.values(tensors).map(({ bytes }) => bytes);
  return fileWithHeader(JSON.stringify(header), ...data);
}

/** A file with any text for a header, padded with spaces to eight bytes as writers do. */
export function fileWithHeader(
  header: string,
  ...data: readonly Uint8Array[]
): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(header.padEnd(Math.ceil(header.length / 8) * 8));
  const total = data.reduce((sum, { length }) => sum + length, 8 + text.length);
  const file = new Uint8Array(total);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  let at = 8 + text.length;
  for (const bytes of data) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}
