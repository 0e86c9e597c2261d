import { NearestRows } from "./nearestRows.ts";

/** Lloyd's iterations per start; clusters of kernels settle within some 30. */
const MOST_ITERATIONS = 100;

/**
 * Deadlines are drawn in by this share of the distances they come from: a hundred times
 * what rounding can have done to distances and drifts, so that no point is looked at too late.
 */
const ROUNDING = 1e-13;

/** Points that will not come due for so many iterations are not asked until then. */
const ITERATIONS_AHEAD = 5;

/**
 * A point that leaves a sum with less than this share of itself has taken the digits of
 * the others along; the sums are then made anew.
 */
const CANCELLED = 2 ** -16;

/**
 * Lloyd's iterations on one set of points, with the bounds of Hamerly (2010, "Making k-means
 * even faster") in place of most distances. A point whose second centre is further than its
 * own by `gap` keeps its cluster until its own centre and the fastest of the others have
 * together moved by `gap`. That sum of moves, the drift, is kept per cluster, so that one
 * number per point tells when it is to be looked at again: its deadline. Clusters and centres
 * are those of the plain method, but for the rounding of sums.
 *
 * One object serves all starts on the same points; nothing is allocated per start.
 */
export class Lloyd {
  /** `entries` numbers per centre; changed in place by `run`. */
  readonly centres: Float64Array;
  readonly #points: Float64Array;
  readonly #entries: number;
  readonly #assignment: Int8Array;
  /** The drift of its cluster at which a point is to be looked at again. */
  readonly #deadlines: Float64Array;
  readonly #drifts: Float64Array;
  /** What the drifts last grew by. */
  readonly #lastSteps: Float64Array;
  /** Up to these drifts only watched points can come due. */
  readonly #horizons: Float64Array;
  readonly #watched: Int32Array;
  readonly #due: Int32Array;
  readonly #found: NearestRows;
  readonly #sums: Float64Array;
  readonly #sizes: Float64Array;
  #count = 0;
  #watchedCount = 0;
  #iterationsAhead = 0;
  #mustSumAnew = false;

  /** @param points finite rows of `entries` numbers. */
  constructor(points: Float64Array, entries: number, most: number) {
    const count = points.length / entries;
    this.#points = points;
    this.#entries = entries;
    this.centres = new Float64Array(most * entries);
    this.#assignment = new Int8Array(count);
    this.#deadlines = new Float64Array(count);
    this.#drifts = new Float64Array(most);
    this.#lastSteps = new Float64Array(most);
    this.#horizons = new Float64Array(most);
    this.#watched = new Int32Array(count);
    this.#due = new Int32Array(count);
    this.#found = new NearestRows(count, most);
    this.#sums = new Float64Array(most * entries);
    this.#sizes = new Float64Array(most);
  }

  /**
   * Moves the first `count` centres in place until no point changes its cluster.
   * @returns the inertia: the sum of squared distances to the centres.
   */
  run(count: number): number {
    this.#count = count;
    this.#assignment.fill(0);
    // Below every drift: at first each point is looked at.
    this.#deadlines.fill(-1);
    this.#drifts.fill(0);
    this.#lastSteps.fill(0);
    this.#iterationsAhead = 0;
    this.#mustSumAnew = true;
    let inertia = 0;
    for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
      if (this.#assign() === 0) {
        // Settled by sums that were carried along; the last word have sums made anew.
        this.#moveCentres(true);
        if (this.#assign() === 0) return this.#inertia();
      }
      if (iteration === MOST_ITERATIONS - 1) inertia = this.#inertia();
      this.#moveCentres(this.#mustSumAnew);
    }
    return inertia;
  }

  /** Looks at the points that are due. Returns how many changed their cluster. */
  #assign(): number {
    const assignment = this.#assignment;
    const due = this.#due;
    const { nearest } = this.#found;
    const count = this.#findDue();
    this.#found.find(this.#points, this.#entries, due, count, this.centres, this.#count);
    this.#setDeadlines(count);
    let changes = 0;
    for (let q = 0; q < count; q++) {
      const p = due[q];
      const own = assignment[p];
      if (nearest[q] === own) continue;
      if (!this.#mustSumAnew) this.#carryOver(p, own, nearest[q]);
      assignment[p] = nearest[q];
      changes++;
    }
    return changes;
  }

