import type { Block, BlockSpace } from "./figure.ts";
import type { Box } from "./labelPlacement.ts";
import { markNode } from "./marks.ts";
import type { SvgNode } from "./svg.ts";
import { textNode, textWidth } from "./text.ts";
import type { FeatureStyle, FigureTheme } from "./theme.ts";

const FONT_SIZE = 12;
/** A target of 24 px where entries can be clicked. */
const ROW = 24;
/** Room for a mark before its name, and after the name. */
const MARK = 20;
const GAP = 16;

export interface Legend extends Block {
  /** Where each entry stands, in the order of the styles. */
  readonly boxes: readonly Box[];
}

/** Marks with their names in rows. */
export function markLegend(
  styles: readonly FeatureStyle[],
  space: BlockSpace,
  theme: FigureTheme,
): Legend {
  const nodes: SvgNode[] = [];
  const boxes: Box[] = [];
  let [x, y] = [space.x, space.y];
  for (const style of styles) {
    const width = MARK + textWidth(style.label, FONT_SIZE);
    if (x > space.x && x + width > space.x + space.width) {
      x = space.x;
      y += ROW;
    }
    nodes.push(markNode(style, x + 8, y + 9, 5.5, theme));
    nodes.push(textNode(style.label, x + MARK, y + 13, FONT_SIZE, theme.ink));
    boxes.push({ x: x - 2, y: y - 3, width: width + 4, height: ROW });
    x += width + GAP;
  }
  return { nodes, boxes, height: y - space.y + ROW };
}
