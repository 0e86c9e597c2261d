import type { ScoreLimits } from "../figures/scoreLimits.ts";

/** Room for axis names and numbers, in px. */
export const PLOT_MARGIN = { left: 64, right: 12, top: 32, bottom: 52 } as const;

/** Heights of the inside of the plot, px. */
const HIGHEST = 900;
const LOWEST = 260;

export interface PlotSize {
  /** Whole picture, px. */
  readonly width: number;
  readonly height: number;
}

export interface PixelPoint {
  readonly x: number;
  readonly y: number;
}

/**
 * Size of the layer plot in a column of this width.
 *
 * @param room height that is free for the picture, px: a plot is seen whole or not at all.
 */
export function plotSize(columnWidth: number, aspect: number, room: number): PlotSize {
  const inside = columnWidth - PLOT_MARGIN.left - PLOT_MARGIN.right;
  const free = room - PLOT_MARGIN.top - PLOT_MARGIN.bottom;
  const height = Math.max(LOWEST, Math.min(HIGHEST, free, inside * aspect));
  return {
    width: columnWidth,
    height: Math.round(height + PLOT_MARGIN.top + PLOT_MARGIN.bottom),
  };
}

export function insideOf(size: PlotSize): PlotSize {
  return {
    width: size.width - PLOT_MARGIN.left - PLOT_MARGIN.right,
    height: size.height - PLOT_MARGIN.top - PLOT_MARGIN.bottom,
  };
}

/** The limits widened in one direction until both axes have one unit in this plot. */
export function withEqualUnits(limits: ScoreLimits, size: PlotSize): ScoreLimits {
  const inside = insideOf(size);
  const unit = Math.max(
    (limits.right - limits.left) / inside.width,
    (limits.top - limits.bottom) / inside.height,
  );
  const halfWidth = (unit * inside.width) / 2;
  const halfHeight = (unit * inside.height) / 2;
  const middleX = (limits.left + limits.right) / 2;
  const middleY = (limits.bottom + limits.top) / 2;
  return {
    left: middleX - halfWidth,
    right: middleX + halfWidth,
    bottom: middleY - halfHeight,
    top: middleY + halfHeight,
  };
}

/** Where a score stands in the picture, in px from its upper left corner. */
export function pixelOf(
  first: number,
  second: number,
  limits: ScoreLimits,
  size: PlotSize,
): PixelPoint {
  const inside = insideOf(size);
  return {
    x: PLOT_MARGIN.left + ((first - limits.left) / (limits.right - limits.left)) * inside.width,
    y: PLOT_MARGIN.top + ((limits.top - second) / (limits.top - limits.bottom)) * inside.height,
  };
}

export function isWithin(first: number, second: number, limits: ScoreLimits): boolean {
  return (
    first >= limits.left && first <= limits.right && second >= limits.bottom && second <= limits.top
  );
}

/** The limits that Plotly reports after a zoom or a shift; null if it reports none. */
export function limitsFromRelayout(
  event: Readonly<Record<string, unknown>>,
  before: ScoreLimits,
): ScoreLimits | null {
  const read = (key: string, fallback: number): number => {
    const value = event[key];
    return typeof value === "number" && Number.isFinite(value) ? value : fallback;
  };
  const after = {
    left: read("xaxis.range[0]", before.left),
    right: read("xaxis.range[1]", before.right),
    bottom: read("yaxis.range[0]", before.bottom),
    top: read("yaxis.range[1]", before.top),
  };
  const same =
    after.left === before.left &&
    after.right === before.right &&
    after.bottom === before.bottom &&
    after.top === before.top;
  return same || after.right <= after.left || after.top <= after.bottom ? null : after;
}
