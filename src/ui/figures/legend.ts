import type { Block, BlockSpace } from "./figure.ts";
import { markNode } from "./marks.ts";
import type { SvgNode } from "./svg.ts";
import { textNode, textWidth } from "./text.ts";
import type { FeatureStyle, FigureTheme } from "./theme.ts";

const FONT_SIZE = 12;
const ROW = 22;
/** Room for a mark before its name, and after the name. */
const MARK = 20;
const GAP = 16;

/** Marks with their names in rows. */
export function markLegend(
  styles: readonly FeatureStyle[],
  space: BlockSpace,
  theme: FigureTheme,
): Block {
  const nodes: SvgNode[] = [];
  let [x, y] = [space.x, space.y];
  for (const style of styles) {
    const width = MARK + textWidth(style.label, FONT_SIZE);
    if (x > space.x && x + width > space.x + space.width) {
      x = space.x;
      y += ROW;
    }
    nodes.push(markNode(style, x + 8, y + 9, 5.5, theme));
    nodes.push(textNode(style.label, x + MARK, y + 13, FONT_SIZE, theme.ink));
    x += width + GAP;
  }
  return { nodes, height: y - space.y + ROW };
}
