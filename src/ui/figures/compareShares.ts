import type { Comparison, PairComparison, ShareShift } from "../../core/comparison/comparison.ts";
import { lastOf } from "../../core/lastOf.ts";
import { mixedColour } from "./colour.ts";
import {
  COMPARE_MARGIN,
  type CompareOptions,
  compareWidth,
  placedRows,
  rowHead,
} from "./compareRows.ts";
import { pairName, pairSentence } from "./compareWords.ts";
import type { Figure, FigureCell } from "./figure.ts";
import { layerButton } from "./layerButton.ts";
import { markPath } from "./marks.ts";
import { type SvgNode, svg, svgRoot } from "./svg.ts";
import {
  FONT_FAMILY,
  fittingText,
  percentText,
  textNode,
  truncatedMiddle,
  wrappedText,
} from "./text.ts";
import { type FeatureStyle, type FigureTheme, labelStyles, outlineColour } from "./theme.ts";

const NAME_WIDTH = 170;
/** Narrower columns cannot hold their numbers: labels then stand below one another. */
const NARROWEST_COLUMN = 76;
const COLUMN_GAP = 12;
const ROW = 38;
/** Of the stacked form: the layer's name, then a line per label. */
const NAME_LINE = 22;
const LABEL_LINE = 18;
const LABEL_WIDTH = 122;
const NUMBERS_WIDTH = 96;
/** The longest axis is a whole share; shorter ones end at a multiple of this. */
const AXIS_STEP = 0.1;
const MARK_RADIUS = 4.6;

const EXPLAIN =
  "Open ring: share of the kernels in A; full mark: in B; the line between them is the change, thick and with numbers where it is more than noise. Grey band: as far as noise moves the share of A. Small tick: what random kernels get (chance).";

function axisEnd({ pairs }: Comparison): number {
  const shares = pairs.flatMap((pair) =>
    pair.shares.flatMap(({ shareA, shareB }) => [shareA, shareB]),
  );
  const largest = shares.reduce((most, share) => Math.max(most, share), AXIS_STEP);
  return Math.min(1, Math.ceil(largest / AXIS_STEP) * AXIS_STEP);
}

interface Axis {
  readonly x: number;
  readonly width: number;
  /** Middle of the line. */
  readonly y: number;
  /** Share at its right end. */
  readonly end: number;
}

/** One label of one layer: A, B, the way between them, noise and chance. */
function dumbbell(
  { shareA, shareB, noiseReach, exceedsNoise, chanceA }: ShareShift,
  style: FeatureStyle,
  { x, width, y, end }: Axis,
  theme: FigureTheme,
): readonly SvgNode[] {
  const at = (share: number): number => x + (Math.min(end, Math.max(0, share)) / end) * width;
  const colour = outlineColour(style.colour, theme);
  const [low, high] = [at(shareA - noiseReach), at(shareA + noiseReach)];
  return [
    svg("path", { d: `M${x} ${y}h${width}`, stroke: theme.faint, "stroke-width": 1 }),
    svg("rect", {
      x: low,
      y: y - 6,
      width: Math.max(1, high - low),
      height: 12,
      fill: mixedColour(theme.paper, theme.line, 0.26),
    }),
    ...(chanceA === null
      ? []
      : [
          svg("path", {
            d: `M${at(chanceA)} ${y + 3}v5`,
            stroke: theme.muted,
            "stroke-width": 1.5,
          }),
        ]),
    svg("path", {
      d: `M${at(shareA)} ${y}H${at(shareB)}`,
      stroke: colour,
      "stroke-width": exceedsNoise ? 3 : 1,
    }),
    svg("circle", {
      cx: at(shareA),
      cy: y,
      r: 3.6,
      fill: theme.paper,
      stroke: colour,
      "stroke-width": 1.6,
    }),
    svg("path", {
      "data-feature": style.id,
      d: markPath(style.shape, at(shareB), y, MARK_RADIUS),
      fill: style.colour,
      stroke: outlineColour(style.colour, theme, 4.5),
      "stroke-width": 0.8,
    }),
  ];
}

function sharesText({ shareA, shareB }: ShareShift): readonly string[] {
  return [
    `${percentText(shareA)} \u2192 ${percentText(shareB)}`,
    `${percentText(shareA)}\u2192${percentText(shareB)}`,
  ];
}

interface Layout {
  readonly width: number;
  readonly isStacked: boolean;
  /** Width of a label's column, with the gap. */
  readonly column: number;
  readonly rowHeight: number;
}

function layoutOf(width: number, labels: number): Layout {
  const column = (width - 2 * COMPARE_MARGIN - NAME_WIDTH) / labels;
  const isStacked = column < NARROWEST_COLUMN;
  const rowHeight = isStacked ? NAME_LINE + labels * LABEL_LINE + 6 : ROW;
  return { width, isStacked, column, rowHeight };
}

function columnNodes(
  pair: PairComparison,
  cell: FigureCell,
  styles: readonly FeatureStyle[],
  layout: Layout,
  end: number,
  theme: FigureTheme,
): readonly SvgNode[] {
  return pair.shares.flatMap((share, label) => {
    const x = COMPARE_MARGIN + NAME_WIDTH + label * layout.column + COLUMN_GAP / 2;
    const width = layout.column - COLUMN_GAP;
    const text = share.exceedsNoise ? fittingText(sharesText(share), width + 8, 11) : "";
    return [
      ...dumbbell(share, styles[label], { x, width, y: cell.y + 13, end }, theme),
      ...(text === "" ? [] : [textNode(text, x, cell.y + 33, 11, theme.ink)]),
    ];
  });
}

