import type { ByteSource } from "./byteSource.ts";

/** Some tables, strings and short vectors of a file, which mostly stand close together. */
const PAGE_BYTES = 16 * 1024;

/** 4 MiB: enough that tables spread over a file are fetched once. */
const MAX_PAGES = 256;

/**
 * The same source for many small reads here and there: pages are fetched once and kept, the
 * least recently used given up first. Ranges longer than a page are fetched as they are.
 */
export function pagedSource(source: ByteSource, pageBytes = PAGE_BYTES): ByteSource {
  const pages = new Map<number, Uint8Array<ArrayBuffer>>();
  const page = async (index: number) => {
    const kept = pages.get(index);
    if (kept !== undefined) {
      pages.delete(index);
      pages.set(index, kept);
      return kept;
    }
    const start = index * pageBytes;
    const fetched = await source.slice(start, Math.min(start + pageBytes, source.byteLength));
    pages.set(index, fetched);
    if (pages.size > MAX_PAGES) pages.delete(pages.keys().next().value ?? index);
    return fetched;
  };
  const slice = async (start: number, end: number) => {
    if (end - start > pageBytes) return source.slice(start, end);
    const first = Math.floor(start / pageBytes);
    const from = start - first * pageBytes;
    const bytes = (await page(first)).slice(from, from + end - start);
    if (bytes.length === end - start) return bytes;
    const joined = new Uint8Array(end - start);
    joined.set(bytes);
    joined.set((await page(first + 1)).subarray(0, end - start - bytes.length), bytes.length);
    return joined;
  };
  return { name: source.name, byteLength: source.byteLength, slice };
}
