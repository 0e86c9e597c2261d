import { SeededRandom } from "../random/seededRandom.ts";
import type { KernelRows } from "./kernelRows.ts";
import { centreFitter } from "./lloyd.ts";

/** Independent starts, of which the tightest clustering is kept (README, rule V2). */
const RESTARTS = 10;

const SEED = 271_828;

/**
 * Centres are fitted to at most this many kernels (evenly spaced ones); all
 * kernels are then assigned. Ten starts on a layer of a million would take fifty
 * times as long and move the centres by less than a percent of the spread.
 */
export const FITTED_KERNELS_AT_MOST = 20_000;

export interface Clustering {
  /** Cluster of each kernel, 0 = largest; -1 for kernels that are not finite. */
  readonly assignment: Int8Array;
  /** Kernels per cluster, largest first; none is empty. */
  readonly sizes: readonly number[];
  /** Centre of each cluster, `entries` numbers each. */
  readonly centres: readonly Float64Array[];
}

/**
 * k-means with k-means++ starts (Arthur and Vassilvitskii 2007), seeded. Fewer
 * than k centres come back where there are fewer distinct kernels. Kernels that are not
 * finite take no part.
 *
 * A generator: it yields after each start, some milliseconds of work, so that the caller
 * can let others have a turn.
 *
 * @returns the centres, `entries` numbers each.
 */
export function* fitCentres(rows: KernelRows, k: number): Generator<void, Float64Array> {
  const fitted = rows.evenlySpaced(FITTED_KERNELS_AT_MOST);
  let best = new Float64Array(0);
  if (fitted.length === 0) return best;
  const { entries } = rows;
  const random = new SeededRandom(SEED);
  const lloyd = centreFitter(fitted, entries, k);
  const squares = new Float64Array(fitted.length / entries);
  let bestInertia = Number.POSITIVE_INFINITY;
  for (let start = 0; start < RESTARTS; start++) {
    const found = plusPlusCentres(fitted, entries, lloyd.centres, squares, random);
    const inertia = lloyd.run(found);
    if (inertia < bestInertia) {
      bestInertia = inertia;
      best = lloyd.centres.slice(0, found * entries);
    }
    yield;
  }
  return best;
}

/**
 * Writes starting centres, of which each further one is a point drawn with probability
 * proportional to its squared distance from those before.
 *
 * @param squares room for one number per point.
 * @returns how many: fewer than there is room for if there are fewer distinct points.
 */
export function plusPlusCentres(
  points: Float64Array,
  entries: number,
  centres: Float64Array,
  squares: Float64Array,
  random: SeededRandom,
): number {
  const most = centres.length / entries;
  const take = (index: number, as: number) =>
    centres.set(points.subarray(index * entries, (index + 1) * entries), as * entries);
  take(random.index(squares.length), 0);
  squares.fill(Number.POSITIVE_INFINITY);
  for (let taken = 1; taken < most; taken++) {
    const total = lowerSquares(points, entries, centres, taken - 1, squares);
    if (!(total > 0)) return taken; // every point is a centre already
    take(drawnIndex(squares, total * random.uniform()), taken);
  }
  return most;
}

/** Lowers each point's square to its distance from a new centre; returns their sum. */
function lowerSquares(
  points: Float64Array,
  entries: number,
  centres: Float64Array,
  newest: number,
  squares: Float64Array,
): number {
  let total = 0;
  for (let p = 0, from = 0; p < squares.length; p++) {
    let at = newest * entries;
    let square = 0;
    for (let i = 0; i < entries; i++) {
      const difference = points[from++] - centres[at++];
      square += difference * difference;
    }
    if (square < squares[p]) squares[p] = square;
    total += squares[p];
  }
  return total;
}

function drawnIndex(weights: Float64Array, target: number): number {
  let sum = 0;
  let last = 0;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] === 0) continue;
    sum += weights[i];
    last = i;
    if (sum > target) return i;
  }
  return last;
}

/**
 * The clustering, numbered by size (ties: by the centre's first entries).
 *
 * @param nearest the nearest centre of each kernel, -1 for none; renumbered in place.
 * @param flat the centres, `entries` numbers each.
 */
export function numberedBySize(
  nearest: Int8Array,
  flat: Float64Array,
  entries: number,
): Clustering {
  const count = flat.length / entries;
  const centres = Array.from({ length: count }, (_, c) =>
    flat.subarray(c * entries, (c + 1) * entries),
  );
  const sizes = new Float64Array(count);
  for (let p = 0; p < nearest.length; p++) if (nearest[p] >= 0) sizes[nearest[p]]++;
  const order = [...centres.keys()]
    .filter((c) => sizes[c] > 0)
    .sort((a, b) => sizes[b] - sizes[a] || compareRows(centres[a], centres[b]));
  const rank = new Int8Array(count);
  order.forEach((c, at) => {
    rank[c] = at;
  });
  for (let p = 0; p < nearest.length; p++) if (nearest[p] >= 0) nearest[p] = rank[nearest[p]];
  return {
    assignment: nearest,
    sizes: order.map((c) => sizes[c]),
    centres: order.map((c) => centres[c]),
  };
}

function compareRows(a: Float64Array, b: Float64Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return 0;
}
