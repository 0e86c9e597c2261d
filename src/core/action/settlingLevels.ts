import type { Size2d } from "../network/size2d.ts";
import { EXACT_TOLERANCE } from "./comparison.ts";

/**
 * How far a distance on a coarse grid may be from that on a finer one: this times the square
 * of the kernel's longer side, by n^1.5 on an n x n grid. Distances of most kernels converge
 * like 1 / n^2; those whose response has whole lines of zeros or maxima (products of a row and
 * a column, entries of few values) are slower. Measured on 800 kernels of eight such kinds
 * for each of seven sizes, eleven features, both comparisons and grids up to 512 x 512: the
 * worst was 0.20.
 */
const COARSE_ERROR = 0.3;

/** Sides of the coarse grids, each tried on the kernels that the one before left open. */
const COARSE_SIDES: readonly number[] = [16, 32, 64, 128, 256];

/** What is lost by counting quickly must stay well below what is lost by the grid. */
const ROUGH_UP_TO_SIDE = 32;
const ROUGH_TOLERANCE = 4e-3;
const LOOSE_TOLERANCE = 2e-4;

/** One step on the way to labels. */
export interface SettlingLevel {
  readonly grid: Size2d;
  /** As in `Comparison`. */
  readonly tolerance: number;
  /** How far its distances may be from those of the full grid. */
  readonly error: number;
}

/** The levels for kernels of one size on one grid, quickest first; the last is exact. */
export function settlingLevels(kernelSize: Size2d, grid: Size2d): readonly SettlingLevel[] {
  const longerSide = Math.max(...kernelSize);
  const levels: SettlingLevel[] = [];
  for (const side of COARSE_SIDES) {
    const coarse: Size2d = [
      Math.min(grid[0], Math.max(side, longerSide)),
      Math.min(grid[1], Math.max(side, longerSide)),
    ];
    const tolerance = side <= ROUGH_UP_TO_SIDE ? ROUGH_TOLERANCE : LOOSE_TOLERANCE;
    levels.push({
      grid: coarse,
      tolerance,
      error: tolerance + coarseError(kernelSize, coarse, grid),
    });
    if (isFull(coarse, grid)) break;
  }
  const last = levels[levels.length - 1];
  if (!isFull(last.grid, grid)) {
    levels.push({ grid, tolerance: LOOSE_TOLERANCE, error: LOOSE_TOLERANCE });
  }
  levels.push({ grid, tolerance: EXACT_TOLERANCE, error: 0 });
  return levels;
}

function isFull(coarse: Size2d, grid: Size2d): boolean {
  return coarse[0] === grid[0] && coarse[1] === grid[1];
}

function coarseError(kernelSize: Size2d, coarse: Size2d, grid: Size2d): number {
  if (isFull(coarse, grid)) return 0;
  const shortened = coarse.filter((side, axis) => side < grid[axis]);
  return (COARSE_ERROR * Math.max(...kernelSize) ** 2) / Math.min(...shortened) ** 1.5;
}
