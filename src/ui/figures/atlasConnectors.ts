import type { Box } from "./labelPlacement.ts";
import { shortNumber } from "./svg.ts";

const ARROW = 3.5;
/** Lines end this far from a cell. */
const CLEAR = 2;
/** Where a skip connection leaves and, in another column, reaches a cell: shares of its width. */
const SKIP_LEAVES = 0.92;
export const SKIP_ARRIVES = 0.8;
/** Rows whose middles differ by less are joined by a straight line. */
const LEVEL = 8;

function arrowHead(x: number, y: number, dx: number, dy: number): string {
  const [backX, backY] = [x - dx * ARROW, y - dy * ARROW];
  const side = (sign: number): string =>
    `${shortNumber(backX + sign * dy * ARROW * 0.7)} ${shortNumber(backY + sign * dx * ARROW * 0.7)}`;
  return `M${side(1)}L${shortNumber(x)} ${shortNumber(y)}L${side(-1)}`;
}

function path(points: readonly (readonly [number, number])[]): string {
  return `M${points.map(([x, y]) => `${shortNumber(x)} ${shortNumber(y)}`).join("L")}`;
}

/** Line with an arrow from one layer's cell to the next one's, along the gaps. */
export function connector(from: Box, to: Box, plotMiddle: (cell: Box) => number): string {
  const endY = plotMiddle(to);
  const startY = Math.abs(plotMiddle(from) - endY) < LEVEL ? endY : plotMiddle(from);
  const toRight = to.x >= from.x + from.width;
  const toLeft = to.x + to.width <= from.x;
  if (toRight || toLeft) {
    const way = toRight ? 1 : -1;
    const start = (toRight ? from.x + from.width : from.x) + way * CLEAR;
    const end = (toRight ? to.x : to.x + to.width) - way * CLEAR;
    // Beside the target, so that the way down runs through a gap between columns.
    const middle = end - way * Math.min(14, Math.abs(end - start) / 2);
    const points = [
      [start, startY],
      [middle, startY],
      [middle, endY],
      [end, endY],
    ] as const;
    return path(points) + arrowHead(end, endY, way, 0);
  }
  const down = to.y > from.y;
  const x = Math.max(from.x, to.x) + Math.min(from.width, to.width) / 2;
  const start = down ? from.y + from.height : from.y - CLEAR;
  const end = down ? to.y - CLEAR : to.y + to.height + CLEAR;
  return (
    path([
      [x, start],
      [x, end],
    ]) + arrowHead(x, end, 0, down ? 1 : -1)
  );
}

/** Skip connections run sideways this far above a decoder cell: clear of its heading. */
const SKIP_LANE = 46;
/** In an upright U they leave below and arrive above the middle, so that no two meet. */
const SKIP_SHIFT = 10;

/** Line of a skip connection down the gap between encoder row and decoder row. */
export function skipLineAcross(from: Box, to: Box): string {
  // Off the middle, where the data's own way may run.
  const startX = from.x + from.width * SKIP_LEAVES;
  const endX = from.x === to.x ? startX : to.x + to.width * SKIP_ARRIVES;
  const [start, end] = [from.y + from.height, to.y - CLEAR];
  const lane = Math.max(end - SKIP_LANE, Math.min(start, end) + 2);
  const points = [
    [startX, start],
    [startX, lane],
    [endX, lane],
    [endX, end],
  ] as const;
  return path(points) + arrowHead(endX, end, 0, 1);
}

/** The same in an upright U: through the gap between its two halves. */
export function skipLineUpright(from: Box, to: Box, plotMiddle: (cell: Box) => number): string {
  const isLevel = Math.abs(plotMiddle(from) - plotMiddle(to)) < LEVEL;
  const shift = isLevel ? 0 : SKIP_SHIFT * Math.sign(plotMiddle(to) - plotMiddle(from));
  return connector(from, to, (cell) => plotMiddle(cell) + (cell === from ? shift : -shift));
}
