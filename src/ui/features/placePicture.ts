import { SCORES_PER_KERNEL } from "../../core/analysis/analysis.ts";
import type { Feature } from "../../core/features/clinicalKernels.ts";
import { sampledIndexes } from "../../core/random/sampledIndexes.ts";
import { markNodes, markPath, type PlacedMark } from "../figures/marks.ts";
import { scoreScale } from "../figures/scatter.ts";
import type { ScoreLimits } from "../figures/scoreLimits.ts";
import { type Picture, type SvgNode, shortNumber, svg, svgRoot } from "../figures/svg.ts";
import { FONT_FAMILY, percentText, textNode, truncatedMiddle } from "../figures/text.ts";
import { DOT_OPACITY, type FigureTheme, featureStyles } from "../figures/theme.ts";
import type { PlaceGround } from "./filterPlace.ts";

export interface PlacePictureOptions {
  readonly ground: PlaceGround;
  readonly limits: ScoreLimits;
  readonly features: readonly Feature[];
  /** As `filterScores` gives them. */
  readonly scores: Float32Array;
  /** Index of the filter that is edited. */
  readonly chosen: number;
  /** CSS pixels. */
  readonly width: number;
  readonly theme: FigureTheme;
}

/** Kernels drawn at most: more only blacken the picture. */
const MOST_DOTS = 1500;

const AXIS_ROOM = 20;
const OTHER_RADIUS = 4;
const CHOSEN_RADIUS = 7;
const FONT_SIZE = 12;

/** Where filters stand among kernels on the first two principal axes; the edited one is ringed. */
export function placePicture(options: PlacePictureOptions): Picture {
  const { ground, limits, features, scores, chosen, width, theme } = options;
  const { left, right, bottom, top } = limits;
  const plot = { x: AXIS_ROOM, y: 1, width: width - AXIS_ROOM - 1, height: 0 };
  plot.height = (plot.width * (top - bottom)) / (right - left);
  const height = Math.ceil(plot.height + AXIS_ROOM);
  const scale = scoreScale(limits, plot);
  const styles = featureStyles(features);
  const marks: readonly PlacedMark[] = styles.map((style, index) => ({
    style,
    x: scale.x(scores[index * SCORES_PER_KERNEL]),
    y: scale.y(scores[index * SCORES_PER_KERNEL + 1]),
  }));
  const others = marks.filter((_, index) => index !== chosen);
  const edited = marks[chosen];
  const frame = svg("rect", { ...plot, fill: theme.plot, stroke: theme.line });
  const said = `Kernels of ${ground.of} on two principal axes, with ${features.length} filters among them`;
  const attributes = { role: "img", "aria-label": said, "font-family": FONT_FAMILY };
  const node = svgRoot(
    width,
    height,
    attributes,
    frame,
    dots(ground, scale, theme),
    ...markNodes(others, OTHER_RADIUS, theme),
    ...(edited === undefined ? [] : editedNodes(edited, plot, theme)),
    ...axisNames(ground, plot, theme),
  );
  return { node, width, height };
}

function dots(
  { layers }: PlaceGround,
  scale: ReturnType<typeof scoreScale>,
  theme: FigureTheme,
): SvgNode {
  const total = layers.reduce((sum, { kernelCount }) => sum + kernelCount, 0);
  const points: string[] = [];
  let layer = 0;
  let before = 0;
  for (const index of sampledIndexes(total, MOST_DOTS)) {
    while (index - before >= layers[layer].kernelCount) before += layers[layer++].kernelCount;
    const at = (index - before) * SCORES_PER_KERNEL;
    const [first, second] = layers[layer].values.scores.subarray(at, at + 2);
    if (!Number.isFinite(first) || !Number.isFinite(second)) continue;
    points.push(`M${shortNumber(scale.x(first), 1)} ${shortNumber(scale.y(second), 1)}h0`);
  }
  return svg("path", {
    d: points.join(""),
    fill: "none",
    stroke: theme.line,
    "stroke-width": 3,
    "stroke-linecap": "round",
    opacity: DOT_OPACITY,
  });
}

function editedNodes(
  mark: PlacedMark,
  plot: { readonly x: number; readonly y: number; readonly width: number },
  theme: FigureTheme,
): readonly SvgNode[] {
  const { x, y, style } = mark;
  const ring = svg("path", {
    d: markPath("circle", x, y, CHOSEN_RADIUS + 5),
    fill: "none",
    stroke: theme.accent,
    "stroke-width": 2,
  });
  const isRight = x > plot.x + plot.width / 2;
  const beside = CHOSEN_RADIUS + 9;
  const room = isRight ? x - beside - plot.x : plot.x + plot.width - x - beside;
  const name = truncatedMiddle(style.label, Math.max(0, room - 4), FONT_SIZE, true);
  const anchor = isRight ? "end" : "start";
  const words = {
    "text-anchor": anchor,
    "font-weight": 600,
    stroke: theme.halo,
    "stroke-width": 3,
    "paint-order": "stroke",
  };
  const at = isRight ? x - beside : x + beside;
  const baseline = Math.max(plot.y + FONT_SIZE, y + 4);
  return [
    ...markNodes([mark], CHOSEN_RADIUS, theme),
    ring,
    textNode(name, at, baseline, FONT_SIZE, theme.ink, words),
  ];
}

function axisNames(
  { basis }: PlaceGround,
  plot: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  theme: FigureTheme,
): readonly SvgNode[] {
  const [first, second] = basis.explainedVarianceRatio;
  const bottom = plot.y + plot.height + 15;
  const middle = plot.y + plot.height / 2;
  return [
    textNode(`PC1 \u00B7 ${percentText(first)}`, plot.x + plot.width, bottom, 11, theme.muted, {
      "text-anchor": "end",
    }),
    textNode(`PC2 \u00B7 ${percentText(second)}`, 12, middle, 11, theme.muted, {
      "text-anchor": "middle",
      transform: `rotate(-90 12 ${shortNumber(middle)})`,
    }),
  ];
}
