import {
  type AnalysedLayer,
  type Analysis,
  INDETERMINATE,
  SCORES_PER_KERNEL,
} from "../../core/analysis/analysis.ts";
import { GREYED_SCALE, greyedColour, sampledSplit } from "./greying.ts";
import { type ColourBy, type KernelLook, kernelGrouping } from "./kernelGrouping.ts";
import type { Box } from "./labelPlacement.ts";
import type { ScoreLimits } from "./scoreLimits.ts";
import { type SvgNode, shortNumber, svg } from "./svg.ts";
import { DOT_OPACITY, type FigureTheme, type MarkShape } from "./theme.ts";

/** More dots than these in one small plot only blacken it, and make the file heavy. */
export const MOST_DOTS_PER_PLOT = 2000;

/** Maps scores to px inside a plot; points beyond it go to its edge. */
export interface ScoreScale {
  readonly x: (score: number) => number;
  readonly y: (score: number) => number;
  readonly isBeyond: (first: number, second: number) => boolean;
}

/** Clamped points stand this far inside the frame, so that their dots are whole. */
const EDGE = 2;

export function scoreScale(limits: ScoreLimits, plot: Box): ScoreScale {
  const { left, right, bottom, top } = limits;
  const clamped = (value: number, low: number, high: number): number =>
    Math.min(high - EDGE, Math.max(low + EDGE, value));
  return {
    x: (score) =>
      clamped(plot.x + ((score - left) / (right - left)) * plot.width, plot.x, plot.x + plot.width),
    y: (score) =>
      clamped(
        plot.y + ((top - score) / (top - bottom)) * plot.height,
        plot.y,
        plot.y + plot.height,
      ),
    isBeyond: (first, second) => first < left || first > right || second < bottom || second > top,
  };
}

/** Tiny shapes relative to a point, for dots that are told apart by shape as well. */
const TINY_SHAPES: Readonly<Partial<Record<MarkShape, string>>> = {
  diamond: "m0-2.2l2 2.2-2 2.2-2-2.2z",
  triangle: "m0-2.2l2.2 3.8h-4.4z",
  "triangle-down": "m0 2.2l2.2-3.8h-4.4z",
  cross: "m-2 0h4m-2-2v4",
  "diagonal-cross": "m-1.6-1.6l3.2 3.2m0-3.2l-3.2 3.2",
  star: "m0-2.4l1.4 4.4-3.7-2.7h4.6l-3.7 2.7z",
  hexagon: "m-1-1.8h2l1 1.8-1 1.8h-2l-1-1.8z",
  pentagon: "m0-2l2 1.4-.8 2.4h-2.4l-.8-2.4z",
  hourglass: "m-1.7-1.9h3.4l-3.4 3.8h3.4z",
  bowtie: "m-1.9-1.7v3.4l3.8-3.4v3.4z",
};

/** Diameter of a dot in px: few dots can be larger than many. */
function dotDiameter(count: number): number {
  return count <= 150 ? 4.4 : count <= 600 ? 3.6 : 3;
}

/** Dots of one group: a path of zero-length strokes or of tiny shapes. `points` is "Mx y" per dot. */
function dotNodes(
  points: readonly string[],
  look: KernelLook,
  theme: FigureTheme,
  diameter: number,
): readonly SvgNode[] {
  const tiny = TINY_SHAPES[look.shape];
  const strokes = look.shape === "cross" || look.shape === "diagonal-cross";
  const path = points.map((point) => point + (tiny ?? "h0")).join("");
  const common = { d: path, opacity: DOT_OPACITY };
  if (tiny !== undefined) {
    return strokes
      ? [svg("path", { ...common, fill: "none", stroke: look.colour, "stroke-width": 1.2 })]
      : [svg("path", { ...common, fill: look.colour })];
  }
  const cap = look.shape === "square" ? "square" : "round";
  const shrink = look.shape === "square" ? 0.8 : look.shape === "dot" ? 0.7 : 1;
  const width = diameter * look.scale * shrink;
  const line = { fill: "none", "stroke-linecap": cap };
  const filled = svg("path", { ...common, ...line, stroke: look.colour, "stroke-width": width });
  if (!look.open) return [filled];
  const hole = { d: path, ...line, stroke: theme.plot, "stroke-width": width - 1.4 };
  return [
    svg("path", { d: path, ...line, stroke: look.colour, "stroke-width": width + 0.6 }),
    svg("path", hole),
  ];
}

