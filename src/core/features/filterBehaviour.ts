import { frequencyGrid } from "../action/frequencyGrid.ts";
import { hasSpectrum, response, responseScratch } from "../action/response.ts";
import type { Size2d } from "../network/size2d.ts";
import type { Kernel3x3 } from "./kernelTransforms.ts";

/** What a filter does to patterns of stripes. */
export interface FilterBehaviour {
  /** What becomes of an even area: its brightness is multiplied by this. */
  readonly sum: number;
  /**
   * Mean amplification relative to the strongest, 0..1, of the patterns with waves longer than
   * four pixels, and of the others.
   */
  readonly coarse: number;
  readonly fine: number;
  /**
   * Strongest amplification relative to the strongest of all, 0..1, of patterns that change from
   * left to right alone, and of those that change from top to bottom alone.
   */
  readonly across: number;
  readonly down: number;
}

/** Fine enough: a squared response has no more than two waves each way. */
const GRID: Size2d = [32, 32];

const SIZE: Size2d = [3, 3];

/** @returns null for a kernel that is all zero, or not finite. */
export function filterBehaviour(kernel: Kernel3x3): FilterBehaviour | null {
  if (!hasSpectrum(kernel, 0, kernel.length)) return null;
  const [side] = GRID;
  const plane = frequencyGrid(GRID, SIZE[1]);
  const half = new Float64Array(plane.halfCount);
  response(kernel, 0, SIZE, plane, responseScratch(SIZE), half);
  const means = { coarse: 0, coarseCount: 0, fine: 0, fineCount: 0 };
  let [across, down] = [0, 0];
  for (let v = 0; v < plane.height; v++) {
    const rowFrequency = Math.min(v, side - v);
    for (let u = 0; u < plane.columns; u++) {
      const value = half[v * plane.columns + u];
      const weight = plane.multiplicity[u];
      if (v === 0) across = Math.max(across, u === 0 ? 0 : value);
      if (u === 0) down = Math.max(down, v === 0 ? 0 : value);
      if (Math.max(u, rowFrequency) < side / 4) {
        means.coarse += weight * value;
        means.coarseCount += weight;
      } else {
        means.fine += weight * value;
        means.fineCount += weight;
      }
    }
  }
  return {
    sum: kernel.reduce((total, entry) => total + entry, 0),
    coarse: means.coarse / means.coarseCount,
    fine: means.fine / means.fineCount,
    across,
    down,
  };
}
