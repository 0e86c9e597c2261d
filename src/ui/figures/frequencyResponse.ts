import {
  FREQUENCY_PICTURE_SIDE,
  type FrequencyPicture,
} from "../../core/action/frequencyPicture.ts";
import { cividisColour } from "./cividis.ts";
import { frequencySentence } from "./frequencyWords.ts";
import { type Picture, type SvgNode, shortNumber, svg, svgRoot } from "./svg.ts";
import { FONT_FAMILY, textNode, wrappedText } from "./text.ts";
import type { FigureTheme } from "./theme.ts";

export interface FrequencyResponseOptions {
  /** Null for a kernel without a spectrum. */
  readonly picture: FrequencyPicture | null;
  /** In CSS pixels; at least 260. */
  readonly width: number;
  readonly theme: FigureTheme;
  readonly title?: string;
}

const SMALLEST_WIDTH = 260;
/** Room at the left for the words of the axis, px. */
const LEFT = 44;
/** Room at the right for the scale and its numbers, px. */
const RIGHT = 76;
const LARGEST_SIDE = 240;
const BAR = { gap: 14, width: 14 } as const;
/** Tones of the map: finer steps cannot be told apart, and each is one path. */
const TONES = 32;
const LINE = 15;

/** Squares of one tone as one path, runs of a row joined; `step` px a square. */
function tonePaths(
  { side, values }: FrequencyPicture,
  left: number,
  top: number,
  step: number,
): readonly string[] {
  const paths = Array.from({ length: TONES }, () => "");
  const toneAt = (at: number) => Math.min(TONES - 1, Math.floor(values[at] * TONES));
  for (let row = 0; row < side; row++) {
    const y = shortNumber(top + row * step);
    for (let from = 0; from < side; ) {
      const tone = toneAt(row * side + from);
      let to = from + 1;
      while (to < side && toneAt(row * side + to) === tone) to++;
      const across = shortNumber((to - from) * step);
      const x = shortNumber(left + from * step);
      paths[tone] += `M${x} ${y}h${across}v${shortNumber(step)}h-${across}z`;
      from = to;
    }
  }
  return paths;
}

/** Middle of a tone, so that the scale shows exactly the colours of the picture. */
function toneColour(tone: number): string {
  return cividisColour((tone + 0.5) / TONES);
}

function axisWords(left: number, top: number, size: number, theme: FigureTheme): SvgNode[] {
  const middle = { "text-anchor": "middle" };
  const end = { "text-anchor": "end" };
  const below = top + size + 14;
  return [
    textNode("fine", left, below, 11, theme.muted),
    textNode("slow", left + size / 2, below, 11, theme.muted, middle),
    textNode("fine", left + size, below, 11, theme.muted, end),
    textNode("fine", left - 6, top + 9, 11, theme.muted, end),
    textNode("slow", left - 6, top + size / 2 + 4, 11, theme.muted, end),
    textNode("fine", left - 6, top + size, 11, theme.muted, end),
  ];
}

function scaleBar(left: number, top: number, size: number, theme: FigureTheme): SvgNode[] {
  const step = size / TONES;
  const nodes = Array.from({ length: TONES }, (_, tone) =>
    svg("rect", {
      x: left,
      y: top + size - (tone + 1) * step,
      width: BAR.width,
      height: step + (tone > 0 ? 0.2 : 0),
      fill: toneColour(tone),
    }),
  );
  const at = left + BAR.width + 6;
  // Not a result, for those who look for results on the page.
  const scale = { "data-scale": "" };
  return [
    ...nodes,
    svg("rect", {
      ...{ x: left, y: top, width: BAR.width, height: size },
      fill: "none",
      stroke: theme.line,
    }),
    textNode("1 most", at, top + 9, 11, theme.muted, scale),
    textNode("0.5", at, top + size / 2 + 4, 11, theme.muted, scale),
    textNode("0 none", at, top + size, 11, theme.muted, scale),
  ];
}

/** How strongly a kernel passes each pattern of stripes, where it lies in the frequency plane. */
export function frequencyResponseFigure(options: FrequencyResponseOptions): Picture {
  const { picture, theme } = options;
  const width = Math.max(SMALLEST_WIDTH, options.width);
  const nodes: SvgNode[] = [];
  let y = 6;
  const write = (text: string, fontSize: number, fill: string, bold = false) => {
    for (const line of wrappedText(text, width - 16, fontSize, bold)) {
      const weight = bold ? { "font-weight": 600 } : {};
      nodes.push(textNode(line, 8, y + fontSize, fontSize, fill, weight));
      y += bold ? 18 : LINE;
    }
  };
  if (options.title !== undefined) write(options.title, 13, theme.ink, true);
  const sentence = frequencySentence(picture);
  write("\u2195 change from top to bottom (lying stripes)", 11, theme.ink);
  const side = picture?.side ?? FREQUENCY_PICTURE_SIDE;
  // Whole pixels, so that neither seams nor overlaps show between the squares.
  const step = Math.max(1, Math.floor(Math.min(LARGEST_SIDE, width - LEFT - RIGHT) / side));
  const size = step * side;
  const top = Math.round(y + 5);
  if (picture !== null) {
    tonePaths(picture, LEFT, top, step).forEach((d, tone) => {
      if (d !== "")
        nodes.push(svg("path", { d, fill: toneColour(tone), "shape-rendering": "crispEdges" }));
    });
  }
  const frame = { x: LEFT, y: top, width: size, height: size };
  nodes.push(
    svg("rect", { ...frame, fill: "none", stroke: theme.line }),
    ...axisWords(LEFT, top, size, theme),
    ...scaleBar(LEFT + size + BAR.gap, top, size, theme),
  );
  y = top + size + 20;
  write("\u2194 change from left to right (upright stripes)", 11, theme.ink);
  write(
    "Slow changes in the middle, fine stripes at the edge; yellow: passed most. Amplification, largest = 1.",
    11,
    theme.muted,
  );
  const height = Math.ceil(y + 6);
  const label = `Amplification of patterns of stripes by direction and fineness. ${sentence}`;
  const attributes = { role: "img", "aria-label": label, "font-family": FONT_FAMILY };
  const paper = svg("rect", { x: 0, y: 0, width, height, fill: theme.paper });
  return { node: svgRoot(width, height, attributes, paper, ...nodes), width, height };
}
