/**
 * Four-bit integers, two in a byte, the first in the lower half, as ONNX (INT4, UINT4) and
 * TensorFlow Lite (INT4) pack them. `bytes` holds at least `ceil(count / 2)`.
 */
export function unpackFourBits(
  bytes: Uint8Array,
  count: number,
  isSigned: boolean,
): Int8Array<ArrayBuffer> {
  const numbers = new Int8Array(count);
  for (let index = 0; index < count; index += 1) {
    const byte = bytes[index >> 1];
    const half = index % 2 === 0 ? byte & 0x0f : byte >> 4;
    numbers[index] = isSigned && half > 7 ? half - 16 : half;
  }
  return numbers;
}
