import { type Dispatch, type SetStateAction, useMemo, useState } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import { type ScoreLimits, sharedLimits } from "../figures/scoreLimits.ts";
import { useWindowHeight } from "../hooks/useWindowHeight.ts";
import { type PlotSize, plotSize, withEqualUnits } from "./plotFrame.ts";

/** Height of all that stands above and below the plot in the window, px. */
const ROOM_FOR_THE_REST = 400;

export interface PlotFrame {
  readonly size: PlotSize;
  /** What is in sight, with one unit on both axes. */
  readonly limits: ScoreLimits;
  /** Shows other limits; null: the model's common ones. */
  readonly setZoomed: Dispatch<SetStateAction<ScoreLimits | null>>;
}

/**
 * Size and limits of a layer's plot. It starts on the axes that all layers share.
 *
 * @param columnWidth inner width of the column, px.
 */
export function usePlotFrame(analysis: Analysis, index: number, columnWidth: number): PlotFrame {
  const [zoomed, setZoomed] = useState<ScoreLimits | null>(null);
  const shared = sharedLimits(analysis);
  const windowHeight = useWindowHeight();
  const size = useMemo(
    () => plotSize(columnWidth, shared.aspect, windowHeight - ROOM_FOR_THE_REST),
    [columnWidth, shared.aspect, windowHeight],
  );
  const { basis } = analysis.layers[index].values;
  const limits = useMemo(
    () => withEqualUnits(zoomed ?? shared.limits[basis], size),
    [zoomed, shared, basis, size],
  );
  return { size, limits, setZoomed };
}
