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

/** The line from a point to the label that was moved away from it. */
interface Leader {
  readonly fromX: number;
  readonly fromY: number;
  readonly toX: number;
  readonly toY: number;
}

/** Ends at the point of the box that is nearest to the labelled one. */
export function leaderOf({ x, y }: Pick<LabelRequest, "x" | "y">, box: Box): Leader {
  const toX = Math.min(box.x + box.width, Math.max(box.x, x));
  const toY = Math.min(box.y + box.height, Math.max(box.y, y));
  return { fromX: x, fromY: y, toX, toY };
}

/** True if a leader passes through a box (the clipping of Liang and Barsky 1984). */
function crosses({ fromX, fromY, toX, toY }: Leader, box: Box): boolean {
  let [enter, leave] = [0, 1];
  const sides = [
    [fromX - toX, fromX - box.x],
    [toX - fromX, box.x + box.width - fromX],
    [fromY - toY, fromY - box.y],
    [toY - fromY, box.y + box.height - fromY],
  ] as const;
  for (const [step, room] of sides) {
    if (step === 0) {
      if (room < 0) return false;
    } else if (step < 0) enter = Math.max(enter, room / step);
    else leave = Math.min(leave, room / step);
  }
  return enter < leave;
}

interface Placement {
  readonly labels: readonly (PlacedLabel | null)[];
  /** How much is wrong with it: missing labels first, then lines through labels. */
  readonly cost: number;
}

const MISSING_COST = 1000;
const CROSSING_COST = 30;

/** Each label in its first free place, one after the other in the given order. */
function placedInOrder(
  requests: readonly LabelRequest[],
  order: readonly number[],
  frame: Box,
  obstacles: readonly Box[],
): Placement {
  const points = requests.map(({ x, y, clearance }) => ({
    x: x - clearance,
    y: y - clearance,
    width: 2 * clearance,
    height: 2 * clearance,
  }));
  const placed = new Array<PlacedLabel | null>(requests.length).fill(null);
  const boxes: Box[] = [];
  const leaders: Leader[] = [];
  const isFree = (box: Box, own: number): boolean =>
    isInside(box, frame) &&
    ![...obstacles, ...boxes].some((other) => overlap(box, other, 2)) &&
    !points.some((point, index) => index !== own && overlap(box, point));
  let cost = 0;
  for (const own of order) {
    const free = REACHES.flatMap((reach) =>
      DIRECTIONS.map((_, direction) => ({
        box: candidate(requests[own], direction, reach),
        moved: reach > 0,
      })),
    ).filter(({ box }) => isFree(box, own));
    const clear = free.find(({ box, moved }) => {
      const leader = leaderOf(requests[own], box);
      const meetsLabel = moved && boxes.some((other) => crosses(leader, other));
      return !meetsLabel && !leaders.some((other) => crosses(other, box));
    });
    const chosen = clear ?? free[0];
    cost += chosen === undefined ? MISSING_COST : clear === undefined ? CROSSING_COST : 0;
    if (chosen === undefined) continue;
    placed[own] = chosen;
    boxes.push(chosen.box);
    if (chosen.moved) {
      leaders.push(leaderOf(requests[own], chosen.box));
      cost += 1;
    }
  }
  return { labels: placed, cost };
}

/**
 * Places labels beside their points: inside the frame, apart from one another,
 * from all the points and from `obstacles`, and where possible with no line through
 * another label. The same requests always give the same places. A label for which
 * there is no room at all is null.
 */
export function placeLabels(
  requests: readonly LabelRequest[],
  frame: Box,
  obstacles: readonly Box[] = [],
): readonly (PlacedLabel | null)[] {
  const asGiven = requests.map((_, index) => index);
  const orders = [
    asGiven,
    asGiven.toReversed(),
    asGiven.toSorted((a, b) => requests[a].x - requests[b].x),
    asGiven.toSorted((a, b) => requests[b].x - requests[a].x),
    asGiven.toSorted((a, b) => requests[a].y - requests[b].y),
    asGiven.toSorted((a, b) => requests[b].y - requests[a].y),
  ];
  const found = orders.map((order) => placedInOrder(requests, order, frame, obstacles));
  return found.reduce((best, one) => (one.cost < best.cost ? one : best)).labels;
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
