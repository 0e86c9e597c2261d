import { float16ToFloat32 } from "../../core/bytes/halfPrecision.ts";

/** Any numbers of a tensor as float32; null where they are no numbers (texts). */
export function float32Values(data: unknown, type: string): Float32Array | null {
  if (data instanceof Float32Array) return data;
  // Where the browser has it, a Float16Array: numbers already.
  if (type === "float16" && data instanceof Uint16Array) return float16ToFloat32(data);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    return Float32Array.from(data, Number);
  }
  if (ArrayBuffer.isView(data) && !(data instanceof DataView)) {
    return Float32Array.from(data as unknown as ArrayLike<number>);
  }
  return null;
}
