import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { PagedSource } from "../../../src/core/bytes/pagedSource.ts";

const PAGE = 16 * 1024;
const bytes = Uint8Array.from({ length: 5 * PAGE + 77 }, (_, at) => (at * 31 + (at >> 8)) & 0xff);

/** Ranges of up to two pages anywhere, many of them across the border of two. */
const range = fc
  .tuple(fc.nat({ max: bytes.length }), fc.oneof(fc.nat({ max: 64 }), fc.nat({ max: 2 * PAGE })))
  .map(([start, length]) => ({ start, end: Math.min(bytes.length, start + length) }));

describe("a source read in pages", () => {
  it("gives the bytes of the source, kept or fetched", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(range, { maxLength: 30 }), async (ranges) => {
        const pages = new PagedSource(memorySource("x", bytes));
        for (const { start, end } of ranges) {
          const found = pages.kept(start, end) ?? (await pages.fetch(start, end));
          // One by one, `toEqual` would compare millions of entries.
          expect(Buffer.compare(found, bytes.subarray(start, end))).toBe(0);
        }
      }),
      { numRuns: 100, seed: 5 },
    );
  });

  it("fetches a page once, and gives up the oldest of too many", async () => {
    const large = 300 * PAGE;
    let fetched = 0;
    const pages = new PagedSource({
      name: "x",
      byteLength: large,
      slice: async (start, end) => {
        fetched += 1;
        return new Uint8Array(end - start);
      },
    });
    for (let at = 0; at < large; at += PAGE) await pages.fetch(at, at + 4);
    await pages.fetch(large - 8, large);
    expect(fetched).toBe(300);
    expect(pages.kept(0, 4)).toBeNull();
    expect(pages.kept(large - 8, large)).not.toBeNull();
  });
});
