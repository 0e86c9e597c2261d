import type { Box } from "./labelPlacement.ts";
import { shortNumber } from "./svg.ts";

/** Distance of hatch lines in px, along the upper edge. */
const PITCH = 5;

/**
 * Diagonal lines that fill a box, as a path. Not an SVG pattern: those are found by
 * ids, which clash when two pictures stand on one page.
 */
export function hatchPath({ x, y, width, height }: Box): string {
  let path = "";
  // A line enters at the lower edge at `start` and would leave above at start + height.
  const first = Math.ceil((x - height) / PITCH) * PITCH;
  for (let start = first; start < x + width; start += PITCH) {
    const [left, right] = [Math.max(start, x), Math.min(start + height, x + width)];
    if (right - left < 0.5) continue;
    const [low, high] = [y + height - (left - start), y + height - (right - start)];
    path += `M${shortNumber(left, 1)} ${shortNumber(low, 1)}L${shortNumber(right, 1)} ${shortNumber(high, 1)}`;
  }
  return path;
}
