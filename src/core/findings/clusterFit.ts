import type { SeededRandom } from "../random/seededRandom.ts";
import { PlainLloyd } from "../values/plainLloyd.ts";

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
    const found = seedCentres(rows, entries, lloyd.centres, squares, random);
    const inertia = lloyd.run(found);
    if (inertia >= leastInertia) continue;
    leastInertia = inertia;
    best = lloyd.centres.slice(0, found * entries);
  }
  return best;
}

/** k-means++ (Arthur and Vassilvitskii 2007); returns how many centres there are. */
function seedCentres(
  rows: Float64Array,
  entries: number,
  centres: Float64Array,
  squares: Float64Array,
  random: SeededRandom,
): number {
  const most = centres.length / entries;
  squares.fill(Number.POSITIVE_INFINITY);
  let next = random.index(squares.length);
  for (let taken = 0; ; next = drawnRow(squares, random)) {
    centres.set(rows.subarray(next * entries, (next + 1) * entries), taken * entries);
    taken++;
    if (taken === most) return taken;
    let total = 0;
    for (let row = 0; row < squares.length; row++) {
      const square = squaredDistance(rows, row * entries, rows, next * entries, entries);
      squares[row] = Math.min(squares[row], square);
      total += squares[row];
    }
    if (!(total > 0)) return taken; // every row is a centre already
  }
}

/** A row with a probability proportional to its square. */
function drawnRow(squares: Float64Array, random: SeededRandom): number {
  let total = 0;
  for (const square of squares) total += square;
  const target = total * random.uniform();
  let sum = 0;
  let last = 0;
  for (let row = 0; row < squares.length; row++) {
    if (squares[row] === 0) continue;
    sum += squares[row];
    last = row;
    if (sum > target) return row;
  }
  return last;
}

/** Writes the nearest of the centres for each row, the first of equals. */
export function assignRows(
  rows: Float64Array,
  entries: number,
  centres: Float64Array,
  assignment: Int32Array,
): void {
  for (let row = 0; row < assignment.length; row++) {
    let least = Number.POSITIVE_INFINITY;
    for (let centre = 0; centre * entries < centres.length; centre++) {
      const square = squaredDistance(rows, row * entries, centres, centre * entries, entries);
      if (square >= least) continue;
      least = square;
      assignment[row] = centre;
    }
  }
}

function squaredDistance(
  a: Float64Array,
  aStart: number,
  b: Float64Array,
  bStart: number,
  entries: number,
): number {
  let square = 0;
  for (let i = 0; i < entries; i++) {
    const difference = a[aStart + i] - b[bStart + i];
    square += difference * difference;
  }
  return square;
}
