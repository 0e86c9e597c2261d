import type { Analysis } from "../../core/analysis/analysis.ts";
import type { Findings } from "../../core/findings/findings.ts";
import { nestedPicture } from "../figures/caption.ts";
import { type Picture, type SvgNode, svg, svgRoot } from "../figures/svg.ts";
import { FONT_FAMILY, textNode, wrappedText } from "../figures/text.ts";
import type { FigureTheme } from "../figures/theme.ts";
import { conclusionFigure } from "./conclusionFigure.ts";
import { conclusionOf, QUESTION_IDS, QUESTIONS } from "./findingWords.ts";

const MARGIN = 12;
const QUESTION_SIZE = 15;
const SENTENCE_SIZE = 13;
const LINE = 19;
const GAP = 16;
/** Wider figures say no more. */
const WIDEST_FIGURE = 760;

/** The three questions below one another, each with its answer and its figure. */
export function conclusionsPicture(
  analysis: Analysis,
  findings: Findings,
  { width, theme }: { readonly width: number; readonly theme: FigureTheme },
): Picture {
  const room = width - 2 * MARGIN;
  const nodes: SvgNode[] = [];
  let y = GAP;
  const write = (text: string, size: number, weight: number) => {
    for (const line of wrappedText(text, room, size, weight > 500)) {
      nodes.push(textNode(line, MARGIN, y + size, size, theme.ink, { "font-weight": weight }));
      y += LINE;
    }
  };
  for (const id of QUESTION_IDS) {
    const { short, sentence } = conclusionOf(id, findings, analysis);
    write(QUESTIONS[id], QUESTION_SIZE, 650);
    write(`${short}. ${sentence}`, SENTENCE_SIZE, 400);
    const look = { width: Math.min(WIDEST_FIGURE, room), theme };
    const figure = conclusionFigure(id, analysis, findings, look);
    if (figure !== null) {
      nodes.push(nestedPicture(figure, MARGIN, y + 4));
      y += figure.height + 4;
    }
    y += GAP;
  }
  const paper = svg("rect", { x: 0, y: 0, width, height: y, fill: theme.paper });
  const root = { role: "group", "font-family": FONT_FAMILY };
  return { node: svgRoot(width, y, root, paper, ...nodes), width, height: y };
}
