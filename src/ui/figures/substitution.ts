import type { Role } from "../../core/network/structure.ts";
import { mixedColour } from "./colour.ts";
import type { Block, BlockSpace, Figure, FigureCell } from "./figure.ts";
import type { Box } from "./labelPlacement.ts";
import { layerButton } from "./layerButton.ts";
import { ROLE_HEADINGS } from "./roleHeadings.ts";
import { type ReplacementKind, replacementMark } from "./substitutionMarks.ts";
import { type SvgNode, svg, svgRoot } from "./svg.ts";
import {
  FONT_FAMILY,
  fittingText,
  textNode,
  textWidth,
  truncatedMiddle,
  wrappedText,
} from "./text.ts";
import type { FigureTheme } from "./theme.ts";

/** One line of the chart: a layer, or all layers at once. */
export interface SubstitutionRow {
  readonly name: string;
  /** Index in `Analysis.layers`; null for all at once. */
  readonly layer: number | null;
  readonly role: Role | null;
  /** Dice, 0..1, by replacement; of random kernels one per draw. Missing where not run. */
  readonly values: Readonly<Partial<Record<ReplacementKind, readonly number[]>>>;
  /** A word or two; null until it can be said. */
  readonly verdict: string | null;
  /** All of it in one sentence, for those who do not see it. */
  readonly sentence: string;
}

export interface SubstitutionFigureOptions {
  readonly rows: readonly SubstitutionRow[];
  /** Dice of the network as it is; null until known. */
  readonly original: number | null;
  /** How far below that still counts as kept. */
  readonly margin: number;
  /** What 1 stands for: "Dice against the right masks". */
  readonly axis: string;
  /** What the marks stand for, in plain words, in the order of the choices. */
  readonly key: readonly { readonly kind: ReplacementKind; readonly words: string }[];
  readonly width: number;
  readonly theme: FigureTheme;
}

const SMALLEST_WIDTH = 300;
const LARGEST_WIDTH = 1200;
const MARGIN = 12;
/** From here on name, line and verdict stand beside one another. */
const WIDE = 680;
const NAME_WIDTH = 158;
/** Longer names are cut in the middle: the lines still have to be told apart by their length. */
const LARGEST_NAME_WIDTH = 220;
const VERDICT_WIDTH = 200;
/** Name and verdict above the lanes, where the picture is narrow. */
const NAME_LINE = 20;
/** Around the lanes of one line, above and below. */
const ROW_ROOM = 9;
/** From the middle of one lane to the next. */
const LANE = 11;
const HEADING = 30;
const KEY_SAMPLE = 40;
const FONT_SIZE = 12;

interface Plot {
  readonly left: number;
  readonly right: number;
  /** Where words above the lines end. */
  readonly wordsRight: number;
}

/** As wide as the longest name asks for, within limits. */
function nameWidth(rows: readonly SubstitutionRow[]): number {
  const longest = Math.max(0, ...rows.map(({ name }) => textWidth(name, FONT_SIZE, true)));
  return Math.min(LARGEST_NAME_WIDTH, Math.max(NAME_WIDTH, Math.ceil(longest) + 14));
}

function plotOf(rows: readonly SubstitutionRow[], width: number): Plot {
  if (width < WIDE) {
    const right = width - MARGIN - 6;
    return { left: MARGIN + 6, right, wordsRight: right };
  }
  const wordsRight = width - MARGIN;
  return { left: MARGIN + nameWidth(rows), right: wordsRight - VERDICT_WIDTH - 14, wordsRight };
}

function placeIn({ left, right }: Pick<Plot, "left" | "right">): (value: number) => number {
  return (value) => left + Math.min(1, Math.max(0, value)) * (right - left);
}

/** Samples of the marks with what they stand for. */
function keyBlock(options: SubstitutionFigureOptions, space: BlockSpace): Block {
  const { key, margin, theme } = options;
  const nodes: SvgNode[] = [];
  let y = space.y;
  const entry = (sample: readonly SvgNode[], words: string): void => {
    nodes.push(...sample);
    for (const line of wrappedText(words, space.width - KEY_SAMPLE, FONT_SIZE)) {
      nodes.push(textNode(line, space.x + KEY_SAMPLE, y + 13, FONT_SIZE, theme.ink));
      y += 16;
    }
    y += 4;
  };
  const at = placeIn({ left: space.x, right: space.x + KEY_SAMPLE - 12 });
  for (const { kind, words } of key) {
    const sample = kind === "random" || kind === "random-fit" ? [0, 0.45, 1] : [0.5];
    entry(replacementMark(kind, sample, at, y + 9, theme), words);
  }
  const line = { x: at(0.2), width: at(0.8) - at(0.2), y: y + 1, height: 16 };
  entry(
    ownNodes(line, theme),
    `the network as it is; a mark in the tinted strip left of it, at most ${margin} lower, keeps what the network does`,
  );
  return { nodes, height: y - space.y };
}

