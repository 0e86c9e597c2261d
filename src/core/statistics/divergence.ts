/** The sum of the shares, after checking that both lists have one entry per outcome. */
function total(shares: readonly number[], outcomes: number): number {
  if (shares.length !== outcomes) {
    throw new RangeError(`shares of ${shares.length} outcomes against ${outcomes}`);
  }
  let sum = 0;
  for (const share of shares) sum += share;
  return sum;
}

/** x log2(x / reference), 0 where x is 0. */
function weightedLog(x: number, reference: number): number {
  return x === 0 ? 0 : x * Math.log2(x / reference);
}

/**
 * Jensen-Shannon divergence in bits (Lin 1991, "Divergence measures based on the Shannon entropy"): the mean
 * divergence of p and q from their mean. 0 for equal shares, 1 for shares with nothing in common; symmetric.
 *
 * @param p,q shares (or counts: both are divided by their sum) of the same outcomes in the same order, none negative.
 * @returns NaN if one of them has no share at all.
 */
export function jensenShannon(p: readonly number[], q: readonly number[]): number {
  const pTotal = total(p, q.length);
  const qTotal = total(q, p.length);
  let bits = 0;
  for (let i = 0; i < p.length; i++) {
    const first = p[i] / pTotal;
    const second = q[i] / qTotal;
    const middle = (first + second) / 2;
    bits += weightedLog(first, middle) + weightedLog(second, middle);
  }
  return Math.min(1, Math.max(0, bits / 2));
}

/** Mean Jensen-Shannon divergence in bits over all pairs; NaN for fewer than two lists, which make no pair. */
export function meanPairwiseJensenShannon(shares: readonly (readonly number[])[]): number {
  let sum = 0;
  let pairs = 0;
  for (let first = 1; first < shares.length; first++) {
    for (let second = 0; second < first; second++) {
      sum += jensenShannon(shares[first], shares[second]);
      pairs++;
    }
  }
  return sum / pairs;
}