  /** Writes the indexes of the points that are due; returns how many. */
  #findDue(): number {
    const assignment = this.#assignment;
    const deadlines = this.#deadlines;
    const drifts = this.#drifts;
    const watched = this.#watched;
    const due = this.#due;
    if (this.#iterationsAhead === 0 || !this.#isWithinHorizons()) this.#watch();
    this.#iterationsAhead--;
    let count = 0;
    for (let w = 0; w < this.#watchedCount; w++) {
      const p = watched[w];
      due[count] = p;
      // No branch, since no processor could foresee it. NaN, from distances beyond all
      // numbers, counts as due.
      count += Number(!(deadlines[p] > drifts[assignment[p]]));
    }
    return count;
  }

  #isWithinHorizons(): boolean {
    for (let c = 0; c < this.#count; c++) if (this.#drifts[c] > this.#horizons[c]) return false;
    return true;
  }

  /** Lists the points that come due if drifts go on growing as they last did. */
  #watch(): void {
    const assignment = this.#assignment;
    const deadlines = this.#deadlines;
    const horizons = this.#horizons;
    const watched = this.#watched;
    for (let c = 0; c < this.#count; c++) {
      horizons[c] = this.#drifts[c] + ITERATIONS_AHEAD * this.#lastSteps[c];
    }
    let count = 0;
    for (let p = 0; p < assignment.length; p++) {
      watched[count] = p;
      count += Number(!(deadlines[p] > horizons[assignment[p]]));
    }
    this.#watchedCount = count;
    this.#iterationsAhead = ITERATIONS_AHEAD;
  }

  #setDeadlines(count: number): void {
    const { nearest, near, far } = this.#found;
    const deadlines = this.#deadlines;
    const drifts = this.#drifts;
    const due = this.#due;
    for (let q = 0; q < count; q++) {
      const drift = drifts[nearest[q]];
      deadlines[due[q]] = drift + (far[q] - near[q]) - ROUNDING * (far[q] + near[q] + drift);
    }
  }

  #carryOver(p: number, from: number, to: number): void {
    const points = this.#points;
    const sums = this.#sums;
    const entries = this.#entries;
    this.#sizes[from]--;
    this.#sizes[to]++;
    for (let i = 0; i < entries; i++) {
      const entry = points[p * entries + i];
      const left = sums[from * entries + i] - entry;
      if (Math.abs(left) < CANCELLED * Math.abs(entry)) this.#mustSumAnew = true;
      sums[from * entries + i] = left;
      sums[to * entries + i] += entry;
    }
  }

  /** Each centre becomes its points' mean; one that lost all its points stays where it is. */
  #moveCentres(sumsAnew: boolean): void {
    if (sumsAnew) this.#sumAnew();
    const entries = this.#entries;
    const sums = this.#sums;
    const centres = this.centres;
    const steps = this.#lastSteps;
    let furthest = 0;
    let secondFurthest = 0;
    let fastest = -1;
    for (let c = 0; c < this.#count; c++) {
      const size = this.#sizes[c];
      let square = 0;
      for (let at = c * entries; at < (c + 1) * entries && size > 0; at++) {
        const mean = sums[at] / size;
        square += (mean - centres[at]) ** 2;
        centres[at] = mean;
      }
      const move = Math.sqrt(square);
      steps[c] = move;
      if (move > furthest) {
        secondFurthest = furthest;
        furthest = move;
        fastest = c;
      } else if (move > secondFurthest) {
        secondFurthest = move;
      }
    }
    for (let c = 0; c < this.#count; c++) {
      steps[c] += c === fastest ? secondFurthest : furthest;
      this.#drifts[c] += steps[c];
    }
  }

  #sumAnew(): void {
    const points = this.#points;
    const entries = this.#entries;
    const sums = this.#sums;
    const assignment = this.#assignment;
    this.#mustSumAnew = false;
    sums.fill(0);
    this.#sizes.fill(0);
    for (let p = 0, from = 0; p < assignment.length; p++) {
      this.#sizes[assignment[p]]++;
      const start = assignment[p] * entries;
      for (let i = 0; i < entries; i++) sums[start + i] += points[from++];
    }
  }

  #inertia(): number {
    const points = this.#points;
    const centres = this.centres;
    const entries = this.#entries;
    let inertia = 0;
    for (let p = 0, from = 0; p < this.#assignment.length; p++) {
      let at = this.#assignment[p] * entries;
      let square = 0;
      for (let i = 0; i < entries; i++) {
        const difference = points[from++] - centres[at++];
        square += difference * difference;
      }
      inertia += square;
    }
    return inertia;
  }
}
