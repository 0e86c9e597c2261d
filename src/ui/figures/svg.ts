/**
 * A picture as plain data. One tree is drawn on the page by React, written to a
 * file by `toSvgText`, and read by tests, so the three can never differ.
 */
export interface SvgNode {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children: readonly (SvgNode | string)[];
}

export type SvgAttributes = Readonly<Record<string, string | number | undefined>>;

/** A picture and its size in CSS pixels. */
export interface Picture {
  readonly node: SvgNode;
  readonly width: number;
  readonly height: number;
}

/** Digits kept of coordinates: a hundredth of a pixel is below what print shows. */
const COORDINATE_DIGITS = 2;

/** A node; attributes that are `undefined` are left out. */
export function svg(
  tag: string,
  attributes: SvgAttributes,
  ...children: readonly (SvgNode | string | null)[]
): SvgNode {
  const kept: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) kept[name] = value;
  }
  return { tag, attributes: kept, children: children.filter((child) => child !== null) };
}

/** Root of a picture with its own coordinate system in CSS pixels. */
export function svgRoot(
  width: number,
  height: number,
  attributes: SvgAttributes,
  ...children: readonly (SvgNode | string | null)[]
): SvgNode {
  const size = { width, height, viewBox: `0 0 ${shortNumber(width)} ${shortNumber(height)}` };
  return svg("svg", { ...size, ...attributes }, ...children);
}

/** Shortest text of a number rounded to `digits` decimals; never "-0", "NaN" or "1e-7". */
export function shortNumber(value: number, digits = COORDINATE_DIGITS): string {
  if (!Number.isFinite(value)) return "0";
  // Not `toFixed`: a large network's atlas writes a hundred thousand coordinates.
  const scale = 10 ** digits;
  const rounded = Math.round(value * scale) / scale;
  return rounded === 0 ? "0" : String(rounded);
}

/** An attribute as it stands in the file and in the DOM. */
export function attributeText(value: string | number): string {
  return typeof value === "number" ? shortNumber(value) : value;
}

/** XML 1.0 forbids most control characters and lone surrogates, even escaped. */
function withoutForbidden(text: string): string {
  let kept = "";
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const control = code < 32 && code !== 9 && code !== 10 && code !== 13;
    const surrogate = code >= 0xd800 && code <= 0xdfff;
    kept += control || surrogate || code === 0xfffe || code === 0xffff ? "\uFFFD" : character;
  }
  return kept;
}

function escaped(text: string): string {
  return withoutForbidden(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function nodeText(node: SvgNode, extra: string): string {
  const attributes = Object.entries(node.attributes)
    .map(([name, value]) => ` ${name}="${escaped(attributeText(value))}"`)
    .join("");
  if (node.children.length === 0) return `<${node.tag}${extra}${attributes}/>`;
  const inside = node.children
    .map((child) => (typeof child === "string" ? escaped(child) : nodeText(child, "")))
    .join("");
  return `<${node.tag}${extra}${attributes}>${inside}</${node.tag}>`;
}

/** The picture as the text of an .svg file. */
export function toSvgText(root: SvgNode): string {
  return nodeText(root, ' xmlns="http://www.w3.org/2000/svg"');
}
