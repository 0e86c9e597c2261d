import type { Box } from "../figures/labelPlacement.ts";
import type { PixelPoint, PlotSize } from "./plotFrame.ts";

/** Between the point and its tooltip, px. */
const GAP = 14;

function shared(first: Box, second: Box): number {
  const width =
    Math.min(first.x + first.width, second.x + second.width) - Math.max(first.x, second.x);
  const height =
    Math.min(first.y + first.height, second.y + second.height) - Math.max(first.y, second.y);
  return Math.max(0, width) * Math.max(0, height);
}

function clamped(value: number, highest: number): number {
  return Math.max(0, Math.min(highest, value));
}

/**
 * Where a tooltip stands, px from the picture's upper left corner: inside the picture,
 * beside its point, over as little as can be of what must stay in sight.
 */
export function tooltipPlace(
  point: PixelPoint,
  tooltip: PlotSize,
  picture: PlotSize,
  keepFree: readonly Box[],
): PixelPoint {
  const { width, height } = tooltip;
  const [right, left] = [point.x + GAP, point.x - GAP - width];
  const [below, above] = [point.y + GAP, point.y - GAP - height];
  const [middleX, middleY] = [point.x - width / 2, point.y - height / 2];
  const wanted = [
    [right, middleY],
    [left, middleY],
    [right, above],
    [right, below],
    [left, above],
    [left, below],
    [middleX, below],
    [middleX, above],
  ] as const;
  const around = { x: point.x - GAP / 2, y: point.y - GAP / 2, width: GAP, height: GAP };
  let best = { x: 0, y: 0 };
  let least = Number.POSITIVE_INFINITY;
  for (const [wantedX, wantedY] of wanted) {
    const x = clamped(wantedX, picture.width - width);
    const y = clamped(wantedY, picture.height - height);
    const box = { x, y, width, height };
    // The point itself counts more than any mark.
    const covered =
      keepFree.reduce((sum, one) => sum + shared(box, one), 0) + 100 * shared(box, around);
    if (covered < least) {
      least = covered;
      best = { x, y };
    }
  }
  return best;
}
