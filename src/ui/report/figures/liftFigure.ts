import type { Feature } from "../../../core/features/clinicalKernels.ts";
import type {
  FilterFinding,
  LabelFinding,
  RatioEstimate,
} from "../../../core/findings/findings.ts";
import { ratioText } from "../../figures/lift.ts";
import { markNode } from "../../figures/marks.ts";
import { type Picture, type SvgNode, svg } from "../../figures/svg.ts";
import { textNode, textWidth, truncatedMiddle } from "../../figures/text.ts";
import {
  type FeatureStyle,
  type FigureTheme,
  labelStyles,
  outlineColour,
} from "../../figures/theme.ts";
import {
  type Axis,
  axisNodes,
  figureOf,
  LABEL_SIZE,
  logAxis,
  noteNodes,
  SMALLEST_FIGURE,
} from "./plotParts.ts";

const ROW = 34;
const MARK_ROOM = 20;
/** Rows of one label stand this far above and below its middle. */
const APART = 7;

/** Ends of the axis that no interval moves: what is beyond gets an arrow. */
const LOWEST = 0.05;
const HIGHEST = 200;
const TICKS: readonly number[] = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200];
/** Ticks closer than this would touch. */
const LEAST_TICK_GAP = 34;

function axisEnds(labels: readonly LabelFinding[]): readonly [low: number, high: number] {
  const ends = labels.flatMap(({ overGaussian, overShuffled }) =>
    [overGaussian, overShuffled].flatMap(({ ratio, low, high }) => [
      ratio ?? low,
      low,
      high ?? low,
    ]),
  );
  const inside = ends
    .filter((value) => value > 0)
    .map((value) => Math.min(HIGHEST, Math.max(LOWEST, value)));
  const low = Math.min(0.5, ...inside);
  const high = Math.max(2, ...inside);
  return [low / 1.15, high * 1.15];
}

/** A line from end to end, with an arrow where it goes on, and its mark. */
function intervalNodes(
  { low, high }: Pick<RatioEstimate, "low" | "high">,
  axis: Axis,
  [lowest, highest]: readonly [number, number],
  y: number,
  line: { readonly stroke: string; readonly dash?: string },
): readonly SvgNode[] {
  const from = axis.at(low);
  const to = high === null ? axis.right : axis.at(high);
  const arrows = [
    ...(low < lowest ? [`M${from + 5} ${y - 4}L${from} ${y}L${from + 5} ${y + 4}`] : []),
    ...(high === null || high > highest
      ? [`M${to - 5} ${y - 4}L${to} ${y}L${to - 5} ${y + 4}`]
      : []),
  ];
  const stroke = { stroke: line.stroke, "stroke-width": 2, fill: "none" };
  return [
    svg("path", { d: `M${from} ${y}H${to}`, ...stroke, "stroke-dasharray": line.dash }),
    ...arrows.map((d) => svg("path", { d, ...stroke })),
  ];
}

function rowNodes(
  label: LabelFinding,
  style: FeatureStyle,
  axis: Axis,
  ends: readonly [number, number],
  y: number,
  theme: FigureTheme,
): readonly SvgNode[] {
  const colour = outlineColour(style.colour, theme);
  const { overGaussian, overShuffled } = label;
  const name = truncatedMiddle(style.label, axis.left - MARK_ROOM - 12, LABEL_SIZE);
  return [
    markNode(style, 12, y, 5.5, theme),
    textNode(name, MARK_ROOM + 4, y + 4, LABEL_SIZE, theme.ink, {
      "font-weight": label.verdict === "more" ? 700 : 400,
    }),
    ...intervalNodes(overGaussian, axis, ends, y - APART, { stroke: colour }),
    ...(overGaussian.ratio === null
      ? []
      : [markNode(style, axis.at(overGaussian.ratio), y - APART, 5, theme)]),
    ...intervalNodes(overShuffled, axis, ends, y + APART, { stroke: theme.muted, dash: "3 3" }),
    ...(overShuffled.ratio === null
      ? []
      : [
          svg("circle", {
            cx: axis.at(overShuffled.ratio),
            cy: y + APART,
            r: 3.5,
            fill: theme.paper,
            stroke: theme.muted,
            "stroke-width": 1.6,
          }),
        ]),
  ];
}

/** How many times as often as chance each filter is met, with intervals, on an axis of ratios. */
export function liftFigure(
  { labels }: FilterFinding,
  features: readonly Feature[],
  options: { readonly width: number; readonly theme: FigureTheme },
): Picture {
  const { theme } = options;
  const width = Math.max(SMALLEST_FIGURE, options.width);
  const styles = labelStyles(features);
  const shown = labels.flatMap((label) => {
    const style = styles.find(({ id }) => id === label.label);
    return style === undefined ? [] : [{ label, style }];
  });
  const longest = Math.max(
    60,
    ...shown.map(({ style }) => textWidth(style.label, LABEL_SIZE, true)),
  );
  const left = Math.min(longest + MARK_ROOM + 16, width * 0.45);
  const ends = axisEnds(labels);
  const axis = logAxis(left, width - 16, ...ends);
  const top = 22;
  const bottom = top + shown.length * ROW;
  let last = Number.NEGATIVE_INFINITY;
  const ticks = [1, ...TICKS.filter((tick) => tick !== 1)]
    .filter((value) => value >= ends[0] && value <= ends[1])
    .sort((a, b) => a - b)
    .filter((value) => {
      const x = axis.at(value);
      const isFree = x - last >= LEAST_TICK_GAP && (value >= 1 || axis.at(1) - x >= LEAST_TICK_GAP);
      if (isFree) last = x;
      return isFree;
    })
    .map((value) => ({ value, text: ratioText(value) }));
  const one = axis.at(1);
  const below = noteNodes(
    [
      "Thick line: as often as in noise. Mark and full line: against random kernels. Circle and dashed line: against the model's own kernels with shuffled numbers. Lines are intervals; bold names are above both.",
    ],
    bottom + 26,
    width,
    theme,
  );
  const nodes = [
    textNode("more often than noise →", width - 16, 13, 11, theme.muted, { "text-anchor": "end" }),
    ...axisNodes(axis, ticks, top, bottom, theme),
    svg("path", { d: `M${one} ${top}V${bottom}`, stroke: theme.ink, "stroke-width": 1.5 }),
    ...shown.flatMap(({ label, style }, at) =>
      rowNodes(label, style, axis, ends, top + (at + 0.5) * ROW, theme),
    ),
    ...below.nodes,
  ];
  const said = shown.map(({ label, style }) => {
    const { ratio } = label.overGaussian;
    return `${style.label} ${ratio === null ? "never in noise" : ratioText(ratio)}`;
  });
  return figureOf(nodes, width, below.bottom + 6, `Lift over noise: ${said.join(", ")}`, theme);
}