/** The network as it is, as a line at the right end of what is still kept. */
function ownNodes({ x, y, width, height }: Box, theme: FigureTheme): readonly SvgNode[] {
  return [
    svg("rect", {
      "data-kept": "",
      ...{ x, y, width, height },
      fill: mixedColour(theme.paper, theme.accent, 0.16),
    }),
    svg("path", {
      "data-original": "",
      d: `M${x + width} ${y}v${height}`,
      stroke: theme.ink,
      "stroke-width": 1.5,
      "stroke-dasharray": "5 3",
    }),
  ];
}

/** Ticks, and the network as it is, above the lines; both run down to `bottom`. */
function axisBlock(
  { axis, original, margin, theme }: SubstitutionFigureOptions,
  plot: Plot,
  y: number,
  bottom: number,
): Block {
  const at = placeIn(plot);
  const nodes: SvgNode[] = [];
  let top = y;
  for (const line of wrappedText(axis, plot.wordsRight - plot.left, FONT_SIZE)) {
    nodes.push(textNode(line, plot.left, top + 12, FONT_SIZE, theme.ink, { "data-scale": "" }));
    top += 16;
  }
  if (original !== null) {
    const x = at(original);
    const wordings = [`as it is: ${original.toFixed(3)} \u25BE`, `${original.toFixed(3)} \u25BE`];
    const text = fittingText(wordings, plot.right - plot.left, FONT_SIZE, true);
    // The arrow stands over the line.
    const end = Math.max(x + 6, plot.left + textWidth(text, FONT_SIZE, true));
    nodes.push(
      textNode(text, end, top + 13, FONT_SIZE, theme.ink, {
        "text-anchor": "end",
        "font-weight": 600,
      }),
    );
  }
  top += 20;
  for (const tick of [0, 0.25, 0.5, 0.75, 1]) {
    const x = at(tick);
    const anchor = tick === 0 ? "start" : tick === 1 ? "end" : "middle";
    nodes.push(
      svg("path", { d: `M${x} ${top + 18}V${bottom}`, stroke: theme.faint }),
      textNode(String(tick), x, top + 12, 11, theme.muted, {
        "text-anchor": anchor,
        "data-scale": "",
      }),
    );
  }
  if (original !== null) {
    const [x, y] = [at(original - margin), top + 18];
    nodes.push(...ownNodes({ x, y, width: at(original) - x, height: bottom - y }, theme));
  }
  return { nodes, height: top + 18 - y };
}

interface Placed {
  readonly row: SubstitutionRow;
  readonly y: number;
}

interface Rows {
  readonly placed: readonly Placed[];
  readonly headings: readonly SvgNode[];
  readonly bottom: number;
}

/** Lines in network order under the halves of the network; all layers at once set apart. */
function placedRows(
  { rows, theme }: SubstitutionFigureOptions,
  y: number,
  width: number,
  height: number,
): Rows {
  const placed: Placed[] = [];
  const headings: SvgNode[] = [];
  let at = y;
  for (const [index, row] of rows.entries()) {
    const isFirst = index === 0 || rows[index - 1].role !== row.role;
    if (isFirst && (row.role !== null || rows.length > 1)) {
      const wordings = row.role === null ? ["All layers at once"] : ROLE_HEADINGS[row.role];
      const heading = fittingText(wordings, width, 13, true);
      if (row.role === null) {
        headings.push(svg("path", { d: `M${MARGIN} ${at + 4}h${width}`, stroke: theme.line }));
      }
      headings.push(textNode(heading, MARGIN, at + 21, 13, theme.ink, { "font-weight": 600 }));
      at += HEADING;
    }
    placed.push({ row, y: at });
    at += height;
  }
  return { placed, headings, bottom: at };
}

/** Filters on a lane of their own: controls are broad, and would hide them. */
const LANES: readonly (readonly ReplacementKind[])[] = [
  ["rounded", "low-rank", "label", "best-fit"],
  ["random-fit"],
  ["random", "zero"],
];

/** The lanes that any line of the chart needs. */
function usedLanes({ key }: SubstitutionFigureOptions): readonly (readonly ReplacementKind[])[] {
  const used = LANES.filter((lane) => key.some(({ kind }) => lane.includes(kind)));
  return used.length === 0 ? LANES.slice(0, 1) : used;
}

