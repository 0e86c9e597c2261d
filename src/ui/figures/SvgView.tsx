import { createElement, type JSX, memo, type ReactNode } from "react";
import { attributeText, type SvgNode } from "./svg.ts";

/** React wants `strokeWidth` for `stroke-width`, but `data-` and `aria-` as they are. */
function reactName(name: string): string {
  if (name.startsWith("data-") || name.startsWith("aria-")) return name;
  if (name === "class") return "className";
  if (name === "tabindex") return "tabIndex";
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Nodes never change once made, so what React needs of one is made once. */
const elements = new WeakMap<SvgNode, ReactNode>();

function elementOf(node: SvgNode): ReactNode {
  const known = elements.get(node);
  if (known !== undefined) return known;
  const properties: Record<string, string> = {};
  for (const [name, value] of Object.entries(node.attributes)) {
    properties[reactName(name)] = attributeText(value);
  }
  const children = node.children.map((child) =>
    typeof child === "string" ? child : elementOf(child),
  );
  const element = createElement(node.tag, properties, ...children);
  elements.set(node, element);
  return element;
}

interface SvgViewProps {
  /** Root node of a picture. The same node is never drawn twice. */
  readonly node: SvgNode;
}

/** Draws a picture on the page. Listen for clicks on an ancestor (`data-layer-index`). */
export const SvgView = memo(function SvgView({ node }: SvgViewProps): JSX.Element {
  return <>{elementOf(node)}</>;
});
