import { type Dispatch, type SetStateAction, useMemo, useState } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import { axesLimits, type ScoreLimits, sharedLimits } from "../figures/scoreLimits.ts";
import { useWindowHeight } from "../hooks/useWindowHeight.ts";
import { type PlotSize, plotSize, withEqualUnits } from "./plotFrame.ts";
import type { PlaneAxes } from "./scorePlane.ts";

/** Height of all that stands above and below the plot in the window, px. */
const ROOM_FOR_THE_REST = 444;

export interface PlotFrame {
  readonly size: PlotSize;
  /** What is in sight, with one unit on both axes. */
  readonly limits: ScoreLimits;
  /** Shows other limits; null: the model's common ones. */
  readonly setZoomed: Dispatch<SetStateAction<ScoreLimits | null>>;
}

/** Size of a layer's plot, flat or in three dimensions. */
export function useLayerPlotSize(analysis: Analysis, columnWidth: number): PlotSize {
  const { aspect } = sharedLimits(analysis);
  const windowHeight = useWindowHeight();
  return useMemo(
    () => plotSize(columnWidth, aspect, windowHeight - ROOM_FOR_THE_REST),
    [columnWidth, aspect, windowHeight],
  );
}

/**
 * Size and limits of a layer's flat plot. It starts on the axes that all layers share.
 *
 * @param axes keep the same array while nothing changes.
 * @param columnWidth inner width of the column, px.
 */
export function usePlotFrame(
  analysis: Analysis,
  index: number,
  columnWidth: number,
  axes: PlaneAxes,
): PlotFrame {
  const [zoomed, setZoomed] = useState<ScoreLimits | null>(null);
  const size = useLayerPlotSize(analysis, columnWidth);
  const { basis } = analysis.layers[index].values;
  const limits = useMemo(
    () => withEqualUnits(zoomed ?? axesLimits(analysis, basis, axes), size),
    [zoomed, analysis, basis, axes, size],
  );
  return { size, limits, setZoomed };
}
