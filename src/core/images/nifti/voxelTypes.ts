import { unsupportedImage } from "../damagedImage.ts";

/** Voxels of one number each, or of three or four colours (nifti1.h, NIFTI_TYPE_...). */
export interface VoxelType {
  readonly kind:
    | "uint8"
    | "int8"
    | "uint16"
    | "int16"
    | "uint32"
    | "int32"
    | "uint64"
    | "int64"
    | "float32"
    | "float64";
  /** Bytes of one number. */
  readonly bytes: 1 | 2 | 4 | 8;
  readonly channels: 1 | 3 | 4;
}

export type VoxelArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

const TYPES: ReadonlyMap<number, VoxelType> = new Map([
  [2, { kind: "uint8", bytes: 1, channels: 1 }],
  [4, { kind: "int16", bytes: 2, channels: 1 }],
  [8, { kind: "int32", bytes: 4, channels: 1 }],
  [16, { kind: "float32", bytes: 4, channels: 1 }],
  [64, { kind: "float64", bytes: 8, channels: 1 }],
  [128, { kind: "uint8", bytes: 1, channels: 3 }],
  [256, { kind: "int8", bytes: 1, channels: 1 }],
  [512, { kind: "uint16", bytes: 2, channels: 1 }],
  [768, { kind: "uint32", bytes: 4, channels: 1 }],
  [1024, { kind: "int64", bytes: 8, channels: 1 }],
  [1280, { kind: "uint64", bytes: 8, channels: 1 }],
  [2304, { kind: "uint8", bytes: 1, channels: 4 }],
]);

const NAMES_OF_OTHERS: ReadonlyMap<number, string> = new Map([
  [1, "single bits"],
  [32, "complex numbers"],
  [1536, "128-bit numbers"],
  [1792, "complex numbers"],
  [2048, "complex numbers"],
]);

/** @throws ConvAtlasError `unsupported` */
export function voxelType(name: string, code: number): VoxelType {
  const type = TYPES.get(code);
  if (type !== undefined) return type;
  const what = NAMES_OF_OTHERS.get(code) ?? `numbers of an unknown kind (${code})`;
  throw unsupportedImage(
    `${name} stores ${what}, which are not read here`,
    "save it with whole numbers or 32-bit floating point",
  );
}

/** The voxels as numbers of this machine; bytes are turned round in place where they have to be. */
export function voxelArray(
  bytes: Uint8Array<ArrayBuffer>,
  type: VoxelType,
  isLittleEndian: boolean,
): VoxelArray {
  // Arrays of wider numbers start at multiples of their width.
  const aligned = bytes.byteOffset % type.bytes === 0 ? bytes : bytes.slice();
  if (!isLittleEndian && type.bytes > 1) reverseEach(aligned, type.bytes);
  const length = Math.floor(aligned.byteLength / type.bytes);
  const { buffer, byteOffset } = aligned;
  switch (type.kind) {
    case "uint8":
      return aligned;
    case "int8":
      return new Int8Array(buffer, byteOffset, length);
    case "uint16":
      return new Uint16Array(buffer, byteOffset, length);
    case "int16":
      return new Int16Array(buffer, byteOffset, length);
    case "uint32":
      return new Uint32Array(buffer, byteOffset, length);
    case "int32":
      return new Int32Array(buffer, byteOffset, length);
    case "uint64":
      return new BigUint64Array(buffer, byteOffset, length);
    case "int64":
      return new BigInt64Array(buffer, byteOffset, length);
    case "float32":
      return new Float32Array(buffer, byteOffset, length);
    case "float64":
      return new Float64Array(buffer, byteOffset, length);
  }
}

/** Every machine that browsers run on is little endian. */
function reverseEach(bytes: Uint8Array, width: number): void {
  for (let start = 0; start + width <= bytes.length; start += width) {
    for (let low = start, high = start + width - 1; low < high; low += 1, high -= 1) {
      const byte = bytes[low];
      bytes[low] = bytes[high];
      bytes[high] = byte;
    }
  }
}
