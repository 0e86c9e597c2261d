import type { ByteSource } from "./byteSource.ts";

/** Bytes read at a time. */
const CHUNK_BYTES = 256 * 1024;

/** Bytes [start, end) of a file, read as they are asked for. */
export function streamOf(
  source: ByteSource,
  start = 0,
  end = source.byteLength,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = start;
  return new ReadableStream(
    {
      async pull(controller) {
        const next = Math.min(end, at + CHUNK_BYTES);
        if (next > at) controller.enqueue(await source.slice(at, next));
        at = next;
        if (at >= end) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}
