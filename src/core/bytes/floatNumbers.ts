import {
  float8E4M3FnuzToFloat32,
  float8E4M3ToFloat32,
  float8E5M2FnuzToFloat32,
  float8E5M2ToFloat32,
} from "./float8.ts";
import { bfloat16ToFloat32, float16ToFloat32 } from "./halfPrecision.ts";

/** Floating-point types that weights are stored in. */
export type FloatType =
  | "float64"
  | "float32"
  | "float16"
  | "bfloat16"
  | "float8-e4m3"
  | "float8-e5m2"
  | "float8-e4m3-fnuz"
  | "float8-e5m2-fnuz";

export type ByteOrder = "little" | "big";

/** Bytes of one number. */
export const FLOAT_BYTES: Readonly<Record<FloatType, number>> = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  "float8-e4m3": 1,
  "float8-e5m2": 1,
  "float8-e4m3-fnuz": 1,
  "float8-e5m2-fnuz": 1,
};

/** Stored numbers as float32; what is left over behind the last whole number is ignored. */
export function floatsFromBytes(
  stored: Uint8Array<ArrayBuffer>,
  type: FloatType,
  order: ByteOrder = "little",
): Float32Array<ArrayBuffer> {
  const size = FLOAT_BYTES[type];
  const count = Math.floor(stored.byteLength / size);
  // Typed arrays need aligned starts; every platform that runs this is little-endian.
  const isUsable = order === "little" && stored.byteOffset % size === 0;
  const bytes = isUsable ? stored : new Uint8Array(stored);
  if (order === "big") reverseEach(bytes, size);
  const { buffer, byteOffset } = bytes;
  switch (type) {
    case "float64":
      return new Float32Array(new Float64Array(buffer, byteOffset, count));
    case "float32":
      return new Float32Array(buffer, byteOffset, count);
    case "float16":
      return float16ToFloat32(new Uint16Array(buffer, byteOffset, count));
    case "bfloat16":
      return bfloat16ToFloat32(new Uint16Array(buffer, byteOffset, count));
    case "float8-e4m3":
      return float8E4M3ToFloat32(bytes);
    case "float8-e5m2":
      return float8E5M2ToFloat32(bytes);
    case "float8-e4m3-fnuz":
      return float8E4M3FnuzToFloat32(bytes);
    case "float8-e5m2-fnuz":
      return float8E5M2FnuzToFloat32(bytes);
  }
}

function reverseEach(bytes: Uint8Array, size: number): void {
  for (let start = 0; start + size <= bytes.length; start += size) {
    for (let low = start, high = start + size - 1; low < high; low += 1, high -= 1) {
      [bytes[low], bytes[high]] = [bytes[high], bytes[low]];
    }
  }
}
