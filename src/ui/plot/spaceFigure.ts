import type { Analysis } from "../../core/analysis/analysis.ts";
import type { KernelGroup } from "../../core/selection/kernelGroup.ts";
import { groupMembers } from "../../core/selection/membership.ts";
import { greyedColour } from "../figures/greying.ts";
import type { ColourBy } from "../figures/kernelGrouping.ts";
import { type Box, leaderOf, placeLabels } from "../figures/labelPlacement.ts";
import { markNodes, markPath } from "../figures/marks.ts";
import { type Picture, type SvgNode, shortNumber, svg, svgRoot } from "../figures/svg.ts";
import { FONT_FAMILY, textNode, textWidth } from "../figures/text.ts";
import { DOT_OPACITY, type FigureTheme, featureStyles } from "../figures/theme.ts";
import { type DrawnKernels, drawnKernels, MOST_POINTS } from "./drawnKernels.ts";
import { type KernelClass, kernelClasses } from "./layerClasses.ts";
import { insideOf, isWithin, PLOT_MARGIN, type PlotSize, pixelOf } from "./plotFrame.ts";
import { type Rotation, rotatedPlane } from "./rotation.ts";
import { along } from "./scorePlane.ts";
import { axisNodes, type SpaceAxis, scaleBar, spaceAxes } from "./spaceAxes.ts";
import {
  limitsOfBall,
  type Magnification,
  nearness,
  type SpaceFrame,
  seenInBall,
  spaceFrame,
} from "./spaceFrame.ts";

/** Kernels to draw, whichever way the plot is turned. */
export interface SpaceSample {
  readonly drawn: DrawnKernels;
  readonly frame: SpaceFrame;
}

export interface SampleOptions {
  readonly colourBy: ColourBy;
  readonly theme: FigureTheme;
  /** Its kernels keep their colour, the rest turns grey. */
  readonly group?: KernelGroup | null;
  readonly magnification?: Magnification;
  readonly most?: number;
}

/** The kernels of a layer that a plot of three components draws. */
export function spaceSample(
  analysis: Analysis,
  index: number,
  { colourBy, theme, group = null, magnification = 1, most = MOST_POINTS }: SampleOptions,
): SpaceSample {
  const layer = analysis.layers[index];
  const frame = spaceFrame(analysis, index, magnification);
  const classes = kernelClasses(analysis, layer, colourBy, theme);
  const members = group === null ? null : groupMembers(analysis, index, group);
  const isSeen = seenInBall(layer.values.scores, frame);
  return { drawn: drawnKernels(classes, { isSeen, members, most }), frame };
}

export interface SpaceOptions {
  readonly theme: FigureTheme;
  readonly size: PlotSize;
  /** Components across, up and towards the eye before the plot is turned. */
  readonly axes: readonly [number, number, number];
  readonly rotation: Rotation;
}

/** A plot of three components, and where its points stand. */
export interface SpaceFigure extends Picture {
  /** Drawn kernels, and where they stand, px. */
  readonly kernels: readonly number[];
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  /** What the named marks cover, px. */
  readonly namedBoxes: readonly Box[];
}

/** Dots in the far, middle and near third of the ball: diameters relative to a flat plot's. */
const DEPTH_SCALES: readonly number[] = [0.65, 0.95, 1.3];
/** Radius of a feature's mark at the far and at the near side, px. */
const FAR_MARK = 5;
const NEAR_MARK = 9;
const GREYED_SIZE = 4;
const LABEL_SIZE = 13;

/** Kernels of one look in one third of the depth. */
interface Layered {
  readonly look: Pick<KernelClass, "colour" | "shape" | "open" | "size">;
  readonly points: (readonly [x: number, y: number])[];
}

function layeredNodes({ look, points }: Layered, scale: number, theme: FigureTheme) {
  if (points.length === 0) return [];
  const { colour, shape, open } = look;
  const width = look.size * scale;
  const isStroke = shape === "circle" || shape === "dot" || shape === "square";
  if (!isStroke) {
    const d = points.map(([x, y]) => markPath(shape, x, y, width / 2)).join("");
    return [svg("path", { d, fill: colour, opacity: DOT_OPACITY })];
  }
  const d = points.map(([x, y]) => `M${shortNumber(x, 1)} ${shortNumber(y, 1)}h0`).join("");
  const cap = shape === "square" ? "square" : "round";
  const diameter = shape === "square" ? width * 0.85 : width;
  const line = { d, fill: "none", "stroke-linecap": cap };
  if (!open) {
    const dots = { stroke: colour, "stroke-width": diameter, opacity: DOT_OPACITY };
    return [svg("path", { ...line, ...dots })];
  }
  return [
    svg("path", { ...line, stroke: colour, "stroke-width": diameter }),
    svg("path", { ...line, stroke: theme.plot, "stroke-width": Math.max(0.5, diameter - 2.4) }),
  ];
}

interface NamedPoint {
  readonly x: number;
  readonly y: number;
  readonly name: string;
  readonly strong: boolean;
  readonly clearance: number;
}

