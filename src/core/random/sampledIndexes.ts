/** A number in [0, 1) that depends on the index alone (integer hash by Wellons, lowbias32). */
function hashed(index: number): number {
  let bits = (index + 0x9e3779b9) | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
  return ((bits ^ (bits >>> 15)) >>> 0) / 4294967296;
}

/**
 * At most `limit` of the indexes 0 .. count - 1 in ascending order: one from each of
 * `limit` equal stretches, at a seeded place, so that no pattern of channels shows.
 */
export function sampledIndexes(count: number, limit: number): readonly number[] {
  const indexes: number[] = [];
  if (count <= limit) {
    for (let index = 0; index < count; index++) indexes.push(index);
    return indexes;
  }
  for (let index = 0; index < limit; index++) {
    indexes.push(Math.min(count - 1, Math.floor(((index + hashed(index)) * count) / limit)));
  }
  return indexes;
}
