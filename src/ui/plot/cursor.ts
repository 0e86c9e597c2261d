import { SCORES_PER_KERNEL } from "../../core/analysis/analysis.ts";

export type Direction = "left" | "right" | "up" | "down";

/** A step sideways counts this much more than one ahead, so that the cursor keeps its line. */
const SIDEWAYS_WEIGHT = 2;

const AHEAD: Readonly<Record<Direction, readonly [first: number, second: number]>> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, 1],
  down: [0, -1],
};

/** The direction an arrow key means; null for every other key. */
export function directionOfKey(key: string): Direction | null {
  switch (key) {
    case "ArrowLeft":
      return "left";
    case "ArrowRight":
      return "right";
    case "ArrowUp":
      return "up";
    case "ArrowDown":
      return "down";
    default:
      return null;
  }
}

/**
 * The kernel nearest to `from` in a direction: within 63 degrees of straight ahead, with
 * sideways distance weighted. `scores` as in `LayerValues`; kernels without a place are
 * passed over. Null if there is none that way.
 */
export function nextKernel(
  scores: ArrayLike<number>,
  from: number,
  direction: Direction,
): number | null {
  const [aheadFirst, aheadSecond] = AHEAD[direction];
  const startFirst = scores[from * SCORES_PER_KERNEL];
  const startSecond = scores[from * SCORES_PER_KERNEL + 1];
  let best: number | null = null;
  let bestCost = Number.POSITIVE_INFINITY;
  for (let kernel = 0; kernel * SCORES_PER_KERNEL < scores.length; kernel++) {
    const first = scores[kernel * SCORES_PER_KERNEL] - startFirst;
    const second = scores[kernel * SCORES_PER_KERNEL + 1] - startSecond;
    const ahead = first * aheadFirst + second * aheadSecond;
    const aside = Math.abs(first * aheadSecond - second * aheadFirst);
    // NaN fails this test as well.
    if (!(ahead > 0 && aside <= 2 * ahead)) continue;
    const cost = ahead + SIDEWAYS_WEIGHT * aside;
    if (cost < bestCost) {
      best = kernel;
      bestCost = cost;
    }
  }
  return best;
}

/** The kernel nearest to a place in the plot: where the cursor starts. */
export function kernelNearestTo(
  scores: ArrayLike<number>,
  first: number,
  second: number,
): number | null {
  let best: number | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (let kernel = 0; kernel * SCORES_PER_KERNEL < scores.length; kernel++) {
    const distance = Math.hypot(
      scores[kernel * SCORES_PER_KERNEL] - first,
      scores[kernel * SCORES_PER_KERNEL + 1] - second,
    );
    if (distance < bestDistance) {
      best = kernel;
      bestDistance = distance;
    }
  }
  return best;
}