function stackedNodes(
  pair: PairComparison,
  cell: FigureCell,
  styles: readonly FeatureStyle[],
  layout: Layout,
  end: number,
  theme: FigureTheme,
): readonly SvgNode[] {
  const x = COMPARE_MARGIN + LABEL_WIDTH;
  const width = layout.width - 2 * COMPARE_MARGIN - LABEL_WIDTH - NUMBERS_WIDTH - 8;
  return pair.shares.flatMap((share, label) => {
    const y = cell.y + NAME_LINE + label * LABEL_LINE + 8;
    const style = styles[label];
    const name = truncatedMiddle(style.label, LABEL_WIDTH - 10, 11);
    const numbers = fittingText(sharesText(share), NUMBERS_WIDTH, 11);
    return [
      textNode(name, COMPARE_MARGIN, y + 4, 11, theme.muted, { "data-scale": "" }),
      ...dumbbell(share, style, { x, width, y, end }, theme),
      textNode(numbers, layout.width - COMPARE_MARGIN, y + 4, 11, theme.ink, {
        "text-anchor": "end",
      }),
    ];
  });
}

/** Names of the columns, in two lines where they need them, and the ends of their axis. */
function columnHeads(
  styles: readonly FeatureStyle[],
  layout: Layout,
  y: number,
  end: number,
  theme: FigureTheme,
): readonly SvgNode[] {
  return styles.flatMap((style, label) => {
    const x = COMPARE_MARGIN + NAME_WIDTH + label * layout.column + COLUMN_GAP / 2;
    const width = layout.column - COLUMN_GAP;
    const lines = wrappedText(style.label, width + 8, 11).slice(0, 2);
    return [
      ...lines.map((line, at) =>
        textNode(line, x, y + 12 + 13 * (at + 2 - lines.length), 11, theme.ink, {
          "data-scale": "",
        }),
      ),
      textNode("0", x, y + 40, 11, theme.muted, { "data-scale": "" }),
      textNode(percentText(end), x + width, y + 40, 11, theme.muted, {
        "text-anchor": "end",
        "data-scale": "",
      }),
    ];
  });
}

function rowNode(
  comparison: Comparison,
  cell: FigureCell,
  layout: Layout,
  end: number,
  { theme }: CompareOptions,
): SvgNode {
  const pair = comparison.pairs[cell.layer];
  const styles = labelStyles(comparison.features);
  const nameWidth = layout.isStacked ? layout.width - 2 * COMPARE_MARGIN : NAME_WIDTH - 10;
  const nodes = layout.isStacked ? stackedNodes : columnNodes;
  return layerButton(cell.layer, cell, pairSentence(comparison, pair), [
    ...rowHead(cell, pairName(pair), nameWidth, theme),
    ...nodes(pair, cell, styles, layout, end, theme),
  ]);
}

/**
 * Shares of labels of each pair of layers, A and B as the ends of a dumbbell per label, with what
 * noise does and what chance gives. `data-layer-index` is an index in `Comparison.pairs`.
 */
export function compareSharesFigure(comparison: Comparison, options: CompareOptions): Figure {
  return lastOf(compareSharesSteps(comparison, options));
}

/** The same, one row per step. */
export function* compareSharesSteps(
  comparison: Comparison,
  options: CompareOptions,
): Generator<void, Figure> {
  const { theme } = options;
  const width = compareWidth(options);
  const inner = width - 2 * COMPARE_MARGIN;
  const styles = labelStyles(comparison.features);
  const layout = layoutOf(width, styles.length);
  const end = axisEnd(comparison);
  const nodes: SvgNode[] = [];
  let y = 4;
  for (const line of wrappedText(EXPLAIN, Math.min(820, inner), 12)) {
    nodes.push(textNode(line, COMPARE_MARGIN, y + 12, 12, theme.ink));
    y += 16;
  }
  y += 6;
  if (layout.isStacked) {
    const scale = `Lines from 0 to ${percentText(end)}.`;
    nodes.push(textNode(scale, COMPARE_MARGIN, y + 8, 12, theme.ink, { "data-scale": "" }));
    y += 16;
  } else {
    nodes.push(...columnHeads(styles, layout, y, end, theme));
    y += 44;
  }
  const block = placedRows(
    comparison,
    { x: COMPARE_MARGIN, y, width: inner },
    layout.rowHeight,
    theme,
  );
  const cells = block.rows.map((row) => {
    return { layer: row.pair, x: 4, y: row.y, width: width - 8, height: layout.rowHeight };
  });
  const rows: SvgNode[] = [];
  for (const cell of cells) {
    yield;
    rows.push(rowNode(comparison, cell, layout, end, options));
  }
  const height = Math.ceil(block.bottom + 8);
  const label = `Shares of labels per layer: ${comparison.a.name} (A) against ${comparison.b.name} (B), with noise and chance`;
  const node = svgRoot(
    width,
    height,
    { role: "group", "aria-label": label, "font-family": FONT_FAMILY },
    svg("rect", { x: 0, y: 0, width, height, fill: theme.paper }),
    ...nodes,
    ...block.headings,
    ...rows,
  );
  return { node, width, height, cells };
}
