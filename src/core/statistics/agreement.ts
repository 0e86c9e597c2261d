/**
 * Adjusted Rand index of two clusterings of the same rows (Hubert & Arabie 1985, "Comparing partitions", eq. 5):
 * 1 if they are the same up to names, 0 on average for clusterings at random with the same sizes; can be negative.
 * 1 where both are a single cluster, or both one cluster per row: then there is nothing to disagree on.
 *
 * @param a,b the cluster of each row, whole numbers. Rows with a negative one on either side belong to no cluster and
 * take no part, as in `meanSilhouette`. Throws a RangeError if the lengths differ.
 */
export function adjustedRandIndex(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new RangeError(`${a.length} rows against ${b.length}`);
  const inBoth = new Map<number, Map<number, number>>();
  const inFirst = new Map<number, number>();
  const inSecond = new Map<number, number>();
  let rows = 0;
  for (let i = 0; i < a.length; i++) {
    if (a[i] < 0 || b[i] < 0) continue;
    rows++;
    count(inFirst, a[i]);
    count(inSecond, b[i]);
    let row = inBoth.get(a[i]);
    if (row === undefined) {
      row = new Map();
      inBoth.set(a[i], row);
    }
    count(row, b[i]);
  }
  let together = 0;
  for (const row of inBoth.values()) together += pairsWithin(row);
  return adjusted(together, pairsWithin(inFirst), pairsWithin(inSecond), (rows * (rows - 1)) / 2);
}

function adjusted(together: number, first: number, second: number, pairs: number): number {
  const expected = pairs === 0 ? 0 : (first * second) / pairs;
  const most = (first + second) / 2;
  return most === expected ? 1 : (together - expected) / (most - expected);
}

function count(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Number of pairs of rows that share a cluster. */
function pairsWithin(counts: Map<number, number>): number {
  let pairs = 0;
  for (const size of counts.values()) pairs += (size * (size - 1)) / 2;
  return pairs;
}
