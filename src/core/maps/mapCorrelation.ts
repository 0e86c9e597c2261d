/**
 * Pearson's correlation of two maps, pooled over slices that come one after the other: means
 * and sums of squares of each slice, taken about its own means, are merged pairwise (Chan,
 * Golub and LeVeque 1983, eq. 2.1), so that no large squares cancel.
 */
export class PooledCorrelation {
  #count = 0;
  #meanA = 0;
  #meanB = 0;
  #squaresA = 0;
  #squaresB = 0;
  #products = 0;

  /** Throws a RangeError if the lengths differ. */
  add(a: ArrayLike<number>, b: ArrayLike<number>): void {
    if (a.length !== b.length) throw new RangeError(`${a.length} pixels against ${b.length}`);
    const added = a.length;
    if (added === 0) return;
    const meanA = meanOf(a);
    const meanB = meanOf(b);
    let squaresA = 0;
    let squaresB = 0;
    let products = 0;
    for (let at = 0; at < added; at++) {
      const fromA = a[at] - meanA;
      const fromB = b[at] - meanB;
      squaresA += fromA * fromA;
      squaresB += fromB * fromB;
      products += fromA * fromB;
    }
    const before = this.#count;
    const total = before + added;
    const apartA = meanA - this.#meanA;
    const apartB = meanB - this.#meanB;
    const weight = (before * added) / total;
    this.#squaresA += squaresA + weight * apartA * apartA;
    this.#squaresB += squaresB + weight * apartB * apartB;
    this.#products += products + weight * apartA * apartB;
    this.#meanA += (apartA * added) / total;
    this.#meanB += (apartB * added) / total;
    this.#count = total;
  }

  /** -1..1; null where a map is the same everywhere, or not finite. */
  value(): number | null {
    // The root of each: of small maps the product of both is no longer a number that exists.
    const size = Math.sqrt(this.#squaresA) * Math.sqrt(this.#squaresB);
    if (!(size > 0 && size < Number.POSITIVE_INFINITY)) return null;
    return Math.min(1, Math.max(-1, this.#products / size));
  }
}

/** About the first number, so that the mean of equal numbers is that number exactly. */
function meanOf(values: ArrayLike<number>): number {
  const first = values[0];
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at] - first;
  return first + sum / values.length;
}

/** Pearson's correlation of two maps; null as in `PooledCorrelation`. */
export function mapCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  const correlation = new PooledCorrelation();
  correlation.add(a, b);
  return correlation.value();
}
