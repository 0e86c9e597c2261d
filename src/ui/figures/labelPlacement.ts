/** A rectangle in px; x and y of its upper left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A point that wants its name beside it. `clearance`: free room around the point. */
export interface LabelRequest {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly clearance: number;
}

/** Where a label goes; null in `placeLabels` where there is no room for it. */
export interface PlacedLabel {
  readonly box: Box;
  /** True if it stands away from its point and needs a line to it. */
  readonly moved: boolean;
}

export function overlap(first: Box, second: Box, gap = 0): boolean {
  return (
    first.x < second.x + second.width + gap &&
    second.x < first.x + first.width + gap &&
    first.y < second.y + second.height + gap &&
    second.y < first.y + first.height + gap
  );
}

export function isInside(box: Box, frame: Box): boolean {
  return (
    box.x >= frame.x &&
    box.y >= frame.y &&
    box.x + box.width <= frame.x + frame.width &&
    box.y + box.height <= frame.y + frame.height
  );
}

/** Right first, as names are read; then left, above, below and the corners. */
const DIRECTIONS: readonly (readonly [x: number, y: number])[] = [
  [1, 0],
  [-1, 0],
  [0, -1],
  [0, 1],
  [0.75, -0.75],
  [0.75, 0.75],
  [-0.75, -0.75],
  [-0.75, 0.75],
  [0.4, -0.95],
  [0.4, 0.95],
  [-0.4, -0.95],
  [-0.4, 0.95],
];

/** How far from its point a label may be moved, in px; the first needs no line. */
const REACHES: readonly number[] = [0, 10, 20, 32, 46, 62, 80, 100, 130, 165];

function candidate(request: LabelRequest, direction: number, reach: number): Box {
  const [dx, dy] = DIRECTIONS[direction];
  const away = request.clearance + reach;
  // The label's near edge, not its middle, stands at the end of the way.
  const x =
    request.x + dx * away + ((Math.sign(dx) * Math.ceil(Math.abs(dx)) - 1) / 2) * request.width;
  const y =
    request.y + dy * away + ((Math.sign(dy) * Math.ceil(Math.abs(dy)) - 1) / 2) * request.height;
  return { x, y, width: request.width, height: request.height };
}

/**
 * Places labels beside their points: inside the frame, apart from one another,
 * from all the points and from `obstacles`. The same requests always give the same
 * places. A label for which there is no room at all is null.
 */
export function placeLabels(
  requests: readonly LabelRequest[],
  frame: Box,
  obstacles: readonly Box[] = [],
): readonly (PlacedLabel | null)[] {
  const points = requests.map(({ x, y, clearance }) => ({
    x: x - clearance,
    y: y - clearance,
    width: 2 * clearance,
    height: 2 * clearance,
  }));
  const taken: Box[] = [...obstacles];
  return requests.map((request, own) => {
    for (const reach of REACHES) {
      for (let direction = 0; direction < DIRECTIONS.length; direction++) {
        const box = candidate(request, direction, reach);
        if (!isInside(box, frame)) continue;
        if (taken.some((other) => overlap(box, other, 2))) continue;
        if (points.some((point, index) => index !== own && overlap(box, point))) continue;
        taken.push(box);
        return { box, moved: reach > 0 };
      }
    }
    return null;
  });
}

/**
 * Moves labels of one column apart: centres as near as possible to what is wanted,
 * at least `spacing` apart, between `top` and `bottom` while there is room.
 */
export function spreadCentres(
  wanted: readonly number[],
  spacing: number,
  top: number,
  bottom: number,
): readonly number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => wanted[a] - wanted[b] || a - b);
  const centres = new Array<number>(wanted.length).fill(0);
  let previous = Number.NEGATIVE_INFINITY;
  for (const index of order) {
    previous = Math.max(wanted[index], previous + spacing, top);
    centres[index] = previous;
  }
  let next = Number.POSITIVE_INFINITY;
  for (const index of order.toReversed()) {
    next = Math.min(centres[index], next - spacing, bottom);
    centres[index] = next;
  }
  return centres;
}
