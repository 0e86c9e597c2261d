import type { KernelGroup } from "../../core/selection/kernelGroup.ts";
import type { PlaneAxes } from "./scorePlane.ts";

/**
 * Corners that an outline keeps: a hand draws no more that matter, and the selection stays
 * short enough for an address. What counts as inside follows from the corners that are kept.
 */
export const MOST_CORNERS = 64;

/** Deviation that is dropped first, as a share of the outline's size: less than a pixel. */
const FIRST_TOLERANCE = 0.001;

/** Digits of a corner: a hundredth of what a screen shows. */
const DIGITS = 5;

/**
 * A drawn outline with few corners (Douglas and Peucker 1973, Cartographica 10(2), 112-122).
 *
 * @param points x, y, x, y, ...; it closes itself.
 * @returns the same form with at most `most` corners; null if it encloses nothing.
 */
export function simplifiedOutline(
  points: readonly number[],
  most = MOST_CORNERS,
): readonly number[] | null {
  const size = sizeOf(points);
  if (points.length < 6 || !(size > 0)) return null;
  let kept = points;
  for (let tolerance = size * FIRST_TOLERANCE; ; tolerance *= 1.5) {
    kept = douglasPeucker(points, tolerance);
    if (kept.length <= 2 * most) break;
  }
  return kept.length < 6 ? null : kept.map((entry) => Number(entry.toPrecision(DIGITS)));
}

function sizeOf(points: readonly number[]): number {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  points.forEach((entry, at) => {
    low[at % 2] = Math.min(low[at % 2], entry);
    high[at % 2] = Math.max(high[at % 2], entry);
  });
  return Math.hypot(high[0] - low[0], high[1] - low[1]);
}

/** The first point stays, and so does the one farthest from it: a closed line has no ends. */
function douglasPeucker(points: readonly number[], tolerance: number): readonly number[] {
  const count = points.length / 2;
  let farthest = 0;
  let reach = -1;
  for (let at = 1; at < count; at++) {
    const distance = Math.hypot(points[2 * at] - points[0], points[2 * at + 1] - points[1]);
    if (distance > reach) [farthest, reach] = [at, distance];
  }
  const keeps = new Uint8Array(count);
  keeps[0] = 1;
  keeps[farthest] = 1;
  const stretches: (readonly [number, number])[] = [
    [0, farthest],
    [farthest, count],
  ];
  for (let stretch = stretches.pop(); stretch !== undefined; stretch = stretches.pop()) {
    const [from, to] = stretch;
    let worst = -1;
    let deviation = tolerance;
    for (let at = from + 1; at < to; at++) {
      const distance = distanceToSegment(points, at, from, to % count);
      if (distance > deviation) [worst, deviation] = [at, distance];
    }
    if (worst < 0) continue;
    keeps[worst] = 1;
    stretches.push([from, worst], [worst, to]);
  }
  return points.filter((_, at) => keeps[at >> 1] === 1);
}

function distanceToSegment(
  points: readonly number[],
  at: number,
  from: number,
  to: number,
): number {
  const [x, y] = [points[2 * at] - points[2 * from], points[2 * at + 1] - points[2 * from + 1]];
  const [dx, dy] = [points[2 * to] - points[2 * from], points[2 * to + 1] - points[2 * from + 1]];
  const length = dx * dx + dy * dy;
  const share = length === 0 ? 0 : Math.max(0, Math.min(1, (x * dx + y * dy) / length));
  return Math.hypot(x - share * dx, y - share * dy);
}

/** Two ends of a side, in any order. */
type Span = readonly [number, number];

/** A box as an outline: x, y of its corners. */
export function boxOutline(x: Span, y: Span): readonly number[] {
  const [left, right] = [Math.min(...x), Math.max(...x)];
  const [bottom, top] = [Math.min(...y), Math.max(...y)];
  return [left, bottom, right, bottom, right, top, left, top];
}

/** The outline of a selected region, as it lies in a plot of these axes; null where it does not. */
export function outlineInPlot(
  group: KernelGroup | null,
  layer: string,
  [across, up]: PlaneAxes,
): readonly number[] | null {
  if (group?.kind !== "region" || group.layer !== layer) return null;
  if (group.axes[0] === across && group.axes[1] === up) return group.polygon;
  if (group.axes[0] !== up || group.axes[1] !== across) return null;
  return group.polygon.map((_, at) => group.polygon[at ^ 1]);
}
