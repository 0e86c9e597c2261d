import type { Analysis } from "../../core/analysis/analysis.ts";
import type { Box } from "../figures/labelPlacement.ts";
import { type ScoreLimits, scoreRange } from "../figures/scoreLimits.ts";
import { type SvgNode, shortNumber, svg } from "../figures/svg.ts";
import { textNode } from "../figures/text.ts";
import type { FigureTheme } from "../figures/theme.ts";
import { roundTicks, tickText } from "../figures/ticks.ts";
import { axisTitle } from "./layerFigure.ts";
import { insideOf, type PixelPoint, type PlotSize, pixelOf } from "./plotFrame.ts";
import type { RotatedPlane } from "./rotation.ts";

export interface SpaceAxis {
  readonly from: PixelPoint;
  /** The end of the positive side, where its name stands. */
  readonly to: PixelPoint;
  readonly name: string;
}

/**
 * The part of a line inside a frame (the clipping of Liang and Barsky 1984); null: none of it.
 */
export function clippedLine(
  from: PixelPoint,
  to: PixelPoint,
  frame: Box,
): readonly [PixelPoint, PixelPoint] | null {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  let [enter, leave] = [0, 1];
  for (const [towards, room] of [
    [-dx, from.x - frame.x],
    [dx, frame.x + frame.width - from.x],
    [-dy, from.y - frame.y],
    [dy, frame.y + frame.height - from.y],
  ]) {
    if (towards === 0) {
      if (room < 0) return null;
    } else if (towards < 0) enter = Math.max(enter, room / towards);
    else leave = Math.min(leave, room / towards);
  }
  if (enter > leave) return null;
  const at = (share: number) => ({ x: from.x + share * dx, y: from.y + share * dy });
  return [at(enter), at(leave)];
}

/** The lines of the three components through the middle of the PCA, as far as they are seen. */
export function spaceAxes(
  analysis: Analysis,
  index: number,
  view: {
    readonly plane: RotatedPlane;
    readonly limits: ScoreLimits;
    readonly size: PlotSize;
    readonly frame: Box;
  },
): readonly SpaceAxis[] {
  const { plane, limits, size, frame } = view;
  const { basis } = analysis.layers[index].values;
  const components = Math.min(3, analysis.pca[basis].components.length);
  return Array.from({ length: components }).flatMap((_, component) => {
    const end = (score: number) =>
      pixelOf(score * plane.across[component], score * plane.up[component], limits, size);
    const [low, high] = scoreRange(analysis, basis, component);
    const line = clippedLine(end(Math.min(0, low)), end(Math.max(0, high)), frame);
    if (line === null) return [];
    return [{ from: line[0], to: line[1], name: axisName(analysis, index, component, frame) }];
  });
}

/** Frames narrower than this, px, have room for short names only. */
const NARROW = 440;

function axisName(analysis: Analysis, index: number, component: number, frame: Box): string {
  const title = axisTitle(analysis, index, component, 0);
  return frame.width < NARROW ? title.replace(" of variance", "") : title;
}

/** Half-lines with an arrow at the positive end. */
export function axisNodes(axes: readonly SpaceAxis[], theme: FigureTheme): readonly SvgNode[] {
  return axes.map(({ from, to }) => {
    const [x1, y1, x2, y2] = [from.x, from.y, to.x, to.y].map((entry) => shortNumber(entry));
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    const line = { fill: "none", stroke: theme.line, "stroke-width": 1.2 };
    return svg("path", {
      class: "space-axis",
      ...line,
      d: `M${x1} ${y1}L${x2} ${y2}${arrow(from, to, length)}`,
    });
  });
}

/** Length of an arrow's barbs, px. */
const BARB = 7;

function arrow(from: PixelPoint, to: PixelPoint, length: number): string {
  // An axis that points to the eye has no direction on the screen.
  if (length < 3 * BARB) return "";
  const [dx, dy] = [((to.x - from.x) / length) * BARB, ((to.y - from.y) / length) * BARB];
  const barb = (side: 1 | -1) =>
    `M${shortNumber(to.x - dx + (side * dy) / 2)} ${shortNumber(to.y - dy - (side * dx) / 2)}L${shortNumber(to.x)} ${shortNumber(to.y)}`;
  return barb(1) + barb(-1);
}

/** A line of a round length in scores: all axes have this one unit. */
export function scaleBar(
  limits: ScoreLimits,
  size: PlotSize,
  frame: Box,
  theme: FigureTheme,
): readonly SvgNode[] {
  const span = limits.right - limits.left;
  const length = roundTicks(0, span / 4, 2).at(-1);
  if (length === undefined) return [];
  const width = (length / span) * insideOf(size).width;
  const [x, y] = [frame.x + 12, frame.y + frame.height - 14];
  const d = `M${x} ${y - 4}v4h${shortNumber(width)}v-4`;
  return [
    svg("path", { class: "space-scale", d, fill: "none", stroke: theme.line, "stroke-width": 1.5 }),
    textNode(`${tickText(length)} on every axis`, x + width + 8, y + 1, 11, theme.muted),
  ];
}
