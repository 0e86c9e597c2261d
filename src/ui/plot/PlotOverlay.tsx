import type { JSX } from "react";
import type { FigureTheme } from "../figures/theme.ts";
import type { PixelPoint, PlotSize } from "./plotFrame.ts";

interface RingProps {
  /** Null: out of sight. */
  readonly point: PixelPoint | null;
  readonly radius: number;
  readonly theme: FigureTheme;
}

function Ring({ point, radius, theme }: RingProps): JSX.Element | null {
  if (point === null) return null;
  const { x, y } = point;
  return (
    <g fill="none">
      <circle cx={x} cy={y} r={radius} stroke={theme.halo} strokeWidth={5} />
      <circle cx={x} cy={y} r={radius} stroke={theme.accent} strokeWidth={2} />
    </g>
  );
}

interface Props {
  readonly size: PlotSize;
  readonly selected: PixelPoint | null;
  readonly pointed: PixelPoint | null;
  readonly theme: FigureTheme;
}

/** Rings around the selected and the pointed-at kernel; cheap to move over many points. */
export function PlotOverlay({ size, selected, pointed, theme }: Props): JSX.Element {
  return (
    <svg className="plot-overlay" width={size.width} height={size.height} aria-hidden="true">
      <Ring point={pointed} radius={7} theme={theme} />
      <Ring point={selected} radius={10} theme={theme} />
    </svg>
  );
}
