import type { ByteSource } from "../bytes/byteSource.ts";

/** True if the file holds these bytes at `offset`; reads nothing else. */
export async function holdsBytes(
  source: ByteSource,
  offset: number,
  expected: readonly number[],
): Promise<boolean> {
  const end = offset + expected.length;
  if (source.byteLength < end) return false;
  const bytes = await source.slice(offset, end);
  return expected.every((byte, index) => bytes[index] === byte);
}
