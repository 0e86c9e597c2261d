import type { SeededRandom } from "../random/seededRandom.ts";
import { plusPlusCentres } from "./kMeans.ts";
import { PlainLloyd } from "./plainLloyd.ts";

/**
 * Starts of k-means, of which the tightest clustering is kept. Thousands of fits are made, most
 * of the time of the findings goes here, and what one of them misses the others average out.
 */
const STARTS = 2;

/**
 * k-means of a few hundred rows, with k-means++ starts. Lloyd's plain method: a WebAssembly
 * memory for each of thousands of fits would exhaust the address space of a page.
 *
 * @returns centres, `entries` numbers each; fewer than k where there are fewer distinct rows.
 */
export function fitSmall(
  rows: Float64Array,
  entries: number,
  k: number,
  random: SeededRandom,
): Float64Array {
  const lloyd = new PlainLloyd(rows, entries, k);
  const squares = new Float64Array(rows.length / entries);
  let best = new Float64Array(0);
  let leastInertia = Number.POSITIVE_INFINITY;
  for (let start = 0; start < STARTS; start++) {
    const found = plusPlusCentres(rows, entries, lloyd.centres, squares, random);
    const inertia = lloyd.run(found);
    if (inertia >= leastInertia) continue;
    leastInertia = inertia;
    best = lloyd.centres.slice(0, found * entries);
  }
  return best;
}
