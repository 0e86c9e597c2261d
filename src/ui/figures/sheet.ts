import type { Analysis } from "../../core/analysis/analysis.ts";
import { assignmentFigure } from "./assignment.ts";
import { atlasSteps } from "./atlas.ts";
import { type CaptionOptions, captionBlock, nestedPicture, titleBlock } from "./caption.ts";
import type { Block } from "./figure.ts";
import type { ColourBy } from "./kernelGrouping.ts";
import { type Picture, svg, svgRoot } from "./svg.ts";
import { FONT_FAMILY } from "./text.ts";
import type { FigureTheme } from "./theme.ts";

/** Height / width of a slide. */
export const SHEET_ASPECT = 9 / 16;

/** Width in px that no sheet goes below, so that a small network does not get giant letters. */
const LEAST_WIDTH = 1760;

/** Widths at which the atlas is tried, px; the one with the smallest sheet is taken. */
const ATLAS_WIDTHS: readonly number[] = [900, 1100, 1400, 1800, 2400];

const MARGIN = 20;
const GAP = 24;
const TITLE_SIZE = 26;
/** Bars below this width say little. */
const LEAST_BARS = 720;
/** Wider ones say no more. */
const MOST_BARS = 2000;
/** The heights of bars and caption depend on their width and the other way round: it settles. */
const ROUNDS = 4;

export interface SheetOptions {
  readonly version: string;
  readonly theme: FigureTheme;
  readonly colourBy: ColourBy;
  /** Sentences of the caller's own for the caption. */
  readonly lines: readonly string[];
}

interface RightColumn {
  readonly bars: Picture;
  readonly caption: Block;
}

interface SheetPlan {
  readonly atlas: Picture;
  readonly right: RightColumn;
  readonly width: number;
}

function rightColumn(analysis: Analysis, width: number, caption: CaptionOptions): RightColumn {
  const bars = assignmentFigure(analysis, {
    width: Math.min(MOST_BARS, width),
    theme: caption.theme,
  });
  return { bars, caption: captionBlock(caption, { x: 0, y: 0, width: bars.width }) };
}

/** The smallest sheet that holds an atlas and, right of it, bars and caption. */
function planFor(
  analysis: Analysis,
  atlas: Picture,
  top: number,
  caption: CaptionOptions,
): SheetPlan {
  let width = Math.max(LEAST_WIDTH, (top + atlas.height + MARGIN) / SHEET_ASPECT);
  width = Math.max(width, atlas.width + LEAST_BARS + 2 * MARGIN + GAP);
  for (let round = 1; ; round++) {
    const right = rightColumn(analysis, width - atlas.width - 2 * MARGIN - GAP, caption);
    const needed = (top + right.bars.height + right.caption.height + MARGIN) / SHEET_ASPECT;
    if (needed <= width || round === ROUNDS) {
      return { atlas, right, width: Math.ceil(Math.max(width, needed)) };
    }
    width = needed;
  }
}

/**
 * The poster's figure on one sheet of a slide's proportions: all layers at the left, their labels
 * beside what chance gives at the right, all settings below them. One small step at a time.
 */
export function* sheetSteps(analysis: Analysis, options: SheetOptions): Generator<void, Picture> {
  const { theme, colourBy, version, lines } = options;
  const title = `What the convolution kernels of ${analysis.model.name} learned, beside the filters that clinicians know`;
  const caption = { title, lines, analysis, version, theme, showsShares: true };
  const top =
    MARGIN + titleBlock(title, { x: 0, y: 0, width: LEAST_WIDTH }, theme, TITLE_SIZE).height + 8;
  let best: SheetPlan | null = null;
  for (const atlasWidth of ATLAS_WIDTHS) {
    const atlas = yield* atlasSteps(analysis, { width: atlasWidth, theme, colourBy });
    const plan = planFor(analysis, atlas, top, caption);
    yield;
    if (best === null || plan.width <= best.width) best = plan;
  }
  // Never null: there are widths to try. The empty picture only satisfies the types.
  if (best === null) return { node: svgRoot(0, 0, {}), width: 0, height: 0 };
  return drawnSheet(best, title, top, theme);
}

function drawnSheet(
  { atlas, right, width }: SheetPlan,
  title: string,
  top: number,
  theme: FigureTheme,
): Picture {
  const height = width * SHEET_ASPECT;
  const heading = titleBlock(
    title,
    { x: MARGIN, y: MARGIN, width: width - 2 * MARGIN },
    theme,
    TITLE_SIZE,
  );
  const { bars, caption } = right;
  // Bars may not take all the room that is left: both columns then stand in the middle.
  const taken = atlas.width + GAP + bars.width;
  const left = MARGIN + Math.max(0, (width - 2 * MARGIN - taken) / 2);
  const rightX = left + atlas.width + GAP;
  const captionY = Math.max(top + bars.height, height - MARGIN - caption.height);
  const placedCaption = {
    node: svg("svg", { "font-family": FONT_FAMILY }, ...caption.nodes),
    width: bars.width,
    height: caption.height,
  };
  const node = svgRoot(
    width,
    height,
    { role: "group", "aria-label": title, "font-family": FONT_FAMILY },
    svg("rect", { x: 0, y: 0, width, height, fill: theme.paper }),
    ...heading.nodes,
    nestedPicture(atlas, left, top),
    nestedPicture(bars, rightX, top),
    nestedPicture(placedCaption, rightX, captionY),
  );
  return { node, width, height };
}
