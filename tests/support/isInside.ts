/**
 * Even-odd rule, plainly: a ray to the right crosses the outline an odd number of times.
 *
 * @param polygon x, y, x, y, ...; it closes itself.
 */
export function isInside(x: number, y: number, polygon: readonly number[]): boolean {
  let inside = false;
  for (let at = 0, before = polygon.length - 2; at + 1 < polygon.length; before = at, at += 2) {
    const y1 = polygon[before + 1];
    const y2 = polygon[at + 1];
    if (y1 > y === y2 > y) continue;
    const crossing = polygon[before] + ((y - y1) / (y2 - y1)) * (polygon[at] - polygon[before]);
    if (x < crossing) inside = !inside;
  }
  return inside;
}
