import {
  type AnalysedLayer,
  KERNEL_NOT_FINITE,
  SCORES_PER_KERNEL,
} from "../../core/analysis/analysis.ts";
import { along, type ScorePlane } from "./scorePlane.ts";

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
 * The kernel nearest to `from` in a direction of the plane that is seen: within 63 degrees of
 * straight ahead, with sideways distance weighted. `scores` as in `LayerValues`; kernels
 * without a place are passed over. Null if there is none that way.
 */
export function nextKernel(
  scores: ArrayLike<number>,
  from: number,
  direction: Direction,
  { across, up }: ScorePlane,
): number | null {
  const [aheadFirst, aheadSecond] = AHEAD[direction];
  const startFirst = along(scores, from, across);
  const startSecond = along(scores, from, up);
  let best: number | null = null;
  let bestCost = Number.POSITIVE_INFINITY;
  for (let kernel = 0; kernel * SCORES_PER_KERNEL < scores.length; kernel++) {
    const first = along(scores, kernel, across) - startFirst;
    const second = along(scores, kernel, up) - startSecond;
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

/** The kernel nearest to a place in the plane that is seen: where the cursor starts. */
export function kernelNearestTo(
  scores: ArrayLike<number>,
  first: number,
  second: number,
  { across, up }: ScorePlane,
): number | null {
  let best: number | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (let kernel = 0; kernel * SCORES_PER_KERNEL < scores.length; kernel++) {
    const right = along(scores, kernel, across) - first;
    const above = along(scores, kernel, up) - second;
    const distance = right * right + above * above;
    if (distance < bestDistance) {
      best = kernel;
      bestDistance = distance;
    }
  }
  return best;
}

/**
 * The kernel whose weights are nearest to the mean of its layer (Euclidean distance); null
 * where no kernel is finite.
 */
export function mostTypicalKernel(layer: AnalysedLayer): number | null {
  const { kernels, kernelCount, values, description } = layer;
  const entries = description.kernelSize[0] * description.kernelSize[1];
  const mean = new Float64Array(entries);
  let finite = 0;
  for (let kernel = 0; kernel < kernelCount; kernel++) {
    if (values.states[kernel] === KERNEL_NOT_FINITE) continue;
    finite++;
    for (let entry = 0; entry < entries; entry++) mean[entry] += kernels[kernel * entries + entry];
  }
  for (let entry = 0; entry < entries; entry++) mean[entry] /= finite;
  let best: number | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (let kernel = 0; kernel < kernelCount; kernel++) {
    if (values.states[kernel] === KERNEL_NOT_FINITE) continue;
    let distance = 0;
    for (let entry = 0; entry < entries; entry++) {
      distance += (kernels[kernel * entries + entry] - mean[entry]) ** 2;
    }
    if (distance < bestDistance) {
      best = kernel;
      bestDistance = distance;
    }
  }
  return best;
}
