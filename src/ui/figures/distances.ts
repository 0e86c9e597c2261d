import type { Feature } from "../../core/features/clinicalKernels.ts";
import { markNode } from "./marks.ts";
import { type Picture, type SvgNode, shortNumber, svg, svgRoot } from "./svg.ts";
import {
  FONT_FAMILY,
  percentText,
  textNode,
  textWidth,
  truncatedMiddle,
  wrappedText,
} from "./text.ts";
import { type FigureTheme, featureStyles } from "./theme.ts";
import { roundTicks } from "./ticks.ts";

export interface DistanceOptions {
  readonly features: readonly Feature[];
  /** One per feature, 0 to 1; NaN for kernels without a spectrum. */
  readonly distances: ArrayLike<number>;
  /** Beyond it a kernel is indeterminate. */
  readonly threshold: number;
  /** In CSS pixels; at least 260. */
  readonly width: number;
  readonly theme: FigureTheme;
}

const SMALLEST_WIDTH = 260;
const ROW = 24;
const TOP = 28;
/** Room for a distance as a number after its mark. */
const VALUE_ROOM = 44;
/** The axis shows at least this much, so that near and far kernels compare. */
const LEAST_RANGE = 0.3;

function distanceText(distance: number): string {
  return Number.isFinite(distance) ? percentText(distance) : "none";
}

/** How far a kernel's spectrum is from each feature's, with the threshold. */
export function distancesFigure(options: DistanceOptions): Picture {
  const { features, distances, threshold, theme } = options;
  const width = Math.max(SMALLEST_WIDTH, options.width);
  const styles = featureStyles(features);
  const finite = features.map((_, at) => distances[at]).filter(Number.isFinite);
  const range = Math.max(LEAST_RANGE, threshold * 1.5, ...finite);
  const names = Math.min(
    width * 0.42,
    Math.max(0, ...styles.map(({ label }) => textWidth(label, 12, true))) + 26,
  );
  const left = 8 + names;
  const right = width - VALUE_ROOM - 8;
  const at = (distance: number): number => left + (distance / range) * (right - left);
  const bottom = TOP + features.length * ROW;
  const nearest = finite.length === 0 ? Number.NaN : Math.min(...finite);
  const nodes: SvgNode[] = [];
  for (const tick of roundTicks(0, range, 3)) {
    const x = at(tick);
    nodes.push(svg("path", { d: `M${shortNumber(x)} ${TOP}V${bottom}`, stroke: theme.faint }));
    const middle = { "text-anchor": "middle", "data-scale": "" };
    nodes.push(textNode(percentText(tick), x, bottom + 15, 11, theme.muted, middle));
  }
  const limit = `M${shortNumber(at(threshold))} ${TOP - 6}V${bottom}`;
  const wording = `threshold ${percentText(threshold)}`;
  const labelX = Math.min(at(threshold), width - 8 - textWidth(wording, 11) / 2);
  nodes.push(
    svg("path", { d: limit, stroke: theme.ink, "stroke-width": 1.4, "stroke-dasharray": "5 3" }),
    textNode(wording, labelX, TOP - 11, 11, theme.ink, { "text-anchor": "middle" }),
  );
  styles.forEach((style, index) => {
    const y = TOP + (index + 0.5) * ROW;
    const distance = distances[index];
    const bold = distance === nearest;
    const weight = { "font-weight": bold ? 700 : 400 };
    nodes.push(
      textNode(truncatedMiddle(style.label, names - 22, 12, bold), 8, y + 4, 12, theme.ink, weight),
    );
    if (!Number.isFinite(distance)) {
      nodes.push(textNode("no spectrum", left + 4, y + 4, 11, theme.muted));
      return;
    }
    const line = `M${shortNumber(left)} ${shortNumber(y)}H${shortNumber(at(distance))}`;
    nodes.push(svg("path", { d: line, stroke: theme.line, "stroke-width": 1 }));
    nodes.push(markNode(style, at(distance), y, 5, theme));
    const text = distanceText(distance);
    const x = at(distance) + 11;
    // The threshold's line may pass behind a number.
    const behind = { x: x - 1, y: y - 7, width: textWidth(text, 11, bold) + 2, height: 14 };
    nodes.push(svg("rect", { ...behind, fill: theme.paper }));
    nodes.push(textNode(text, x, y + 4, 11, theme.ink, weight));
  });
  let y = bottom + 22;
  const axis =
    "Distance: mean difference of amplification, in % of the largest. A kernel gets the name of the nearest filter left of the line; if all are right of it, it is indeterminate (like none of them).";
  for (const line of wrappedText(axis, width - 16, 11)) {
    nodes.push(textNode(line, 8, y + 11, 11, theme.muted));
    y += 15;
  }
  const height = Math.ceil(y + 6);
  const said = styles.map(({ label }, index) => `${label} ${distanceText(distances[index])}`);
  const label = `Distances to the features, threshold ${threshold}: ${said.join(", ")}`;
  const attributes = { role: "img", "aria-label": label, "font-family": FONT_FAMILY };
  const paper = svg("rect", { x: 0, y: 0, width, height, fill: theme.paper });
  return { node: svgRoot(width, height, attributes, paper, ...nodes), width, height };
}
