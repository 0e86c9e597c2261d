import { type JSX, useCallback, useMemo, useState } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import type { ColourBy } from "../figures/kernelGrouping.ts";
import { countText } from "../figures/text.ts";
import { figureTheme } from "../figures/theme.ts";
import { usePage } from "../hooks/usePage.ts";
import { useSteadyAnalysis } from "../hooks/useSteadyAnalysis.ts";
import { useTheme } from "../hooks/useTheme.ts";
import { selectGroup, selectKernel } from "../state/actions.ts";
import { kernelNearestTo } from "./cursor.ts";
import { type DrawnKernels, sampleText } from "./drawnKernels.ts";
import { layerFigure } from "./layerFigure.ts";
import { allLimits, kernelsBeyond } from "./layerLimits.ts";
import { boxOutline, simplifiedOutline } from "./outline.ts";
import { PlotlyPlot } from "./PlotlyPlot.tsx";
import { PlotSurface } from "./PlotSurface.tsx";
import { isWithin, limitsFromRelayout, pixelOf } from "./plotFrame.ts";
import { FIT_ICON, RESET_ICON } from "./plotIcons.ts";
import { type PlotKeys, togglePicked } from "./plotKeys.ts";
import type { PlotlyPoint, PlotlySelection } from "./plotlyTypes.ts";
import { along, axesPlane, type PlaneAxes } from "./scorePlane.ts";
import { usePlotFrame } from "./usePlotFrame.ts";
import { usePointing } from "./usePointing.ts";

interface Props {
  readonly analysis: Analysis;
  /** Index in `Analysis.layers`. */
  readonly index: number;
  readonly kernel: number | null;
  readonly colourBy: ColourBy;
  /** Keep the same array while nothing changes. */
  readonly axes: PlaneAxes;
  /** Inner width of the column, px. */
  readonly columnWidth: number;
}

function kernelOfPoint(points: readonly PlotlyPoint[]): number | null {
  const kernel = points[0]?.customdata;
  return typeof kernel === "number" ? kernel : null;
}

function noteText(drawn: DrawnKernels, beyond: number): string {
  const notes: string[] = [];
  const sample = sampleText(drawn);
  if (sample !== null) notes.push(`${sample}; zoom in to see more of them.`);
  if (beyond > 0) {
    notes.push(
      `${countText(beyond, "kernel")} beyond this frame; the button "Show every kernel" brings all in.`,
    );
  }
  return notes.join(" ");
}

/** x, y, x, y, ... of what was drawn; null where that encloses nothing. */
function drawnOutline({ lassoPoints, range }: PlotlySelection): readonly number[] | null {
  if (lassoPoints !== undefined) {
    return simplifiedOutline(lassoPoints.x.flatMap((x, at) => [x, lassoPoints.y[at]]));
  }
  if (range === undefined) return null;
  return simplifiedOutline(boxOutline([range.x[0], range.x[1]], [range.y[0], range.y[1]]));
}

function hasFinePointer(): boolean {
  return !matchMedia("(pointer: coarse)").matches;
}

/** Two principal components of one layer, with pointer and keyboard. */
export function FlatPlot({
  analysis,
  index,
  kernel,
  colourBy,
  axes,
  columnWidth,
}: Props): JSX.Element {
  const theme = figureTheme(useTheme());
  const layer = analysis.layers[index];
  const { scores } = layer.values;
  const { name } = layer.description;
  const group = usePage((state) => state.selection.group);
  const pointing = usePointing(analysis, index);
  const plane = useMemo(() => axesPlane(axes), [axes]);
  const [dragRevision, setDragRevision] = useState(0);
  // Exact distances and findings come in later and move no point: they are not worth a drawing.
  const drawn = useSteadyAnalysis(analysis, colourBy === "label");
  const { size, limits, setZoomed } = usePlotFrame(drawn, index, columnWidth, axes);
  const figure = useMemo(
    () =>
      layerFigure(drawn, index, {
        ...{ colourBy, theme, size, limits, axes, group, dragRevision },
        legend: 0,
        canDrag: hasFinePointer(),
      }),
    [drawn, index, colourBy, theme, size, limits, axes, group, dragRevision],
  );

  const buttons = useMemo(
    () => [
      {
        name: "every-kernel",
        title: "Show every kernel",
        icon: FIT_ICON,
        click: () => setZoomed(allLimits(drawn, index, plane)),
      },
      {
        name: "model-axes",
        title: "Back to the model's common axes",
        icon: RESET_ICON,
        click: () => setZoomed(null),
      },
    ],
    [drawn, index, plane, setZoomed],
  );

  const onSelected = (selection: PlotlySelection | undefined) => {
    const polygon = selection === undefined ? null : drawnOutline(selection);
    if (polygon === null) return;
    // Plotly forgets what it pointed at when it draws anew.
    pointing.hover(null);
    selectGroup({ kind: "region", layer: name, axes, polygon });
    // On a touch screen the next drag is meant for the page again.
    if (!hasFinePointer()) setDragRevision((before) => before + 1);
  };

  const beyond = useMemo(() => kernelsBeyond(scores, limits, plane), [scores, limits, plane]);
  const place = useCallback(
    (one: number) => {
      const [x, y] = [along(scores, one, plane.across), along(scores, one, plane.up)];
      return isWithin(x, y, limits) ? pixelOf(x, y, limits, size) : null;
    },
    [scores, plane, limits, size],
  );
  const keys: PlotKeys = {
    ...{ layer, kernel, pointing, plane },
    start: () => {
      const [x, y] = [(limits.left + limits.right) / 2, (limits.bottom + limits.top) / 2];
      return kernelNearestTo(scores, x, y, plane);
    },
    turn: null,
  };
  return (
    <PlotSurface
      {...{ analysis, index, keys, size, theme, place }}
      label={`Kernels of ${name}: PC${axes[0] + 1} against PC${axes[1] + 1}. Arrow keys move from kernel to kernel, Enter selects, Space picks several, Home goes to the most typical, Escape lets go.`}
      keepFree={figure.namedBoxes}
      note={noteText(figure.drawn, beyond)}
    >
      <PlotlyPlot
        figure={figure}
        width={size.width}
        height={size.height}
        buttons={buttons}
        listeners={{
          plotly_hover: ({ points }) => pointing.hover(kernelOfPoint(points)),
          plotly_unhover: () => pointing.hover(null),
          plotly_click: ({ points, event }) => {
            const clicked = kernelOfPoint(points);
            if (clicked === null) return;
            const picks = event?.shiftKey === true || event?.ctrlKey === true;
            if (picks) togglePicked(name, clicked);
            else selectKernel(name, clicked);
          },
          plotly_selected: onSelected,
          plotly_relayout: (event) =>
            setZoomed((before) => limitsFromRelayout(event, limits) ?? before),
          plotly_doubleclick: () => setZoomed(null),
        }}
      />
    </PlotSurface>
  );
}
