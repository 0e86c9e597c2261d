import {
  float8E4M3FnuzToFloat32,
  float8E4M3ToFloat32,
  float8E5M2FnuzToFloat32,
  float8E5M2ToFloat32,
} from "../../bytes/float8.ts";
import { type ByteOrder, floatsFromBytes } from "../../bytes/floatNumbers.ts";

/** How the numbers of a tensor are stored. */
export interface ElementType {
  readonly bytes: number;
  /** False for integers, truth values and complex numbers, which are no kernels. */
  readonly isFloat: boolean;
  /** Numbers from little-endian bytes that start at an aligned place. */
  readonly decode: (bytes: Uint8Array<ArrayBuffer>) => ArrayLike<number>;
}

/** Little-endian like the bytes: every platform that runs this is. */
const float = (bytes: number, decode: ElementType["decode"]): ElementType => ({
  bytes,
  isFloat: true,
  decode,
});

const other = (bytes: number, decode: ElementType["decode"]): ElementType => ({
  bytes,
  isFloat: false,
  decode,
});

const count = (bytes: Uint8Array, size: number) => Math.floor(bytes.length / size);

const FLOAT64 = float(8, (bytes) => floatsFromBytes(bytes, "float64"));
const FLOAT32 = float(4, (bytes) => floatsFromBytes(bytes, "float32"));
const FLOAT16 = float(2, (bytes) => floatsFromBytes(bytes, "float16"));
const BFLOAT16 = float(2, (bytes) => floatsFromBytes(bytes, "bfloat16"));
const INT64 = other(8, (bytes) =>
  Float64Array.from(new BigInt64Array(bytes.buffer, bytes.byteOffset, count(bytes, 8)), Number),
);
const INT32 = other(4, (bytes) => new Int32Array(bytes.buffer, bytes.byteOffset, count(bytes, 4)));
const INT16 = other(2, (bytes) => new Int16Array(bytes.buffer, bytes.byteOffset, count(bytes, 2)));
const INT8 = other(1, (bytes) => new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length));
const UINT8 = other(1, (bytes) => bytes);
/** Types whose numbers are never needed: only their size counts. */
const opaque = (bytes: number) => other(bytes, () => new Float32Array(0));

/** PyTorch's storage classes (torch/storage.py, `_dtype_to_storage_type_map`). */
export const STORAGE_TYPES: ReadonlyMap<string, ElementType> = new Map([
  ["DoubleStorage", FLOAT64],
  ["FloatStorage", FLOAT32],
  ["HalfStorage", FLOAT16],
  ["BFloat16Storage", BFLOAT16],
  ["LongStorage", INT64],
  ["IntStorage", INT32],
  ["ShortStorage", INT16],
  ["CharStorage", INT8],
  ["ByteStorage", UINT8],
  ["BoolStorage", UINT8],
  ["ComplexDoubleStorage", opaque(16)],
  ["ComplexFloatStorage", opaque(8)],
  ["QInt8Storage", INT8],
  ["QUInt8Storage", UINT8],
  ["QInt32Storage", INT32],
  ["QUInt4x2Storage", opaque(1)],
  ["QUInt2x4Storage", opaque(1)],
  ["UntypedStorage", UINT8],
]);

/** `torch.dtype`s by their names, the aliases of which are never pickled. */
export const DATA_TYPES: ReadonlyMap<string, ElementType> = new Map([
  ["float64", FLOAT64],
  ["float32", FLOAT32],
  ["float16", FLOAT16],
  ["bfloat16", BFLOAT16],
  ["float8_e4m3fn", float(1, float8E4M3ToFloat32)],
  ["float8_e5m2", float(1, float8E5M2ToFloat32)],
  ["float8_e4m3fnuz", float(1, float8E4M3FnuzToFloat32)],
  ["float8_e5m2fnuz", float(1, float8E5M2FnuzToFloat32)],
  ["int64", INT64],
  ["int32", INT32],
  ["int16", INT16],
  ["int8", INT8],
  ["uint8", UINT8],
  ["bool", UINT8],
  ["uint16", opaque(2)],
  ["uint32", opaque(4)],
  ["uint64", opaque(8)],
  ["complex32", opaque(4)],
  ["complex64", opaque(8)],
  ["complex128", opaque(16)],
]);

/** NumPy's letter and size; null for what is no number (objects, text, dates). */
export function numpyElementType(code: string, order: ByteOrder): ElementType | null {
  switch (code) {
    case "f8":
      return float(8, (bytes) => floatsFromBytes(bytes, "float64", order));
    case "f4":
      return float(4, (bytes) => floatsFromBytes(bytes, "float32", order));
    case "f2":
      return float(2, (bytes) => floatsFromBytes(bytes, "float16", order));
    default: {
      const match = /^[iub](1|2|4|8)$/.exec(code);
      return match === null ? null : opaque(Number(match[1]));
    }
  }
}
