import type { ByteSource } from "./byteSource.ts";

/** Bytes [start, end) of a source as a source of its own, such as a stored member of a zip. */
export function sectionSource(
  name: string,
  whole: ByteSource,
  start: number,
  end: number,
): ByteSource {
  const section = {
    name,
    byteLength: end - start,
    slice: (from: number, to: number) => whole.slice(start + from, start + to),
  };
  if (whole.sliceSync === undefined) return section;
  const sliceSync = whole.sliceSync.bind(whole);
  return { ...section, sliceSync: (from, to) => sliceSync(start + from, start + to) };
}
