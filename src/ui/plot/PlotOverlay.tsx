import type { JSX } from "react";
import { SCORES_PER_KERNEL } from "../../core/analysis/analysis.ts";
import type { ScoreLimits } from "../figures/scoreLimits.ts";
import type { FigureTheme } from "../figures/theme.ts";
import { isWithin, type PlotSize, pixelOf } from "./plotFrame.ts";

interface RingProps {
  readonly scores: ArrayLike<number>;
  readonly kernel: number | null;
  readonly limits: ScoreLimits;
  readonly size: PlotSize;
  readonly radius: number;
  readonly theme: FigureTheme;
}

function Ring({ scores, kernel, limits, size, radius, theme }: RingProps): JSX.Element | null {
  if (kernel === null) return null;
  const first = scores[kernel * SCORES_PER_KERNEL];
  const second = scores[kernel * SCORES_PER_KERNEL + 1];
  if (!isWithin(first, second, limits)) return null;
  const { x, y } = pixelOf(first, second, limits, size);
  return (
    <g fill="none">
      <circle cx={x} cy={y} r={radius} stroke={theme.halo} strokeWidth={5} />
      <circle cx={x} cy={y} r={radius} stroke={theme.accent} strokeWidth={2} />
    </g>
  );
}

interface Props extends Omit<RingProps, "kernel" | "radius"> {
  readonly selected: number | null;
  readonly pointed: number | null;
}

/** Rings around the selected and the pointed-at kernel; cheap to move over many points. */
export function PlotOverlay({ selected, pointed, ...place }: Props): JSX.Element {
  const { width, height } = place.size;
  return (
    <svg className="plot-overlay" width={width} height={height} aria-hidden="true">
      <Ring {...place} kernel={pointed} radius={7} />
      <Ring {...place} kernel={selected} radius={10} />
    </svg>
  );
}
