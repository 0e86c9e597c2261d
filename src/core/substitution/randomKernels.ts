import { SeededRandom } from "../random/seededRandom.ts";

/**
 * N(0, 1) entries for all kernels of a layer. They depend on the layer's name, the draw and the
 * number of entries alone: a layer gets the same ones by itself, among all layers, and where only
 * some of its kernels are replaced.
 *
 * @param draw 0, 1, 2, ...; a RangeError is thrown for others.
 * @param entries kernels times entries of a kernel.
 */
export function randomEntries(layer: string, draw: number, entries: number): Float64Array {
  if (!Number.isInteger(draw) || draw < 0) throw new RangeError(`draw ${draw}`);
  const random = new SeededRandom(seedOf(`${layer}#${draw}`));
  const drawn = new Float64Array(entries);
  for (let at = 0; at < entries; at++) drawn[at] = random.normal();
  return drawn;
}

/** FNV-1a, 32 bits (Fowler, Noll and Vo; draft-eastlake-fnv), over UTF-16 units. */
function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}