interface RowPlace {
  readonly plot: Plot;
  readonly isWide: boolean;
  readonly width: number;
  readonly lanes: readonly (readonly ReplacementKind[])[];
}

function rowHeight({ isWide, lanes }: Pick<RowPlace, "isWide" | "lanes">): number {
  return (isWide ? 0 : NAME_LINE) + 2 * ROW_ROOM + (lanes.length - 1) * LANE;
}

/** Name and verdict: beside the lanes, or above them where there is little room. */
function rowTexts(
  { row, y }: Placed,
  { plot, isWide, width, lanes }: RowPlace,
  theme: FigureTheme,
): readonly SvgNode[] {
  const verdict = row.verdict ?? "";
  const bold = { "font-weight": 600 };
  if (isWide) {
    const baseline = y + rowHeight({ isWide, lanes }) / 2 + 4;
    const name = truncatedMiddle(row.name, plot.left - MARGIN - 10, FONT_SIZE, true, 0);
    const said = truncatedMiddle(verdict, VERDICT_WIDTH, FONT_SIZE, false, 0.7);
    return [
      textNode(name, MARGIN, baseline, FONT_SIZE, theme.ink, bold),
      ...(said === "" ? [] : [textNode(said, plot.right + 14, baseline, FONT_SIZE, theme.ink)]),
    ];
  }
  const room = width - 2 * MARGIN - textWidth(verdict, FONT_SIZE) - 12;
  const end = { "text-anchor": "end" };
  // The axis does not run through names.
  const ground = { x: 4, y: y + 1, width: width - 8, height: NAME_LINE - 2, fill: theme.paper };
  return [
    svg("rect", ground),
    textNode(
      truncatedMiddle(row.name, room, FONT_SIZE, true, 0),
      MARGIN,
      y + 15,
      FONT_SIZE,
      theme.ink,
      bold,
    ),
    ...(verdict === ""
      ? []
      : [textNode(verdict, width - MARGIN, y + 15, FONT_SIZE, theme.ink, end)]),
  ];
}

function rowNodes(placed: Placed, place: RowPlace, theme: FigureTheme): readonly SvgNode[] {
  const { plot, isWide, lanes } = place;
  const at = placeIn(plot);
  const first = placed.y + (isWide ? 0 : NAME_LINE) + ROW_ROOM;
  const marks = lanes.flatMap((lane, index) =>
    lane.flatMap((kind) =>
      replacementMark(kind, placed.row.values[kind] ?? [], at, first + index * LANE, theme),
    ),
  );
  const d = `M${plot.left} ${first}H${plot.right}`;
  return [...rowTexts(placed, place, theme), svg("path", { d, stroke: theme.faint }), ...marks];
}

/**
 * What is left of a network's masks when kernels are replaced: a line per layer from Dice 0 to 1,
 * a mark per replacement, the control (random kernels) as a range, and the network as it is.
 */
export function substitutionFigure(options: SubstitutionFigureOptions): Figure {
  const { rows, theme } = options;
  const width = Math.min(LARGEST_WIDTH, Math.max(SMALLEST_WIDTH, options.width));
  const inner = width - 2 * MARGIN;
  const isWide = width >= WIDE;
  const plot = plotOf(rows, width);
  const key = keyBlock(options, { x: MARGIN, y: 8, width: inner });
  const top = 8 + key.height + 8;
  const head = axisBlock(options, plot, top, top).height;
  const place: RowPlace = { plot, isWide, width, lanes: usedLanes(options) };
  const height = rowHeight(place);
  const block = placedRows(options, top + head, inner, height);
  const axis = axisBlock(options, plot, top, block.bottom);
  const cells: FigureCell[] = [];
  const lines = block.placed.map((placed) => {
    const { row, y } = placed;
    const nodes = rowNodes(placed, place, theme);
    const box = { x: 4, y, width: width - 8, height };
    if (row.layer === null) {
      return svg(
        "g",
        { role: "img", "aria-label": row.sentence },
        svg("g", { "aria-hidden": "true" }, ...nodes),
      );
    }
    cells.push({ layer: row.layer, ...box });
    return layerButton(row.layer, box, row.sentence, nodes);
  });
  const bottom = Math.ceil(block.bottom + 10);
  const node = svgRoot(
    width,
    bottom,
    {
      role: "group",
      "aria-label": `What is left of the masks when kernels are replaced, ${rows.length} lines`,
      "font-family": FONT_FAMILY,
    },
    svg("rect", { x: 0, y: 0, width, height: bottom, fill: theme.paper }),
    ...key.nodes,
    ...axis.nodes,
    ...block.headings,
    ...lines,
  );
  return { node, width, height: bottom, cells };
}
