import { SeededRandom } from "../random/seededRandom.ts";

/** Independent starts, of which the tightest clustering is kept (README, rule V2). */
const RESTARTS = 10;

/** Lloyd's iterations per start; clusters of kernels settle within some 30. */
const MOST_ITERATIONS = 100;

const SEED = 271_828;

/**
 * Centres are fitted to at most this many kernels (evenly spaced ones); all
 * kernels are then assigned. Ten starts on a layer of a million would take a
 * minute and move the centres by less than a percent of the spread.
 */
export const FITTED_KERNELS_AT_MOST = 20_000;

export interface Clustering {
  /** Cluster of each point, 0 = largest. */
  readonly assignment: Int8Array;
  /** Points per cluster, largest first; none is empty. */
  readonly sizes: readonly number[];
  /** Mean of each cluster's points, `entries` numbers each. */
  readonly centres: readonly Float64Array[];
  /** Sum of squared distances to the centres. */
  readonly inertia: number;
}

/**
 * k-means with k-means++ starts (Arthur and Vassilvitskii 2007), seeded. Fewer
 * than k clusters come back where there are fewer distinct points.
 *
 * @param points finite rows of `entries` numbers.
 */
export function kMeans(points: Float64Array, entries: number, k: number): Clustering {
  const count = points.length / entries;
  if (count === 0) return { assignment: new Int8Array(0), sizes: [], centres: [], inertia: 0 };
  const fitted = evenlySpaced(points, entries, FITTED_KERNELS_AT_MOST);
  const random = new SeededRandom(SEED);
  let best: Float64Array[] = [];
  let bestInertia = Number.POSITIVE_INFINITY;
  for (let start = 0; start < RESTARTS; start++) {
    const centres = plusPlusCentres(fitted, entries, k, random);
    const inertia = lloyd(fitted, entries, centres);
    if (inertia < bestInertia) {
      bestInertia = inertia;
      best = centres;
    }
  }
  return numberedBySize(points, entries, best);
}

function evenlySpaced(points: Float64Array, entries: number, most: number): Float64Array {
  const count = points.length / entries;
  if (count <= most) return points;
  const taken = new Float64Array(most * entries);
  for (let k = 0; k < most; k++) {
    const from = Math.floor((k * count) / most) * entries;
    taken.set(points.subarray(from, from + entries), k * entries);
  }
  return taken;
}

/** Each further centre is a point drawn with probability proportional to its squared distance. */
function plusPlusCentres(
  points: Float64Array,
  entries: number,
  k: number,
  random: SeededRandom,
): Float64Array[] {
  const count = points.length / entries;
  const pick = (index: number) => points.slice(index * entries, (index + 1) * entries);
  const centres = [pick(random.index(count))];
  const squares = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  while (centres.length < k) {
    const newest = centres[centres.length - 1];
    let total = 0;
    for (let p = 0; p < count; p++) {
      squares[p] = Math.min(squares[p], squaredDistance(points, p * entries, newest));
      total += squares[p];
    }
    if (!(total > 0)) break; // every point is a centre already
    centres.push(pick(drawnIndex(squares, total * random.uniform())));
  }
  return centres;
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

/** Moves the centres in place until nothing changes; returns the inertia. */
function lloyd(points: Float64Array, entries: number, centres: Float64Array[]): number {
  const count = points.length / entries;
  const assignment = new Int8Array(count).fill(-1);
  let inertia = 0;
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    let changes = 0;
    inertia = 0;
    for (let p = 0; p < count; p++) {
      const nearest = nearestCentre(points, p * entries, centres);
      inertia += squaredDistance(points, p * entries, centres[nearest]);
      if (assignment[p] !== nearest) {
        assignment[p] = nearest;
        changes++;
      }
    }
    if (changes === 0) break;
    moveCentres(points, entries, assignment, centres);
  }
  return inertia;
}

function nearestCentre(
  points: Float64Array,
  start: number,
  centres: readonly Float64Array[],
): number {
  let nearest = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let c = 0; c < centres.length; c++) {
    const square = squaredDistance(points, start, centres[c]);
    if (square < least) {
      least = square;
      nearest = c;
    }
  }
  return nearest;
}

function squaredDistance(points: Float64Array, start: number, centre: Float64Array): number {
  let square = 0;
  for (let i = 0; i < centre.length; i++) {
    const difference = points[start + i] - centre[i];
    square += difference * difference;
  }
  return square;
}

/** Each centre becomes its points' mean; one that lost all its points stays where it is. */
function moveCentres(
  points: Float64Array,
  entries: number,
  assignment: Int8Array,
  centres: Float64Array[],
): void {
  const counts = new Float64Array(centres.length);
  const sums = new Float64Array(centres.length * entries);
  for (let p = 0; p < assignment.length; p++) {
    const c = assignment[p];
    counts[c]++;
    for (let i = 0; i < entries; i++) sums[c * entries + i] += points[p * entries + i];
  }
  for (let c = 0; c < centres.length; c++) {
    if (counts[c] === 0) continue;
    for (let i = 0; i < entries; i++) centres[c][i] = sums[c * entries + i] / counts[c];
  }
}

/** Assigns all points and numbers the clusters by size (ties: by the centre's first entries). */
function numberedBySize(
  points: Float64Array,
  entries: number,
  centres: readonly Float64Array[],
): Clustering {
  const count = points.length / entries;
  const raw = new Int8Array(count);
  const sizes = new Array<number>(centres.length).fill(0);
  let inertia = 0;
  for (let p = 0; p < count; p++) {
    raw[p] = nearestCentre(points, p * entries, centres);
    sizes[raw[p]]++;
    inertia += squaredDistance(points, p * entries, centres[raw[p]]);
  }
  const order = sizes
    .map((_, c) => c)
    .filter((c) => sizes[c] > 0)
    .sort((a, b) => sizes[b] - sizes[a] || compareRows(centres[a], centres[b]));
  const rank = new Int8Array(centres.length);
  order.forEach((c, at) => {
    rank[c] = at;
  });
  return {
    assignment: raw.map((c) => rank[c]),
    sizes: order.map((c) => sizes[c]),
    centres: order.map((c) => centres[c]),
    inertia,
  };
}

function compareRows(a: Float64Array, b: Float64Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return 0;
}
