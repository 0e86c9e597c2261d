import type { Box } from "../../../src/ui/figures/labelPlacement.ts";
import type { SvgNode } from "../../../src/ui/figures/svg.ts";
import { textWidth } from "../../../src/ui/figures/text.ts";

/** A line of text of a picture and the room it takes. */
export interface TextBox extends Box {
  readonly text: string;
}

/** Every node of the tree, the root first. */
export function allNodes(node: SvgNode): readonly SvgNode[] {
  return [
    node,
    ...node.children.flatMap((child) => (typeof child === "string" ? [] : allNodes(child))),
  ];
}

function boxOf(node: SvgNode, left: number, top: number): TextBox {
  const { attributes } = node;
  const text = node.children.join("");
  const size = Number(attributes["font-size"]);
  const bold = Number(attributes["font-weight"] ?? 400) >= 600;
  const width = textWidth(text, size, bold);
  const anchor = attributes["text-anchor"] ?? "start";
  const shift = anchor === "end" ? width : anchor === "middle" ? width / 2 : 0;
  const x = left + Number(attributes.x) - shift;
  // Capitals and digits: 0.73 em above the baseline, descenders 0.21 em below.
  return { text, x, y: top + Number(attributes.y) - 0.73 * size, width, height: 0.94 * size };
}

/** All texts of a picture with their boxes; nested pictures shift theirs. */
export function textBoxes(node: SvgNode, left = 0, top = 0): readonly TextBox[] {
  if (node.tag === "text") return [boxOf(node, left, top)];
  const nested = node.tag === "svg";
  const x = left + (nested ? Number(node.attributes.x ?? 0) : 0);
  const y = top + (nested ? Number(node.attributes.y ?? 0) : 0);
  return node.children.flatMap((child) =>
    typeof child === "string" ? [] : textBoxes(child, x, y),
  );
}
