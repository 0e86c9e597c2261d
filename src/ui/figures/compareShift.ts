import type { Comparison, PairComparison } from "../../core/comparison/comparison.ts";
import { lastOf } from "../../core/lastOf.ts";
import { mixedColour } from "./colour.ts";
import {
  COMPARE_MARGIN,
  type CompareOptions,
  compareWidth,
  placedRows,
  rowHead,
} from "./compareRows.ts";
import { divergenceText, pairName, pairSentence, verdict } from "./compareWords.ts";
import type { Figure, FigureCell } from "./figure.ts";
import { hatchPath } from "./hatch.ts";
import type { Box } from "./labelPlacement.ts";
import { layerButton } from "./layerButton.ts";
import { type SvgNode, svg, svgRoot } from "./svg.ts";
import { countText, FONT_FAMILY, fittingText, textNode, wrappedText } from "./text.ts";
import type { FigureTheme } from "./theme.ts";

const NOISE_HEIGHT = 8;
const BAR_HEIGHT = 14;
/** On narrow pages the name stands above and the numbers below the bars. */
const NARROW = 620;
const ROW = 38;
const NARROW_ROW = 74;
const NAME_WIDTH = 190;
const NUMBER_WIDTH = 176;
/** Room to the right of the longest bar, as a share of the axis. */
const ROOM = 1.1;
const ARROW = 7;

const EXPLAIN =
  "Full bar: how far the kernels of a layer moved. Thin hatched bar: how far noise alone would move them; layers of few kernels move far by chance. An arrow: the bar goes on.";

/**
 * End of the axis: layers of a few kernels have noise so wide that it would press all other bars
 * flat, so only what changed and the usual noise decide.
 */
function axisEnd(pairs: readonly PairComparison[]): number {
  const limits = pairs.map(({ shift }) => shift.noiseLimit).sort((a, b) => a - b);
  const usual = limits[Math.floor(limits.length / 2)] ?? 1;
  const changed = pairs.flatMap(({ shift }) => (shift.exceedsNoise ? [shift.value] : []));
  return Math.max(usual, ...changed) * ROOM || 1;
}

interface BarLook {
  readonly fill: string;
  readonly stroke: string;
  readonly hatched: boolean;
}

/** A bar from zero; one that leaves the axis ends in an arrow. */
function bar(value: number, end: number, box: Box, look: BarLook): readonly SvgNode[] {
  const isCut = value > end;
  const width = isCut ? box.width - ARROW : (value / end) * box.width;
  if (width <= 0) {
    return [svg("path", { d: `M${box.x} ${box.y}v${box.height}`, stroke: look.stroke })];
  }
  const filled = { ...box, width };
  const middle = box.y + box.height / 2;
  const right = box.x + box.width;
  return [
    svg("rect", { ...filled, fill: look.fill, stroke: look.stroke, "stroke-width": 1 }),
    ...(look.hatched
      ? [svg("path", { d: hatchPath(filled), fill: "none", stroke: look.stroke })]
      : []),
    ...(isCut
      ? [
          svg("path", {
            d: `M${right - ARROW + 2} ${box.y}L${right} ${middle}L${right - ARROW + 2} ${box.y + box.height}z`,
            fill: look.stroke,
          }),
        ]
      : []),
  ];
}

function barsOf(
  pair: PairComparison,
  end: number,
  box: Box,
  theme: FigureTheme,
): readonly SvgNode[] {
  const { shift } = pair;
  const noise = {
    fill: mixedColour(theme.paper, theme.line, 0.18),
    stroke: theme.line,
    hatched: true,
  };
  const changed = { fill: theme.accent, stroke: theme.accent, hatched: false };
  const unchanged = {
    fill: mixedColour(theme.paper, theme.line, 0.45),
    stroke: theme.line,
    hatched: false,
  };
  const below = { ...box, y: box.y + NOISE_HEIGHT + 2, height: BAR_HEIGHT };
  return [
    ...bar(shift.noiseLimit, end, { ...box, height: NOISE_HEIGHT }, noise),
    ...bar(shift.value, end, below, shift.exceedsNoise ? changed : unchanged),
  ];
}

