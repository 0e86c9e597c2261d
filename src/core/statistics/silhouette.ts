/**
 * Mean silhouette width (Rousseeuw 1987, "Silhouettes: a graphical aid to the interpretation and validation of cluster
 * analysis"): how much nearer, by Euclidean distance, a row is to its own cluster than to the next one, -1 .. 1. A row
 * alone in its cluster counts as 0, as he sets it.
 *
 * @param rows n rows of `entries` values; n^2 / 2 distances are taken, so sample large sets first.
 * @param clusters the cluster of each row, whole numbers; rows with a negative one take no part.
 * @returns null for fewer than two clusters.
 */
export function meanSilhouette(
  rows: Float64Array,
  entries: number,
  clusters: ArrayLike<number>,
): number | null {
  const { members, numbers, sizes } = numberedClusters(clusters);
  if (sizes.length < 2) return null;
  const sums = distanceSums(rows, entries, members, numbers, sizes.length);
  let total = 0;
  for (let i = 0; i < members.length; i++) {
    const own = numbers[i];
    if (sizes[own] > 1) total += width(sums, i * sizes.length, sizes, own);
  }
  return total / members.length;
}

/** The rows that take part, their clusters numbered 0, 1, ... without gaps, and the sizes of these. */
function numberedClusters(clusters: ArrayLike<number>) {
  const numberOf = new Map<number, number>();
  const sizes: number[] = [];
  const members: number[] = [];
  const numbers: number[] = [];
  for (let row = 0; row < clusters.length; row++) {
    const cluster = clusters[row];
    if (cluster < 0) continue;
    let number = numberOf.get(cluster);
    if (number === undefined) {
      number = sizes.length;
      numberOf.set(cluster, number);
      sizes.push(0);
    }
    sizes[number]++;
    members.push(row);
    numbers.push(number);
  }
  return { members: Uint32Array.from(members), numbers: Uint32Array.from(numbers), sizes };
}

/** For each member the sum of its distances to the members of each cluster, member by member. */
function distanceSums(
  rows: Float64Array,
  entries: number,
  members: Uint32Array,
  numbers: Uint32Array,
  clusterCount: number,
): Float64Array {
  const sums = new Float64Array(members.length * clusterCount);
  for (let i = 1; i < members.length; i++) {
    const first = members[i] * entries;
    for (let j = 0; j < i; j++) {
      const second = members[j] * entries;
      let square = 0;
      for (let entry = 0; entry < entries; entry++) {
        const difference = rows[first + entry] - rows[second + entry];
        square += difference * difference;
      }
      const distance = Math.sqrt(square);
      sums[i * clusterCount + numbers[j]] += distance;
      sums[j * clusterCount + numbers[i]] += distance;
    }
  }
  return sums;
}

/** (b - a) / max(a, b): a the mean distance to the others of its cluster, b to the nearest other cluster. */
function width(sums: Float64Array, start: number, sizes: readonly number[], own: number): number {
  const within = sums[start + own] / (sizes[own] - 1);
  let nearest = Number.POSITIVE_INFINITY;
  for (let cluster = 0; cluster < sizes.length; cluster++) {
    if (cluster !== own) nearest = Math.min(nearest, sums[start + cluster] / sizes[cluster]);
  }
  const larger = Math.max(within, nearest);
  // All rows in one place are as near to one cluster as to the other.
  return larger === 0 ? 0 : (nearest - within) / larger;
}
