import { type JSX, useMemo, useState } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import type { ColourBy } from "../figures/kernelGrouping.ts";
import { usePage } from "../hooks/usePage.ts";
import { FlatPlot } from "./FlatPlot.tsx";
import { PlotControls } from "./PlotControls.tsx";
import { SpacePlot } from "./SpacePlot.tsx";
import type { PlaneAxes } from "./scorePlane.ts";
import type { Magnification } from "./spaceFrame.ts";

interface Props {
  readonly analysis: Analysis;
  /** Index in `Analysis.layers`. */
  readonly index: number;
  readonly kernel: number | null;
  readonly colourBy: ColourBy;
  /** Inner width of the column, px. */
  readonly columnWidth: number;
}

/** The kernels of one layer on two or three principal components. */
export function LayerPlot(props: Props): JSX.Element {
  const { dimensions, axes } = usePage((state) => state.plot);
  const [across, up] = axes;
  const [magnification, setMagnification] = useState<Magnification>(1);
  const { analysis, index } = props;
  const plane = useMemo((): PlaneAxes => [across, up], [across, up]);
  return (
    <div>
      <PlotControls {...{ analysis, index, magnification }} onMagnify={setMagnification} />
      {dimensions === 2 ? (
        // Other axes have limits of their own.
        <FlatPlot key={`${across} ${up}`} {...props} axes={plane} />
      ) : (
        <SpacePlot {...props} magnification={magnification} />
      )}
    </div>
  );
}
