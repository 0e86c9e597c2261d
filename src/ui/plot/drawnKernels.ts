import { SCORES_PER_KERNEL } from "../../core/analysis/analysis.ts";
import { sampledIndexes } from "../figures/sampling.ts";
import type { ScoreLimits } from "../figures/scoreLimits.ts";
import { countText, groupedNumber } from "../figures/text.ts";
import type { KernelClass } from "./layerClasses.ts";
import { isWithin } from "./plotFrame.ts";

/**
 * Points in one plot. Plotly draws 3,000 within 200 ms, on a busy machine too, and as
 * SVG, which is sharp in every export. With WebGL it draws more, but takes longer to begin, and
 * a million points stop the page for half a minute. More only blacken the plot.
 */
export const MOST_POINTS = 3000;

export interface DrawnClass extends KernelClass {
  /** Those that are drawn, ascending. */
  readonly drawn: Int32Array;
}

export interface DrawnKernels {
  readonly classes: readonly DrawnClass[];
  /** Points drawn. */
  readonly drawn: number;
  /** Kernels that could be: those of a larger layer that lie within the limits, else all. */
  readonly inSight: number;
}

/**
 * All kernels of a layer of at most MOST_POINTS. Of a larger one a seeded sample of those
 * within the limits, of each class its share and at least one, so that a closer look shows
 * more of them.
 */
export function drawnKernels(
  classes: readonly KernelClass[],
  scores: Float32Array,
  limits: ScoreLimits,
): DrawnKernels {
  const total = classes.reduce((sum, { kernels }) => sum + kernels.length, 0);
  if (total <= MOST_POINTS) {
    const drawn = classes.map((one) => ({ ...one, drawn: one.kernels }));
    return { classes: drawn, drawn: total, inSight: total };
  }
  const seen = classes.map(({ kernels }) => kernelsWithin(kernels, scores, limits));
  const inSight = seen.reduce((sum, kernels) => sum + kernels.length, 0);
  const share = Math.min(1, MOST_POINTS / (inSight || 1));
  const drawn = classes.map((one, at) => {
    const most = Math.ceil(seen[at].length * share);
    const indexes = sampledIndexes(seen[at].length, most);
    return { ...one, drawn: Int32Array.from(indexes, (index) => seen[at][index]) };
  });
  const count = drawn.reduce((sum, one) => sum + one.drawn.length, 0);
  return { classes: drawn, drawn: count, inSight };
}

/** "3,002 of 1,048,576 kernels drawn, an even sample"; null where all are drawn. */
export function sampleText({ drawn, inSight }: DrawnKernels): string | null {
  if (drawn >= inSight) return null;
  return `${groupedNumber(drawn)} of ${countText(inSight, "kernel")} drawn, an even sample`;
}

function kernelsWithin(kernels: Int32Array, scores: Float32Array, limits: ScoreLimits): Int32Array {
  const within = new Int32Array(kernels.length);
  let count = 0;
  for (let at = 0; at < kernels.length; at++) {
    const kernel = kernels[at];
    const first = scores[kernel * SCORES_PER_KERNEL];
    const second = scores[kernel * SCORES_PER_KERNEL + 1];
    if (isWithin(first, second, limits)) within[count++] = kernel;
  }
  return within.subarray(0, count);
}
