import { type JSX, type MouseEvent, useLayoutEffect, useMemo, useRef } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import { type GridLayout, type GridTarget, gridColours } from "../figures/kernelGrid.ts";
import { figureTheme } from "../figures/theme.ts";
import { useTheme } from "../hooks/useTheme.ts";
import { layerScale } from "../inspector/layerScale.ts";
import { drawGrid } from "./drawGrid.ts";
import type { GridScroll } from "./useGridView.ts";

interface Props {
  readonly analysis: Analysis;
  readonly index: number;
  readonly layout: GridLayout;
  readonly members: Uint8Array | null;
  readonly selected: number | null;
  readonly cursor: number | null;
  readonly pointed: GridTarget | null;
  readonly scroll: GridScroll;
  /** Of the view, CSS px. */
  readonly width: number;
  readonly height: number;
  readonly onPoint: (event: MouseEvent<HTMLElement>) => void;
  readonly onLeave: () => void;
  readonly onChoose: (event: MouseEvent<HTMLElement>) => void;
}

/** More pixels than two per CSS px are not seen, and take their time. */
const MOST_RATIO = 2;

function rowOf(target: GridTarget | null, columns: number): number | null {
  if (target?.kind === "row") return target.row;
  return target?.kind === "kernel" ? Math.floor(target.kernel / columns) : null;
}

function columnOf(target: GridTarget | null, columns: number): number | null {
  if (target?.kind === "column") return target.column;
  return target?.kind === "kernel" ? target.kernel % columns : null;
}

/** The kernels in sight; the canvas stands still and changes its picture when it is scrolled. */
export function GridCanvas(props: Props): JSX.Element {
  const { analysis, index, layout, members, selected, cursor, pointed, scroll, width, height } =
    props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = figureTheme(useTheme());
  const colours = useMemo(() => gridColours(theme), [theme]);
  const layer = analysis.layers[index];
  const at = cursor ?? selected;
  const stands = pointed ?? (at === null ? null : { kind: "kernel" as const, kernel: at });
  const row = rowOf(stands, layout.columns);
  const column = columnOf(stands, layout.columns);
  useLayoutEffect(() => {
    if (canvas.current === null) return;
    const ratio = Math.min(MOST_RATIO, window.devicePixelRatio);
    const scale = layerScale(layer);
    const { kernels } = layer;
    drawGrid(
      canvas.current,
      { layout, kernels, scale, colours, members, scroll, theme, selected, cursor, row, column },
      width,
      height,
      ratio,
    );
  }, [
    layout,
    layer,
    colours,
    members,
    scroll,
    theme,
    selected,
    cursor,
    row,
    column,
    width,
    height,
  ]);
  return (
    <canvas
      ref={canvas}
      className="layer-grid-canvas"
      style={{ width, height, cursor: pointed === null ? "default" : "pointer" }}
      onMouseMove={props.onPoint}
      onMouseLeave={props.onLeave}
      onClick={props.onChoose}
    />
  );
}
