import type { ByteSource } from "./byteSource.ts";

/** Some tables, strings and short vectors of a file, which mostly stand close together. */
const PAGE_BYTES = 16 * 1024;

/** 4 MiB: enough that tables spread over a file are fetched once. */
const MAX_PAGES = 256;

/**
 * A source for many small reads here and there: pages are fetched once and kept, the oldest
 * given up first.
 */
export class PagedSource {
  private readonly source: ByteSource;
  private readonly pages = new Map<number, Uint8Array<ArrayBuffer>>();

  constructor(source: ByteSource) {
    this.source = source;
  }

  /**
   * Bytes [start, end) where nothing has to be fetched, else null: a million promises take
   * seconds. A view that must not be kept, since it holds its whole page.
   */
  kept(start: number, end: number): Uint8Array<ArrayBuffer> | null {
    const index = Math.floor(start / PAGE_BYTES);
    const from = start - index * PAGE_BYTES;
    const page = this.pages.get(index);
    if (page === undefined || from + end - start > page.length) return null;
    return page.subarray(from, from + end - start);
  }

  /** Bytes [start, end); ranges longer than a page are fetched as they are. */
  async fetch(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    if (end - start > PAGE_BYTES) return this.source.slice(start, end);
    const index = Math.floor(start / PAGE_BYTES);
    const from = start - index * PAGE_BYTES;
    const head = (await this.page(index)).subarray(from, from + end - start);
    if (head.length === end - start) return head;
    const joined = new Uint8Array(end - start);
    joined.set(head);
    joined.set((await this.page(index + 1)).subarray(0, joined.length - head.length), head.length);
    return joined;
  }

  private async page(index: number): Promise<Uint8Array<ArrayBuffer>> {
    const kept = this.pages.get(index);
    if (kept !== undefined) return kept;
    const start = index * PAGE_BYTES;
    const end = Math.min(start + PAGE_BYTES, this.source.byteLength);
    const page = await this.source.slice(start, end);
    const [oldest] = this.pages.keys();
    if (this.pages.size >= MAX_PAGES) this.pages.delete(oldest);
    this.pages.set(index, page);
    return page;
  }
}
