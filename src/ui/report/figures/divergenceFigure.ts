import type { EncoderFinding } from "../../../core/findings/findings.ts";
import { hatchPath } from "../../figures/hatch.ts";
import { type Picture, svg } from "../../figures/svg.ts";
import { textNode } from "../../figures/text.ts";
import type { FigureTheme } from "../../figures/theme.ts";
import { roundTicks, tickText } from "../../figures/ticks.ts";
import {
  axisNodes,
  figureOf,
  LABEL_SIZE,
  linearAxis,
  noteNodes,
  SMALLEST_FIGURE,
} from "./plotParts.ts";

const NAMES = 84;
const ROW = 30;

/** How different the encoder's layers are, beside what shuffled kernels give; null without both. */
export function divergenceFigure(
  { meanDivergence, floorMean, floorHigh }: EncoderFinding,
  options: { readonly width: number; readonly theme: FigureTheme },
): Picture | null {
  if (meanDivergence === null || floorMean === null || floorHigh === null) return null;
  const { theme } = options;
  const width = Math.max(SMALLEST_FIGURE, options.width);
  const high = Math.max(meanDivergence, floorHigh) * 1.12 || 1;
  // The floor is a difference of noises, which can fall below nothing.
  const low = Math.min(0, floorMean);
  const axis = linearAxis(NAMES, width - 24, low, high);
  const [top, bottom] = [8, 8 + 2 * ROW];
  const ticks = roundTicks(low, high, 3).map((value) => ({ value, text: tickText(value) }));
  const floor = {
    x: axis.left,
    y: top + ROW + 6,
    width: axis.at(floorHigh) - axis.left,
    height: ROW - 12,
  };
  const mean = axis.at(meanDivergence);
  const noise = axis.at(floorMean);
  const notes = noteNodes(
    [
      "Mean Jensen-Shannon divergence between encoder layers, in bits; further right: less alike. Hatched: what shuffled kernels stay below in most draws; bar: their mean.",
    ],
    bottom + 24,
    width,
    theme,
  );
  const nodes = [
    ...axisNodes(axis, ticks, top, bottom, theme),
    textNode("This model", 4, top + ROW / 2 + 4, LABEL_SIZE, theme.ink),
    textNode("Shuffled", 4, top + 1.5 * ROW + 4, LABEL_SIZE, theme.ink),
    svg("path", {
      d: `M${axis.left} ${top + ROW / 2}H${mean}`,
      stroke: theme.accent,
      "stroke-width": 2,
    }),
    svg("circle", { cx: mean, cy: top + ROW / 2, r: 6, fill: theme.accent }),
    svg("rect", { ...floor, fill: theme.faint }),
    svg("path", { d: hatchPath(floor), fill: "none", stroke: theme.line }),
    svg("path", {
      d: `M${noise} ${floor.y - 4}v${floor.height + 8}`,
      stroke: theme.ink,
      "stroke-width": 2.5,
    }),
    ...notes.nodes,
  ];
  const label =
    "How different the encoder's layers are in their shares of filters, beside shuffled kernels";
  return figureOf(nodes, width, notes.bottom + 6, label, theme);
}
