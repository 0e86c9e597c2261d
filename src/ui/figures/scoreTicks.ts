import type { Box } from "./labelPlacement.ts";
import { scoreScale } from "./scatter.ts";
import type { ScoreLimits } from "./scoreLimits.ts";
import { type SvgNode, svg } from "./svg.ts";
import { textNode, textWidth } from "./text.ts";
import type { FigureTheme } from "./theme.ts";
import { roundTicks, tickText } from "./ticks.ts";

const FONT_SIZE = 11;

/** Ticks that an axis has at least. */
const FEWEST = 3;

/** Between which x a number below the plot must stay, px. */
export interface TickRoom {
  readonly left: number;
  readonly right: number;
}

/** Ticks with their numbers below and left of a small scatter plot. */
export function scoreTicks(
  plot: Box,
  limits: ScoreLimits,
  room: TickRoom,
  theme: FigureTheme,
): readonly SvgNode[] {
  const scale = scoreScale(limits, plot);
  const bottom = plot.y + plot.height;
  const number = (text: string, x: number, y: number, anchor: "middle" | "end") =>
    textNode(text, x, y, FONT_SIZE, theme.muted, { "text-anchor": anchor, "data-scale": "" });
  const below = roundTicks(limits.left, limits.right, FEWEST).flatMap((tick) => {
    const [x, text] = [scale.x(tick), tickText(tick)];
    const half = textWidth(text, FONT_SIZE) / 2;
    if (x - half < room.left || x + half > room.right) return [];
    const mark = svg("path", { d: `M${x} ${bottom}v4`, stroke: theme.line });
    return [mark, number(text, x, bottom + 15, "middle")];
  });
  const beside = roundTicks(limits.bottom, limits.top, FEWEST).flatMap((tick) => {
    const y = scale.y(tick);
    const mark = svg("path", { d: `M${plot.x} ${y}h-4`, stroke: theme.line });
    return [mark, number(tickText(tick), plot.x - 7, y + 4, "end")];
  });
  return [...below, ...beside];
}