/** Names beside marks and at the ends of axes: none over another, none outside the frame. */
function nameNodes(points: readonly NamedPoint[], frame: Box, theme: FigureTheme) {
  const requests = points.map(({ x, y, name, strong, clearance }) => ({
    ...{ x, y, clearance },
    width: textWidth(name, LABEL_SIZE, strong) + 6,
    height: LABEL_SIZE + 5,
  }));
  const placed = placeLabels(requests, frame);
  const nodes: SvgNode[] = [];
  placed.forEach((label, at) => {
    if (label === null) return;
    const { name, strong } = points[at];
    if (label.moved) {
      const { fromX, fromY, toX, toY } = leaderOf(requests[at], label.box);
      const d = `M${shortNumber(fromX)} ${shortNumber(fromY)}L${shortNumber(toX)} ${shortNumber(toY)}`;
      nodes.push(svg("path", { d, stroke: theme.muted, "stroke-width": 1 }));
    }
    const ink = strong ? theme.ink : theme.muted;
    nodes.push(
      textNode(name, label.box.x + 3, label.box.y + LABEL_SIZE, LABEL_SIZE, ink, {
        "font-weight": strong ? 600 : 400,
        stroke: theme.plot,
        "stroke-width": 3.5,
        "stroke-linejoin": "round",
        "paint-order": "stroke",
      }),
    );
  });
  return { nodes, boxes: placed.flatMap((label) => (label === null ? [] : [label.box])) };
}

/** A sample of a layer's kernels on three components, seen from one side, with one unit. */
export function spaceFigure(
  analysis: Analysis,
  index: number,
  sample: SpaceSample,
  { theme, size, axes, rotation }: SpaceOptions,
): SpaceFigure {
  const { drawn, frame: ball } = sample;
  const { scores, basis } = analysis.layers[index].values;
  const plane = rotatedPlane(axes, rotation);
  const limits = limitsOfBall(ball, plane, size);
  const frame = { x: PLOT_MARGIN.left, y: PLOT_MARGIN.top, ...insideOf(size) };
  const isInBall = seenInBall(scores, ball);
  const project = (points: ArrayLike<number>, at: number) => {
    const [x, y] = [along(points, at, plane.across), along(points, at, plane.up)];
    const near = nearness(along(points, at, plane.towards), ball, plane);
    return { ...pixelOf(x, y, limits, size), near, isIn: isWithin(x, y, limits) };
  };

  const [kernels, xs, ys]: [number[], number[], number[]] = [[], [], []];
  const layered = (look: Layered["look"], drawnOnes: Int32Array): readonly Layered[] => {
    const thirds: readonly Layered[] = DEPTH_SCALES.map(() => ({ look, points: [] }));
    for (const kernel of drawnOnes) {
      // What is not counted as seen must not be seen from some sides.
      if (!isInBall(kernel)) continue;
      const { x, y, near } = project(scores, kernel);
      thirds[Math.min(2, Math.floor(3 * near))].points.push([x, y]);
      kernels.push(kernel);
      xs.push(x);
      ys.push(y);
    }
    return thirds;
  };
  const grey = {
    colour: greyedColour(theme),
    shape: "circle",
    open: false,
    size: GREYED_SIZE,
  } as const;
  const rest = layered(grey, drawn.others);
  const classes = drawn.classes.map((one) => layered(one, one.drawn));
  const dots = [
    ...rest.flatMap((third, depth) => layeredNodes(third, DEPTH_SCALES[depth], theme)),
    ...DEPTH_SCALES.flatMap((scale, depth) =>
      classes.flatMap((thirds) => layeredNodes(thirds[depth], scale, theme)),
    ),
  ];

  const featureScores = analysis.pca[basis].featureScores;
  const features = featureStyles(analysis.features)
    .flatMap((style, at) =>
      featureScores === null ? [] : [{ style, ...project(featureScores, at) }],
    )
    .filter(({ isIn }) => isIn)
    .sort((a, b) => a.near - b.near)
    .map((one) => ({ ...one, radius: FAR_MARK + (NEAR_MARK - FAR_MARK) * one.near }));
  const lines: readonly SpaceAxis[] = spaceAxes(analysis, index, { plane, limits, size, frame });
  const names = nameNodes(
    [
      ...features.map(({ style, x, y, radius }) => ({
        ...{ x, y, name: style.label, strong: true, clearance: radius + 5 },
      })),
      ...lines.map(({ to, name }) => ({ ...to, name, strong: false, clearance: 4 })),
    ],
    frame,
    theme,
  );
  const { width, height } = size;
  const viewBox = [frame.x, frame.y, frame.width, frame.height].map((entry) => shortNumber(entry));
  const node = svgRoot(
    width,
    height,
    { class: "space-figure", "aria-hidden": "true", "font-family": FONT_FAMILY },
    svg("rect", { x: 0, y: 0, width, height, fill: theme.paper }),
    svg("rect", { ...frame, fill: theme.plot, stroke: theme.faint }),
    // A nested picture cuts off what reaches beyond the frame.
    svg(
      "svg",
      { ...frame, viewBox: viewBox.join(" ") },
      ...axisNodes(lines, theme),
      ...dots,
      ...features.flatMap((one) => markNodes([one], one.radius, theme)),
      ...names.nodes,
      ...scaleBar(limits, size, frame, theme),
    ),
  );
  const marks = features.map(({ x, y, radius }) => ({
    ...{ x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius },
  }));
  return { node, width, height, kernels, xs, ys, namedBoxes: [...marks, ...names.boxes] };
}

/** The drawn kernel nearest to a place in the picture, within `reach` px; null: none. */
export function kernelAt(
  { kernels, xs, ys }: SpaceFigure,
  x: number,
  y: number,
  reach: number,
): number | null {
  let best: number | null = null;
  let nearest = reach * reach;
  for (let at = 0; at < kernels.length; at++) {
    const distance = (xs[at] - x) ** 2 + (ys[at] - y) ** 2;
    if (distance > nearest) continue;
    nearest = distance;
    best = kernels[at];
  }
  return best;
}
