import { type JSX, type PointerEvent, useCallback, useMemo, useRef, useState } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import type { ColourBy } from "../figures/kernelGrouping.ts";
import { SvgView } from "../figures/SvgView.tsx";
import { countText } from "../figures/text.ts";
import { figureTheme } from "../figures/theme.ts";
import { usePage } from "../hooks/usePage.ts";
import { useTheme } from "../hooks/useTheme.ts";
import { selectKernel, setPlot } from "../state/actions.ts";
import { kernelNearestTo } from "./cursor.ts";
import { sampleText } from "./drawnKernels.ts";
import { PlotSurface } from "./PlotSurface.tsx";
import { pixelOf } from "./plotFrame.ts";
import { type PlotKeys, togglePicked } from "./plotKeys.ts";
import { draggedBy, type Rotation, rotatedPlane } from "./rotation.ts";
import { turnTowards } from "./SpaceControls.tsx";
import { along } from "./scorePlane.ts";
import { kernelAt, spaceFigure, spaceSample } from "./spaceFigure.ts";
import { kernelsOutside, limitsOfBall, type Magnification, seenInBall } from "./spaceFrame.ts";
import { useLayerPlotSize } from "./usePlotFrame.ts";
import { usePointing } from "./usePointing.ts";

interface Props {
  readonly analysis: Analysis;
  /** Index in `Analysis.layers`. */
  readonly index: number;
  readonly kernel: number | null;
  readonly colourBy: ColourBy;
  /** Inner width of the column, px. */
  readonly columnWidth: number;
  readonly magnification: Magnification;
}

/** Points drawn while the plot is turned: a frame then takes well below 50 ms. */
const MOST_WHILE_TURNING = 1200;

/** A pointer that has moved less than this, px, has clicked. */
const CLICK_REACH = 4;

/** A point this near to the pointer is pointed at, px. */
const HOVER_REACH = 12;

interface Drag {
  readonly x: number;
  readonly y: number;
  readonly from: Rotation;
}

/** Three principal components of one layer; a drag turns it, nothing moves by itself. */
export function SpacePlot(props: Props): JSX.Element {
  const { analysis, index, kernel, colourBy, columnWidth, magnification } = props;
  const theme = figureTheme(useTheme());
  const layer = analysis.layers[index];
  const { scores } = layer.values;
  const { name } = layer.description;
  const group = usePage((state) => state.selection.group);
  const { axes, turn, tilt } = usePage((state) => state.plot);
  const pointing = usePointing(analysis, index);
  const size = useLayerPlotSize(analysis, columnWidth);
  const drag = useRef<Drag | null>(null);
  const [turning, setTurning] = useState<Rotation | null>(null);
  const isTurning = turning !== null;
  const seenTurn = turning?.turn ?? turn;
  const seenTilt = turning?.tilt ?? tilt;
  const rotation = useMemo(() => ({ turn: seenTurn, tilt: seenTilt }), [seenTurn, seenTilt]);

  const look = useMemo(
    () => ({ colourBy, theme, group, magnification }),
    [colourBy, theme, group, magnification],
  );
  const whole = useMemo(() => spaceSample(analysis, index, look), [analysis, index, look]);
  const fewer = useMemo(
    () => (isTurning ? spaceSample(analysis, index, { ...look, most: MOST_WHILE_TURNING }) : null),
    [analysis, index, look, isTurning],
  );
  const sample = fewer ?? whole;
  const figure = useMemo(
    () => spaceFigure(analysis, index, sample, { theme, size, axes, rotation }),
    [analysis, index, sample, theme, size, axes, rotation],
  );
  const plane = useMemo(() => rotatedPlane(axes, rotation), [axes, rotation]);
  const limits = useMemo(() => limitsOfBall(sample.frame, plane, size), [sample, plane, size]);
  const place = useCallback(
    (one: number) => {
      if (!seenInBall(scores, sample.frame)(one)) return null;
      const [x, y] = [along(scores, one, plane.across), along(scores, one, plane.up)];
      return pixelOf(x, y, limits, size);
    },
    [scores, sample, plane, limits, size],
  );
  const beyond = useMemo(() => kernelsOutside(scores, whole.frame), [scores, whole]);

  const onDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    drag.current = { x: event.clientX, y: event.clientY, from: { turn, tilt } };
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onMove = (event: PointerEvent<HTMLDivElement>) => {
    const { x, y } = placeIn(event);
    if (drag.current === null) {
      pointing.hover(kernelAt(figure, x, y, HOVER_REACH));
      return;
    }
    const { from, ...start } = drag.current;
    const [right, down] = [event.clientX - start.x, event.clientY - start.y];
    if (!isTurning && Math.hypot(right, down) < CLICK_REACH) return;
    pointing.hover(null);
    setTurning(draggedBy(from, right, down));
  };
  const onUp = (event: PointerEvent<HTMLDivElement>) => {
    if (drag.current === null) return;
    drag.current = null;
    if (turning !== null) {
      setPlot(turning);
      setTurning(null);
      return;
    }
    const { x, y } = placeIn(event);
    const clicked = kernelAt(figure, x, y, HOVER_REACH);
    if (clicked === null) return;
    if (event.shiftKey || event.ctrlKey) togglePicked(name, clicked);
    else selectKernel(name, clicked);
  };
  const onCancel = () => {
    drag.current = null;
    setTurning(null);
  };

  const keys: PlotKeys = {
    ...{ layer, kernel, pointing, plane },
    start: () => {
      const [x, y] = [(limits.left + limits.right) / 2, (limits.bottom + limits.top) / 2];
      return kernelNearestTo(scores, x, y, plane);
    },
    turn: turnTowards,
  };
  const text = sampleText(whole.drawn);
  const notes = [
    ...(text === null ? [] : [`${text}.`]),
    ...(beyond === 0
      ? []
      : [
          `${countText(beyond, "kernel")} beyond this view; the button "Show every kernel" brings all in.`,
        ]),
  ];
  return (
    <PlotSurface
      {...{ analysis, index, keys, size, theme, place }}
      keepFree={figure.namedBoxes}
      label={`Kernels of ${name} on three principal components. Alt with an arrow key turns the plot. Arrow keys move from kernel to kernel, Enter selects, Space picks several, Home goes to the most typical, Escape lets go.`}
      note={notes.join(" ")}
    >
      <div
        className="space-plot"
        style={{ width: size.width, height: size.height }}
        onPointerDown={onDown}
        onPointerMove={onMove}
        onPointerUp={onUp}
        onPointerCancel={onCancel}
      >
        <SvgView node={figure.node} />
      </div>
    </PlotSurface>
  );
}

function placeIn(event: PointerEvent<HTMLDivElement>): { readonly x: number; readonly y: number } {
  const { left, top } = event.currentTarget.getBoundingClientRect();
  return { x: event.clientX - left, y: event.clientY - top };
}
