import type { ByteSource } from "../../bytes/byteSource.ts";

/**
 * The same file as if it went on for ever, so that one cut short can be recognised by what is
 * there of it: what is read beyond its end comes out shorter than asked for.
 */
export function endlessSource(source: ByteSource): ByteSource {
  const within = (at: number) => Math.min(at, source.byteLength);
  return {
    name: source.name,
    byteLength: Number.MAX_SAFE_INTEGER,
    slice: (start, end) => source.slice(within(start), within(end)),
  };
}
