import { SeededRandom } from "../../src/core/random/seededRandom.ts";

/*
 * k-means as plainly as it can be written: every point is compared with every centre in
 * every step, and every mean is summed anew. The product's must find the same clusters.
 */

const RESTARTS = 10;
const MOST_ITERATIONS = 100;
const SEED = 271_828;
const FITTED_AT_MOST = 20_000;

export interface SlowClustering {
  readonly assignment: readonly number[];
  readonly sizes: readonly number[];
  readonly centres: readonly number[][];
  readonly inertia: number;
}

export function slowKMeans(points: readonly number[][], k: number): SlowClustering {
  const fitted =
    points.length <= FITTED_AT_MOST
      ? points
      : Array.from(
          { length: FITTED_AT_MOST },
          (_, at) => points[Math.floor((at * points.length) / FITTED_AT_MOST)],
        );
  const random = new SeededRandom(SEED);
  let best: number[][] = [];
  let bestInertia = Number.POSITIVE_INFINITY;
  for (let start = 0; start < RESTARTS; start++) {
    const { centres, inertia } = lloyd(fitted, plusPlusCentres(fitted, k, random));
    if (inertia < bestInertia) {
      bestInertia = inertia;
      best = centres;
    }
  }
  return numberedBySize(points, best);
}

function plusPlusCentres(points: readonly number[][], k: number, random: SeededRandom) {
  const centres = [points[random.index(points.length)]];
  while (centres.length < k) {
    const squares = points.map((point) =>
      Math.min(...centres.map((centre) => squaredDistance(point, centre))),
    );
    const total = squares.reduce((sum, square) => sum + square, 0);
    if (!(total > 0)) break;
    const target = total * random.uniform();
    let sum = 0;
    let drawn = squares.findIndex((square) => {
      sum += square;
      return square > 0 && sum > target;
    });
    if (drawn < 0) drawn = squares.findLastIndex((square) => square > 0);
    centres.push(points[drawn]);
  }
  return centres;
}

function lloyd(points: readonly number[][], starts: readonly number[][]) {
  let centres = starts.map((centre) => [...centre]);
  let assignment: number[] = points.map(() => -1);
  let inertia = 0;
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    const current = centres;
    const next = points.map((point) => nearestCentre(point, current));
    inertia = points.reduce((sum, point, p) => sum + squaredDistance(point, current[next[p]]), 0);
    const isSettled = next.every((nearest, p) => nearest === assignment[p]);
    assignment = next;
    if (isSettled) break;
    centres = centres.map((centre, c) => meanOf(points, assignment, c) ?? centre);
  }
  return { centres, inertia };
}

function meanOf(points: readonly number[][], assignment: readonly number[], c: number) {
  const members = points.filter((_, p) => assignment[p] === c);
  if (members.length === 0) return null;
  return members[0].map((_, i) => members.reduce((sum, m) => sum + m[i], 0) / members.length);
}

function nearestCentre(point: readonly number[], centres: readonly number[][]): number {
  const squares = centres.map((centre) => squaredDistance(point, centre));
  return squares.indexOf(Math.min(...squares));
}

function squaredDistance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, entry, i) => sum + (entry - b[i]) ** 2, 0);
}

function numberedBySize(points: readonly number[][], centres: readonly number[][]): SlowClustering {
  const raw = points.map((point) => nearestCentre(point, centres));
  const sizes = centres.map((_, c) => raw.filter((own) => own === c).length);
  const order = [...centres.keys()]
    .filter((c) => sizes[c] > 0)
    .sort((a, b) => sizes[b] - sizes[a] || compareRows(centres[a], centres[b]));
  return {
    assignment: raw.map((c) => order.indexOf(c)),
    sizes: order.map((c) => sizes[c]),
    centres: order.map((c) => centres[c]),
    inertia: points.reduce((sum, point, p) => sum + squaredDistance(point, centres[raw[p]]), 0),
  };
}

function compareRows(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((entry, i) => entry !== b[i]);
  return at < 0 ? 0 : a[at] - b[at];
}
