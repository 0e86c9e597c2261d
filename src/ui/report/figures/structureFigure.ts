import type { Analysis } from "../../../core/analysis/analysis.ts";
import type { Findings, StructureMeasure } from "../../../core/findings/findings.ts";
import { structureScore } from "../../../core/findings/structureScore.ts";
import type { Role } from "../../../core/network/structure.ts";
import { type Picture, type SvgNode, svg } from "../../figures/svg.ts";
import { textNode } from "../../figures/text.ts";
import type { FigureTheme } from "../../figures/theme.ts";
import { roundTicks, tickText } from "../../figures/ticks.ts";
import { MEASURE_NAMES } from "../findingWords.ts";
import {
  type Axis,
  axisNodes,
  figureOf,
  LABEL_SIZE,
  linearAxis,
  noteNodes,
  SMALLEST_FIGURE,
} from "./plotParts.ts";

const ROW = 28;
const NAMES = 84;
const MEASURES: readonly StructureMeasure[] = ["normality", "clusters"];
const SIDES: readonly { readonly role: Role; readonly words: string }[] = [
  { role: "encoder", words: "Encoder" },
  { role: "bottleneck", words: "Bottleneck" },
  { role: "decoder", words: "Decoder" },
];

interface Side {
  readonly role: Role;
  readonly words: string;
  readonly scores: readonly number[];
}

function sidesOf(
  analysis: Analysis,
  findings: Findings,
  measure: StructureMeasure,
): readonly Side[] {
  return SIDES.map(({ role, words }) => ({
    role,
    words,
    scores: findings.layers.flatMap(({ structure }, layer) =>
      analysis.layers[layer]?.place.role === role ? (structureScore(measure, structure) ?? []) : [],
    ),
  })).filter(({ role, scores }) => scores.length > 0 || role !== "bottleneck");
}

function sideNodes(
  { role, words, scores }: Side,
  axis: Axis,
  y: number,
  theme: FigureTheme,
): readonly SvgNode[] {
  const colour = role === "decoder" ? theme.accent : theme.muted;
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const name = textNode(words, 4, y + 4, LABEL_SIZE, theme.ink);
  if (scores.length === 0) {
    return [name, textNode("no layer measured", axis.left, y + 4, 11, theme.muted)];
  }
  const x = axis.at(mean);
  return [
    name,
    // Shapes apart as well as colours: filled for the decoder, open for the others.
    ...scores.map((score) =>
      svg("circle", {
        cx: axis.at(score),
        cy: y,
        r: 4,
        fill: role === "decoder" ? colour : theme.paper,
        "fill-opacity": 0.75,
        stroke: colour,
        "stroke-width": 1.6,
      }),
    ),
    ...(role === "bottleneck"
      ? []
      : [svg("path", { d: `M${x} ${y - 11}V${y + 11}`, stroke: theme.ink, "stroke-width": 2.5 })]),
  ];
}

interface Panel {
  readonly nodes: readonly SvgNode[];
  readonly bottom: number;
}

function panel(
  sides: readonly Side[],
  measure: StructureMeasure,
  y: number,
  width: number,
  theme: FigureTheme,
): Panel {
  const all = sides.flatMap(({ scores }) => scores);
  const [low, high] = [Math.min(0, ...all), Math.max(...all, 0)];
  const room = (high - low) * 0.06 || 1;
  const axis = linearAxis(NAMES, width - 16, low - (low < 0 ? room : 0), high + room);
  const top = y + 22;
  const bottom = top + sides.length * ROW;
  const ticks = roundTicks(low, high + room, 3).map((value) => ({ value, text: tickText(value) }));
  return {
    nodes: [
      textNode(`${MEASURE_NAMES[measure]} →`, 4, y + 12, LABEL_SIZE, theme.ink, {
        "font-weight": 600,
      }),
      ...axisNodes(axis, ticks, top, bottom, theme),
      ...sides.flatMap((side, at) => sideNodes(side, axis, top + (at + 0.5) * ROW, theme)),
    ],
    bottom: bottom + 28,
  };
}

/** Each layer as a dot, encoder above decoder, in both measures of structure. */
export function structureFigure(
  analysis: Analysis,
  findings: Findings,
  options: { readonly width: number; readonly theme: FigureTheme },
): Picture {
  const { theme } = options;
  const width = Math.max(SMALLEST_FIGURE, options.width);
  const nodes: SvgNode[] = [];
  let y = 4;
  for (const measure of MEASURES) {
    const sides = sidesOf(analysis, findings, measure);
    const drawn = panel(sides, measure, y, width, theme);
    nodes.push(...drawn.nodes);
    y = drawn.bottom + 6;
  }
  const notes = noteNodes(
    ["Each dot is one layer; the bar is the mean. Further right: more structure."],
    y,
    width,
    theme,
  );
  const label =
    "Structure of each layer, encoder beside decoder: distance from normal, and firmness of clusters";
  return figureOf([...nodes, ...notes.nodes], width, notes.bottom + 6, label, theme);
}
