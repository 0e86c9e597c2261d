import type { ByteSource } from "./byteSource.ts";

/**
 * `make`, which is asked once for each source however many readers look at it. A failure is not
 * kept: what could not be read now may be read when the file is opened again.
 */
export function oncePerSource<Made>(
  make: (source: ByteSource) => Promise<Made>,
): (source: ByteSource) => Promise<Made> {
  const kept = new WeakMap<ByteSource, Promise<Made>>();
  return (source) => {
    const known = kept.get(source);
    if (known !== undefined) return known;
    const made = make(source);
    kept.set(source, made);
    made.catch(() => kept.delete(source));
    return made;
  };
}
