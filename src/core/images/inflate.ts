/** What came out of packed bytes, and whether they ended where it does. */
export interface Inflated {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** False where `limit` bytes came out and there were more. */
  readonly isComplete: boolean;
  /** What stopped the unpacking early, "" if nothing did. */
  readonly failure: string;
}

/**
 * Unpacks at most `limit` bytes, so that a small file cannot fill the memory; what came out
 * before the packed bytes turned out damaged or cut short is kept.
 *
 * @param packed the packed bytes, piece by piece; asked for no more than is needed.
 * @param expected bytes that are likely to come out: what is set aside at first.
 */
export async function inflate(
  packed: ReadableStream<Uint8Array<ArrayBuffer>>,
  format: CompressionFormat,
  limit: number,
  expected = limit,
): Promise<Inflated> {
  let bytes = new Uint8Array(Math.min(limit, Math.max(expected, 1024)));
  let filled = 0;
  const reader = packed.pipeThrough(new DecompressionStream(format)).getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      const part = read.value.subarray(0, limit - filled);
      if (filled + part.length > bytes.length) {
        const longer = Math.min(limit, Math.max(bytes.length * 2, filled + part.length));
        const grown = new Uint8Array(longer);
        grown.set(bytes.subarray(0, filled));
        bytes = grown;
      }
      bytes.set(part, filled);
      filled += part.length;
      if (part.length < read.value.length) {
        await reader.cancel();
        return { bytes, isComplete: false, failure: "" };
      }
    }
  } catch (thrown) {
    return { bytes: bytes.subarray(0, filled), isComplete: false, failure: String(thrown) };
  }
  return { bytes: bytes.subarray(0, filled), isComplete: true, failure: "" };
}
