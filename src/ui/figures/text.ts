import { type SvgAttributes, type SvgNode, svg } from "./svg.ts";

/** Nothing is loaded: every reader's own interface font. */
export const FONT_FAMILY =
  "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

/** Below this text cannot be read on paper. */
export const SMALLEST_FONT_SIZE = 11;

/** System fonts differ; widths are those of a wide one (DejaVu Sans) in 1/100 em. */
const CHARACTER_WIDTHS: readonly (readonly [characters: string, width: number])[] = [
  ["ijl'|", 30],
  [" .,:;!ft()[]Ir/\\", 40],
  ["-", 38],
  ["\u2026", 100],
  ["mwWM%@", 96],
  ["ABCDEGHKNOQRUVXY&", 74],
  ["FLPSTZJabcdeghknopqsuvxyz_", 62],
  ["0123456789$?", 64],
  ["+<>=~\u00D7\u2212", 84],
];
const OTHER_WIDTH = 66;
/** Labels are laid out so that they fit in the widest usual system font. */
const WIDTH_FACTOR = 0.98;
const BOLD_FACTOR = 1.12;

const widths = new Map<string, number>();
for (const [characters, width] of CHARACTER_WIDTHS) {
  for (const character of characters) widths.set(character, width);
}

/** Estimated width in px of one line; a little too wide rather than too narrow. */
export function textWidth(text: string, fontSize: number, bold = false): number {
  let sum = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    // Han, kana, Hangul and emoji are as wide as they are high.
    sum += widths.get(character) ?? (code >= 0x1100 ? 105 : OTHER_WIDTH);
  }
  return (sum / 100) * fontSize * WIDTH_FACTOR * (bold ? BOLD_FACTOR : 1);
}

/**
 * The text, or as much of its two ends as fits. `headShare` of what is kept is from
 * the start: 0 suits layer names, which begin alike and differ at their ends.
 */
export function truncatedMiddle(
  text: string,
  width: number,
  fontSize: number,
  bold = false,
  headShare = 1 / 3,
): string {
  if (textWidth(text, fontSize, bold) <= width) return text;
  const characters = [...text];
  for (let kept = characters.length - 1; kept > 0; kept--) {
    const head = Math.floor(kept * headShare);
    const shorter = `${characters.slice(0, head).join("")}\u2026${characters.slice(characters.length - (kept - head)).join("")}`;
    if (textWidth(shorter, fontSize, bold) <= width) return shorter;
  }
  return "";
}

/** The first of several wordings that fits, else the last one truncated. */
export function fittingText(
  wordings: readonly string[],
  width: number,
  fontSize: number,
  bold = false,
): string {
  const fitting = wordings.find((wording) => textWidth(wording, fontSize, bold) <= width);
  return fitting ?? truncatedMiddle(wordings.at(-1) ?? "", width, fontSize, bold);
}

/** Lines of at most `width` px, broken at spaces; a longer word is truncated. */
export function wrappedText(
  text: string,
  width: number,
  fontSize: number,
  bold = false,
): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (textWidth(longer, fontSize, bold) <= width) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    line = truncatedMiddle(word, width, fontSize, bold);
  }
  if (line !== "") lines.push(line);
  return lines;
}

/** A line of text; `y` is the baseline. */
export function textNode(
  text: string,
  x: number,
  y: number,
  fontSize: number,
  fill: string,
  attributes: SvgAttributes = {},
): SvgNode {
  return svg("text", { x, y, "font-size": fontSize, fill, ...attributes }, text);
}

/** 262144 as "262,144". */
export function groupedNumber(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** 0.183 as "18 %", 0.0112 as "1.1 %", 0.0004 as "0.04 %". */
export function percentText(share: number): string {
  if (!Number.isFinite(share)) return "not known";
  const percent = share * 100;
  if (percent === 0) return "0 %";
  if (percent < 0.01) return "under 0.01 %";
  const digits = percent >= 9.95 ? 0 : percent >= 0.095 ? 1 : 2;
  return `${Number(percent.toFixed(digits))} %`;
}

/** "64 \u00D7 64". */
export function sizeText(size: readonly [height: number, width: number]): string {
  return `${size[0]} \u00D7 ${size[1]}`;
}

/** "1 kernel", "512 kernels". */
export function countText(count: number, noun: string): string {
  return `${groupedNumber(count)} ${noun}${count === 1 ? "" : "s"}`;
}
