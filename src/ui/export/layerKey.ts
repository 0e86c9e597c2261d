import { sampleDot } from "../figures/scatter.ts";
import { type Picture, type SvgNode, svg, svgRoot } from "../figures/svg.ts";
import { countText, fittingText, groupedNumber, textNode, textWidth } from "../figures/text.ts";
import type { FigureTheme } from "../figures/theme.ts";
import type { DrawnClass } from "../plot/drawnKernels.ts";

const FONT_SIZE = 12;
const ROW = 20;
const MARGIN = 12;
/** Room for a mark before its name, and after the name. */
const MARK = 16;
const GAP = 16;

function classCount({ kernels, selected }: DrawnClass): string {
  if (selected === null) return countText(kernels.length, "kernel");
  return `${groupedNumber(selected)} of ${countText(kernels.length, "kernel")} selected`;
}

/** A plot with the meaning of its marks in rows below: on narrow paper none fits beside it. */
export function withKeyBelow(
  picture: Picture,
  classes: readonly DrawnClass[],
  theme: FigureTheme,
): Picture {
  const { width } = picture;
  const nodes: SvgNode[] = [];
  let [x, y] = [MARGIN, picture.height + 4];
  for (const one of classes.filter(({ selected }) => selected !== 0)) {
    const count = classCount(one);
    const room = width - 2 * MARGIN - MARK;
    const text = fittingText([`${one.name}: ${count}`, one.name], room, FONT_SIZE);
    const taken = MARK + textWidth(text, FONT_SIZE);
    if (x > MARGIN && x + taken > width - MARGIN) {
      x = MARGIN;
      y += ROW;
    }
    nodes.push(...sampleDot(one, x + 6, y + 9, theme));
    nodes.push(textNode(text, x + MARK, y + 13, FONT_SIZE, theme.ink));
    x += taken + GAP;
  }
  const height = y + ROW + 4;
  // A nested <svg> keeps the plot's own coordinates.
  const { width: _width, height: _height, ...attributes } = picture.node.attributes;
  const place = { x: 0, y: 0, width, height: picture.height };
  const plot = svg("svg", { ...attributes, ...place }, ...picture.node.children);
  const paper = svg("rect", { x: 0, y: 0, width, height, fill: theme.paper });
  return { node: svgRoot(width, height, {}, paper, plot, ...nodes), width, height };
}