export interface DrawnDots {
  readonly nodes: readonly SvgNode[];
  readonly shown: number;
  /** Kernels with a place (finite), shown or not. */
  readonly placed: number;
  /** Of those, kernels beyond the frame. */
  readonly beyond: number;
  readonly notFinite: number;
  /** True if nearly all dots lie so close together that a mark would hide them. */
  readonly isSpeck: boolean;
}

/** Side in px of a cloud of dots that one mark hides. */
const SPECK = 14;
/** Share of the dots at either end that do not count for the size of the cloud. */
const SPECK_TAIL = 0.03;

function spreadOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const tail = Math.floor(sorted.length * SPECK_TAIL);
  return sorted.length === 0 ? 0 : sorted[sorted.length - 1 - tail] - sorted[tail];
}

/** Kernels with a place, and how many of them lie beyond the frame. */
function placedKernels(scores: Float32Array, scale: ScoreScale) {
  const finite = new Int32Array(scores.length / SCORES_PER_KERNEL);
  let placed = 0;
  let beyond = 0;
  for (let index = 0; index < finite.length; index++) {
    const first = scores[index * SCORES_PER_KERNEL];
    const second = scores[index * SCORES_PER_KERNEL + 1];
    if (!Number.isFinite(first) || !Number.isFinite(second)) continue;
    finite[placed++] = index;
    if (scale.isBeyond(first, second)) beyond++;
  }
  return { finite: finite.subarray(0, placed), beyond };
}

export interface DotsLook {
  readonly colourBy: ColourBy;
  readonly theme: FigureTheme;
  /** 1 per kernel that keeps its colour, the rest is grey; null: all keep it. */
  readonly members: Uint8Array | null;
}

/** The kernels of a layer as dots; at most MOST_DOTS_PER_PLOT, the sample is seeded. */
export function layerDots(
  analysis: Analysis,
  layer: AnalysedLayer,
  scale: ScoreScale,
  { colourBy, theme, members }: DotsLook,
): DrawnDots {
  const { scores } = layer.values;
  const count = scores.length / SCORES_PER_KERNEL;
  const { finite, beyond } = placedKernels(scores, scale);
  const { groups, look } = kernelGrouping(analysis, layer, colourBy, theme);
  const points = new Map<number, string[]>();
  const sample = sampledSplit(finite, members, MOST_DOTS_PER_PLOT);
  const xs: number[] = [];
  const ys: number[] = [];
  const place = (kernel: number): string => {
    const x = scale.x(scores[kernel * SCORES_PER_KERNEL]);
    const y = scale.y(scores[kernel * SCORES_PER_KERNEL + 1]);
    xs.push(x);
    ys.push(y);
    return `M${shortNumber(x, 1)} ${shortNumber(y, 1)}`;
  };
  const greyed = Array.from(sample.others, place);
  for (const kernel of sample.members) {
    const group = groups === null ? INDETERMINATE : groups[kernel];
    const known = points.get(group);
    if (known === undefined) points.set(group, [place(kernel)]);
    else known.push(place(kernel));
  }
  // Small groups last, so that large ones do not cover them.
  const shown = sample.members.length + greyed.length;
  const diameter = dotDiameter(shown);
  const drawn = [...points].sort((a, b) => b[1].length - a[1].length || a[0] - b[0]);
  return {
    nodes: [
      ...(greyed.length === 0 ? [] : dotNodes(greyed, greyedLook(theme), theme, diameter)),
      ...drawn.flatMap(([group, path]) => dotNodes(path, look(group), theme, diameter)),
    ],
    shown,
    placed: finite.length,
    beyond,
    notFinite: count - finite.length,
    isSpeck: spreadOf(xs) < SPECK && spreadOf(ys) < SPECK,
  };
}

/** Look of the kernels that are not in the selected group. */
function greyedLook(theme: FigureTheme): KernelLook {
  return { colour: greyedColour(theme), shape: "circle", open: false, scale: GREYED_SCALE };
}

/** Diameter of a dot in the key. */
const KEY_DOT = 5;

/** A sample of one dot, for the key. */
export function sampleDot(
  look: KernelLook,
  x: number,
  y: number,
  theme: FigureTheme,
): readonly SvgNode[] {
  return dotNodes([`M${shortNumber(x)} ${shortNumber(y)}`], look, theme, KEY_DOT);
}
