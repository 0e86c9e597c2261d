import { mixedColour } from "./colour.ts";
import { greyedColour } from "./greying.ts";
import { hatchPath } from "./hatch.ts";
import type { Box } from "./labelPlacement.ts";
import { markPath } from "./marks.ts";
import { type SvgNode, svg } from "./svg.ts";
import { percentText, SMALLEST_FONT_SIZE, textNode, textWidth } from "./text.ts";
import { type FeatureStyle, type FigureTheme, outlineColour } from "./theme.ts";

/** Height in px of a bar of what chance gives. */
export const CHANCE_HEIGHT = 8;

export interface Segment {
  readonly index: number;
  readonly x: number;
  readonly width: number;
  readonly share: number;
}

/** Where each share lies in a bar; the segments fill it, whatever the shares sum to. */
export function segments(shares: readonly number[], x: number, width: number): readonly Segment[] {
  const usable = shares.map((share) => (Number.isFinite(share) && share > 0 ? share : 0));
  const total = usable.reduce((sum, share) => sum + share, 0);
  if (total === 0) return [];
  let before = 0;
  return usable.map((share, index) => {
    const start = x + (before / total) * width;
    before += share;
    return { index, x: start, width: x + (before / total) * width - start, share: share / total };
  });
}

/** Mark and share inside a segment, as far as there is room. */
function segmentText(
  segment: Segment,
  bar: Box,
  { shape }: FeatureStyle,
  ink: string,
): readonly SvgNode[] {
  const middle = bar.y + bar.height / 2;
  const text = percentText(segment.share);
  const textRoom = textWidth(text, SMALLEST_FONT_SIZE) + 6;
  const markRoom = 16;
  const nodes: SvgNode[] = [];
  const withMark =
    segment.width >= markRoom + (segment.width >= markRoom + textRoom ? textRoom : 0);
  if (withMark && shape !== "dot") {
    nodes.push(svg("path", { d: markPath(shape, segment.x + 9, middle, 4), fill: ink }));
  }
  const textX = segment.x + (withMark ? markRoom : 3) + (shape === "dot" ? -11 : 0);
  if (segment.width >= markRoom + textRoom) {
    nodes.push(textNode(text, textX + 2, middle + 4, SMALLEST_FONT_SIZE, ink));
  }
  return nodes;
}

/** The part of a segment that is selected, in full colour over the grey of the rest. */
function selectedPart(
  { x, width }: Segment,
  bar: Box,
  { id, colour }: FeatureStyle,
  part: number,
): readonly SvgNode[] {
  if (part <= 0) return [];
  // One kernel of thousands is less than a pixel wide, and still there.
  const seen = Math.min(width, Math.max(width * part, LEAST_PART));
  const box = { x, y: bar.y, width: seen, height: bar.height };
  return [svg("rect", { "data-selected": id, ...box, fill: colour })];
}

const LEAST_PART = 1.5;

/**
 * A network's shares: full colours, with marks and numbers where they fit.
 *
 * @param parts share of each segment that is selected, 0 to 1; the rest is grey. Null: no group.
 */
export function shareBar(
  shares: readonly number[],
  bar: Box,
  styles: readonly FeatureStyle[],
  theme: FigureTheme,
  parts: readonly number[] | null = null,
): readonly SvgNode[] {
  return segments(shares, bar.x, bar.width).flatMap((segment) => {
    if (segment.width === 0) return [];
    const style = styles[segment.index];
    const { x, width } = segment;
    const part = parts?.[segment.index] ?? 1;
    const isWhole = part === 1;
    const box = { x, y: bar.y, width, height: bar.height };
    // Slivers would drown in their own outline.
    const outline = { stroke: theme.paper, "stroke-width": width >= 4 ? 1 : 0 };
    const fill = isWhole ? style.colour : greyedColour(theme);
    // Over two colours no ink is readable on both.
    const isMixed = part > 0 && part < 1;
    return [
      svg("rect", { "data-feature": style.id, ...box, fill, ...outline }),
      ...(isMixed ? selectedPart(segment, bar, style, part) : []),
      ...(isMixed ? [] : segmentText(segment, bar, style, isWhole ? style.inkOnColour : theme.ink)),
    ];
  });
}

/** Chance's shares: the same colours, pale and hatched, so that nobody takes them for data. */
export function chanceBar(
  shares: readonly number[],
  bar: Box,
  styles: readonly FeatureStyle[],
  theme: FigureTheme,
): readonly SvgNode[] {
  return segments(shares, bar.x, bar.width).flatMap(({ index, x, width }) => {
    if (width === 0) return [];
    const { id, colour } = styles[index];
    const box = { x, y: bar.y, width, height: bar.height };
    return [
      svg("rect", { "data-chance": id, ...box, fill: mixedColour(theme.paper, colour, 0.28) }),
      svg("path", {
        d: `${hatchPath(box)}M${x} ${bar.y}v${bar.height}`,
        fill: "none",
        stroke: outlineColour(colour, theme),
        "stroke-width": 1,
      }),
    ];
  });
}

/** A bar whose numbers are still being computed. */
export function emptyBar(bar: Box, theme: FigureTheme): SvgNode {
  return svg("rect", { class: "figure-placeholder", ...bar, fill: theme.faint });
}