function rowNode(
  comparison: Comparison,
  cell: FigureCell,
  end: number,
  { theme }: CompareOptions,
): SvgNode {
  const pair = comparison.pairs[cell.layer];
  const isNarrow = cell.height === NARROW_ROW;
  const inner = cell.width - 2 * (COMPARE_MARGIN - cell.x);
  const x = isNarrow ? COMPARE_MARGIN : COMPARE_MARGIN + NAME_WIDTH + 12;
  const width = isNarrow ? inner : inner - NAME_WIDTH - NUMBER_WIDTH - 24;
  const y = cell.y + (isNarrow ? 22 : 6);
  const numbers = `${divergenceText(pair.shift.value)}, noise to ${divergenceText(pair.shift.noiseLimit)}`;
  const nameWidth = isNarrow ? inner : NAME_WIDTH;
  const kernels =
    pair.kernelsA === pair.kernelsB
      ? countText(pair.kernelsA, "kernel")
      : `${pair.kernelsA} and ${countText(pair.kernelsB, "kernel")}`;
  const numberX = isNarrow ? COMPARE_MARGIN : x + width + 12;
  return layerButton(cell.layer, cell, pairSentence(comparison, pair), [
    ...rowHead(cell, pairName(pair), nameWidth, theme),
    ...(isNarrow
      ? []
      : [
          textNode(
            fittingText([kernels], nameWidth, 11),
            COMPARE_MARGIN,
            cell.y + 30,
            11,
            theme.muted,
          ),
        ]),
    ...barsOf(pair, end, { x, y, width, height: 0 }, theme),
    ...(isNarrow
      ? [
          textNode(
            fittingText([`${numbers}: ${verdict(pair.shift)}`, numbers], inner, 11),
            numberX,
            cell.y + 64,
            11,
            theme.ink,
          ),
        ]
      : [
          textNode(numbers, numberX, cell.y + 15, 11, theme.ink),
          textNode(verdict(pair.shift), numberX, cell.y + 30, 11, theme.muted),
        ]),
  ]);
}

/**
 * One row per pair of layers: how far its kernels moved, below what noise does. Rows can be
 * pointed at; `data-layer-index` is an index in `Comparison.pairs`.
 */
export function compareShiftFigure(comparison: Comparison, options: CompareOptions): Figure {
  return lastOf(compareShiftSteps(comparison, options));
}

/** The same, one row per step. */
export function* compareShiftSteps(
  comparison: Comparison,
  options: CompareOptions,
): Generator<void, Figure> {
  const { theme } = options;
  const width = compareWidth(options);
  const inner = width - 2 * COMPARE_MARGIN;
  const nodes: SvgNode[] = [];
  let y = 4;
  for (const line of wrappedText(EXPLAIN, Math.min(820, inner), 12)) {
    nodes.push(textNode(line, COMPARE_MARGIN, y + 12, 12, theme.ink));
    y += 16;
  }
  const height = width < NARROW ? NARROW_ROW : ROW;
  const block = placedRows(
    comparison,
    { x: COMPARE_MARGIN, y: y + 4, width: inner },
    height,
    theme,
  );
  const end = axisEnd(comparison.pairs);
  const cells = block.rows.map((row) => {
    return { layer: row.pair, x: 4, y: row.y, width: width - 8, height };
  });
  const rows: SvgNode[] = [];
  for (const cell of cells) {
    yield;
    rows.push(rowNode(comparison, cell, end, options));
  }
  const total = Math.ceil(block.bottom + 8);
  const label = `How far the kernels of each layer moved from ${comparison.a.name} to ${comparison.b.name}: one bar per layer, below a hatched bar of what noise does`;
  const node = svgRoot(
    width,
    total,
    { role: "group", "aria-label": label, "font-family": FONT_FAMILY },
    svg("rect", { x: 0, y: 0, width, height: total, fill: theme.paper }),
    ...nodes,
    ...block.headings,
    ...rows,
  );
  return { node, width, height: total, cells };
}
