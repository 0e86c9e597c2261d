import { type Picture, type SvgNode, toSvgText } from "../figures/svg.ts";

/** Text that is HTML already: only `html` and figures make it, from escaped parts. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type HtmlPart = Html | string | number | null | readonly Html[];

/** Control characters have no place in HTML, and lone surrogates none in any file. */
function printable(text: string): string {
  let kept = "";
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const isControl = (code < 32 && code !== 9 && code !== 10) || (code >= 0x7f && code < 0xa0);
    const isSurrogate = code >= 0xd800 && code <= 0xdfff;
    kept += isControl || isSurrogate ? "\uFFFD" : character;
  }
  return kept;
}

/** Text as it may stand between tags and in quoted attributes: it cannot leave its place. */
export function escapedText(text: string): string {
  return printable(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

function partText(part: HtmlPart): string {
  if (part === null) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "object") return part.map(({ text }) => text).join("");
  return escapedText(String(part));
}

/** HTML from a template: everything put into it is escaped, unless it is HTML made here. */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  let text = strings[0];
  for (const [at, part] of parts.entries()) text += partText(part) + strings[at + 1];
  return new Html(text);
}

/** A name out of a file: its writing direction must not turn around the text beside it. */
export function nameHtml(name: string): Html {
  return html`<bdi>${name}</bdi>`;
}

function isButton(child: SvgNode | string): boolean {
  return typeof child !== "string" && child.attributes.role === "button";
}

/** Nobody can press anything on paper: buttons over the layers, and what serves them, go. */
function withoutButtons(node: SvgNode): SvgNode {
  const { class: _class, ...attributes } = node.attributes;
  const kept = node.children.filter((child) => !isButton(child));
  const children = kept.map((child) => (typeof child === "string" ? child : withoutButtons(child)));
  return { tag: node.tag, attributes, children };
}

const NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"';

/**
 * A figure as part of a page, in pieces: one of a large network has megabytes. It is one picture
 * to those who do not see it.
 *
 * @param label what it shows, in words.
 */
export function* figureHtml(picture: Picture, label: string): Generator<string> {
  const { node, width, height } = picture;
  const root = {
    tag: "svg",
    attributes: {
      ...withoutButtons({ ...node, children: [] }).attributes,
      viewBox: `0 0 ${width} ${height}`,
      role: "img",
      "aria-label": label,
    },
    children: [],
  };
  yield `${toSvgText(root).replace(NAMESPACE, "").slice(0, -2)}>`;
  for (const child of node.children) {
    if (typeof child === "string") yield escapedText(child);
    else if (!isButton(child)) {
      yield toSvgText(withoutButtons(child)).replace(NAMESPACE, "");
    }
  }
  yield "</svg>";
}
