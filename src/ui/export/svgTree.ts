import type { SvgNode } from "../figures/svg.ts";

/** An SVG element of another maker as the page's own kind of tree, to be captioned. */
export function svgTreeOf(element: Element): SvgNode {
  const attributes: Record<string, string> = {};
  for (const { name, value } of element.attributes) attributes[name] = value;
  const children: (SvgNode | string)[] = [];
  for (const child of element.childNodes) {
    if (child instanceof Element) children.push(svgTreeOf(child));
    else if (child.nodeType === Node.TEXT_NODE) children.push(child.textContent ?? "");
  }
  return { tag: element.tagName, attributes, children };
}
