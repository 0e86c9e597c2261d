import { type Analysis, SCORES_PER_KERNEL } from "../../core/analysis/analysis.ts";
import { featureMarks, plotFrame } from "../figures/atlasCell.ts";
import type { ColourBy } from "../figures/kernelGrouping.ts";
import { type Box, leaderOf, placeLabels } from "../figures/labelPlacement.ts";
import { layerDots, type ScoreScale, scoreScale } from "../figures/scatter.ts";
import { type ScoreLimits, sharedLimits } from "../figures/scoreLimits.ts";
import { type Picture, type SvgNode, svg, svgRoot } from "../figures/svg.ts";
import { FONT_FAMILY, groupedNumber, percentText, textNode, textWidth } from "../figures/text.ts";
import { type FigureTheme, featureStyles } from "../figures/theme.ts";
import { roundTicks, tickText } from "../figures/ticks.ts";

const LEFT = 48;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 44;
const MARK_RADIUS = 6.5;
const NAME_SIZE = 12;

export interface LayerScatter {
  readonly picture: Picture;
  /** What of the layer is not drawn, in words; empty where all is. */
  readonly note: string;
}

function axisNodes(
  plot: Box,
  limits: ScoreLimits,
  scale: ScoreScale,
  theme: FigureTheme,
): readonly SvgNode[] {
  const bottom = plot.y + plot.height;
  const across = roundTicks(limits.left, limits.right, 4).flatMap((tick) => {
    const x = scale.x(tick);
    return [
      svg("path", { d: `M${x} ${bottom}v4`, stroke: theme.line }),
      textNode(tickText(tick), x, bottom + 16, 11, theme.muted, { "text-anchor": "middle" }),
    ];
  });
  const up = roundTicks(limits.bottom, limits.top, 4).flatMap((tick) => {
    const y = scale.y(tick);
    return [
      svg("path", { d: `M${plot.x} ${y}h-4`, stroke: theme.line }),
      textNode(tickText(tick), plot.x - 7, y + 4, 11, theme.muted, { "text-anchor": "end" }),
    ];
  });
  return [...across, ...up];
}

/** The names of the filters beside their marks, none over another. */
function nameNodes(
  analysis: Analysis,
  basis: number,
  scale: ScoreScale,
  plot: Box,
  theme: FigureTheme,
): readonly SvgNode[] {
  const scores = analysis.pca[basis].featureScores;
  if (scores === null) return [];
  const styles = featureStyles(analysis.features);
  const requests = styles.map(({ label }, at) => ({
    x: scale.x(scores[at * SCORES_PER_KERNEL]),
    y: scale.y(scores[at * SCORES_PER_KERNEL + 1]),
    width: textWidth(label, NAME_SIZE, true) + 4,
    height: NAME_SIZE + 4,
    clearance: MARK_RADIUS + 3,
  }));
  return placeLabels(requests, plot).flatMap((place, at) => {
    if (place === null) return [];
    const { box, moved } = place;
    const leader = leaderOf(requests[at], box);
    const line = `M${leader.fromX} ${leader.fromY}L${leader.toX} ${leader.toY}`;
    return [
      moved ? svg("path", { d: line, stroke: theme.muted }) : null,
      textNode(styles[at].label, box.x + 2, box.y + NAME_SIZE, NAME_SIZE, theme.ink, {
        "font-weight": 600,
        // Dots may lie behind.
        stroke: theme.halo,
        "stroke-width": 4,
        "stroke-linejoin": "round",
        "paint-order": "stroke",
      }),
    ].filter((node) => node !== null);
  });
}

/** The kernels of one layer and the known filters in the plane of the first two principal axes. */
export function layerScatter(
  analysis: Analysis,
  index: number,
  options: { readonly width: number; readonly theme: FigureTheme; readonly colourBy: ColourBy },
): LayerScatter {
  const { width, theme, colourBy } = options;
  const layer = analysis.layers[index];
  const { basis } = layer.values;
  const shared = sharedLimits(analysis);
  const limits = shared.limits[basis];
  const inside = width - LEFT - RIGHT;
  const plot = { x: LEFT, y: TOP, width: inside, height: Math.round(inside * shared.aspect) };
  const height = plot.height + TOP + BOTTOM;
  const scale = scoreScale(limits, plot);
  const dots = layerDots(analysis, layer, scale, { colourBy, theme, members: null });
  const marks = featureMarks(analysis, basis, limits, plot, MARK_RADIUS, theme);
  const [first = 0, second = 0] = analysis.pca[basis].explainedVarianceRatio;
  const upright = {
    transform: `rotate(-90 14 ${plot.y + plot.height / 2})`,
    "text-anchor": "middle",
  };
  const nodes = [
    svg("rect", { x: 0, y: 0, width, height, fill: theme.paper }),
    ...plotFrame(plot, limits, theme, false),
    ...axisNodes(plot, limits, scale, theme),
    ...dots.nodes,
    ...marks,
    ...nameNodes(analysis, basis, scale, plot, theme),
    textNode(
      `PC1 (${percentText(first)} of variance)`,
      plot.x + inside / 2,
      height - 8,
      12,
      theme.ink,
      {
        "text-anchor": "middle",
      },
    ),
    textNode(
      `PC2 (${percentText(second)} of variance)`,
      14,
      plot.y + plot.height / 2,
      12,
      theme.ink,
      upright,
    ),
  ];
  const notes = [
    ...(dots.shown < dots.placed
      ? [
          `${groupedNumber(dots.shown)} of ${groupedNumber(dots.placed)} kernels drawn, an even sample`,
        ]
      : []),
    ...(dots.beyond > 0
      ? [`${groupedNumber(dots.beyond)} beyond the frame, drawn at its edge`]
      : []),
    ...(dots.notFinite > 0 ? [`${groupedNumber(dots.notFinite)} not finite, not drawn`] : []),
  ];
  const node = svgRoot(width, height, { "font-family": FONT_FAMILY }, ...nodes);
  return { picture: { node, width, height }, note: notes.join("; ") };
}
