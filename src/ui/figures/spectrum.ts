import { spreadCentres } from "./labelPlacement.ts";
import { markNode } from "./marks.ts";
import { type Picture, type SvgNode, shortNumber, svg, svgRoot } from "./svg.ts";
import { FONT_FAMILY, textNode, textWidth, truncatedMiddle, wrappedText } from "./text.ts";
import { type FeatureStyle, type FigureTheme, outlineColour } from "./theme.ts";

/** One curve: a spectrum sorted from largest to smallest, largest = 1. */
export interface SpectrumSeries {
  readonly name: string;
  readonly values: Float32Array;
  /** Colour and mark of a feature; null draws in ink, without a mark. */
  readonly style: FeatureStyle | null;
  /** SVG dash pattern; solid without. */
  readonly dash?: string;
  /** Drawn last and thicker: what the picture is about. */
  readonly emphasised?: boolean;
}

export interface SpectrumOptions {
  readonly series: readonly SpectrumSeries[];
  /** In CSS pixels; at least 260. */
  readonly width: number;
  readonly theme: FigureTheme;
  /** Height of the plot without title and axes. */
  readonly plotHeight?: number;
  readonly title?: string;
  /** Drawn over the grid lines and behind the curves. */
  readonly behind?: (plot: SpectrumPlot) => readonly SvgNode[];
  /** Small words below the axis. */
  readonly note?: string;
}

/** Steps of a curve: more than the pixels of a plot cannot be seen. */
const MOST_STEPS = 300;
const SMALLEST_WIDTH = 260;
const LEFT = 40;
const LABEL_SIZE = 12;
const LABEL_SPACING = 16;
const LEADER = 22;

/** The inside of the plot, px. */
export interface SpectrumPlot {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

function clampedShare(value: number): number {
  return Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 0;
}

function heightAt(plot: SpectrumPlot, value: number): number {
  return plot.bottom - clampedShare(value) * (plot.bottom - plot.top);
}

/** Points of a curve from left to right, as "x y"; none of fewer than two values. */
export function curvePoints(values: Float32Array, plot: SpectrumPlot): readonly string[] {
  const steps = Math.min(MOST_STEPS, values.length - 1);
  if (steps < 1) return [];
  return Array.from({ length: steps + 1 }, (_, step) => {
    const x = plot.left + (step / steps) * (plot.right - plot.left);
    const value = values[Math.round((step / steps) * (values.length - 1))];
    return `${shortNumber(x, 1)} ${shortNumber(heightAt(plot, value), 1)}`;
  });
}

function curvePath(values: Float32Array, plot: SpectrumPlot): string {
  const points = curvePoints(values, plot);
  return points.length === 0 ? "" : `M${points.join("L")}`;
}

function axes(plot: SpectrumPlot, theme: FigureTheme): readonly SvgNode[] {
  const nodes: SvgNode[] = [];
  const across = plot.right - plot.left;
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    const y = heightAt(plot, share);
    const x = plot.left + share * across;
    nodes.push(
      svg("path", { d: `M${plot.left} ${shortNumber(y)}H${plot.right}`, stroke: theme.faint }),
      textNode(String(share), plot.left - 7, y + 4, 11, theme.muted, {
        "text-anchor": "end",
        "data-scale": "",
      }),
    );
    if (share % 0.5 === 0 || across > 240) {
      const percent = `${100 * share} %`;
      const middle = { "text-anchor": "middle", "data-scale": "" };
      nodes.push(svg("path", { d: `M${shortNumber(x)} ${plot.bottom}v4`, stroke: theme.line }));
      nodes.push(textNode(percent, x, plot.bottom + 16, 11, theme.muted, middle));
    }
  }
  nodes.push(
    svg("path", {
      d: `M${plot.left} ${plot.top}V${plot.bottom}H${plot.right}`,
      fill: "none",
      stroke: theme.line,
    }),
  );
  return nodes;
}

function curveColour(series: SpectrumSeries, theme: FigureTheme): string {
  return series.style === null ? theme.ink : outlineColour(series.style.colour, theme);
}

/** Between the first and the last mark on curves: at the ends many curves meet. */
const MARKED = { from: 0.12, to: 0.82 } as const;

/** Each feature's mark once on its curve, each at another place, so that crossing curves stay apart. */
function curveMarks(
  series: readonly SpectrumSeries[],
  plot: SpectrumPlot,
  theme: FigureTheme,
): readonly SvgNode[] {
  const styled = series.filter(({ style }) => style !== null);
  return styled.flatMap(({ style, values }, index) => {
    const share = MARKED.from + ((index + 0.5) / styled.length) * (MARKED.to - MARKED.from);
    const value = values[Math.round(share * (values.length - 1))];
    const x = plot.left + share * (plot.right - plot.left);
    return style === null ? [] : [markNode(style, x, heightAt(plot, value), 4, theme)];
  });
}

/** Names at the right ends of the curves, apart from one another, with lines to them. */
function endLabels(
  series: readonly SpectrumSeries[],
  plot: SpectrumPlot,
  room: number,
  theme: FigureTheme,
): readonly SvgNode[] {
  const ends = series.map(({ values }) => heightAt(plot, values.at(-1) ?? 0));
  // Of curves that end together, the one that is higher halfway is named higher.
  const wanted = ends.map((end, index) => {
    const { values } = series[index];
    return end - clampedShare(values[Math.floor(values.length * 0.7)] ?? 0) * 8;
  });
  const centres = spreadCentres(wanted, LABEL_SPACING, plot.top, plot.bottom - 2);
  return series.flatMap((one, index) => {
    const x = plot.right + LEADER;
    const y = centres[index];
    const colour = curveColour(one, theme);
    const line = `M${plot.right + 2} ${shortNumber(ends[index])}L${x - 5} ${shortNumber(y)}`;
    const bold = one.emphasised === true;
    const name = truncatedMiddle(one.name, room - LEADER - 16, LABEL_SIZE, bold);
    return [
      svg("path", { d: line, stroke: colour, "stroke-width": 1, "stroke-dasharray": one.dash }),
      ...(one.style === null ? [] : [markNode(one.style, x + 4, y, 4.5, theme)]),
      textNode(name, x + (one.style === null ? 0 : 14), y + 4, LABEL_SIZE, theme.ink, {
        "font-weight": bold ? 700 : 400,
      }),
    ];
  });
}

/** Sorted singular values of a kernel over those of the features, named at their ends. */
export function spectrumFigure(options: SpectrumOptions): Picture {
  const { theme, plotHeight = 220 } = options;
  const width = Math.max(SMALLEST_WIDTH, options.width);
  const drawn = options.series.filter(({ values }) => values.length > 0);
  const longest = Math.max(
    0,
    ...drawn.map(({ name, emphasised }) => textWidth(name, LABEL_SIZE, emphasised === true)),
  );
  const room = Math.min(longest + LEADER + 22, width * 0.45);
  const nodes: SvgNode[] = [];
  let y = 8;
  if (options.title !== undefined) {
    for (const line of wrappedText(options.title, width - 16, 13, true)) {
      nodes.push(textNode(line, 8, y + 13, 13, theme.ink, { "font-weight": 600 }));
      y += 18;
    }
  }
  for (const line of wrappedText("\u2191 amplification, largest = 1", width - 16, 11)) {
    nodes.push(textNode(line, 8, y + 11, 11, theme.ink));
    y += 15;
  }
  // The named ends need their room even if there are many curves.
  const least = drawn.length * LABEL_SPACING;
  const top = y + 6;
  const plot = { left: LEFT, top, right: width - room, bottom: top + Math.max(plotHeight, least) };
  nodes.push(...axes(plot, theme), ...(options.behind?.(plot) ?? []));
  const ordered = [...drawn].sort((a, b) => Number(a.emphasised ?? 0) - Number(b.emphasised ?? 0));
  for (const one of ordered) {
    nodes.push(
      svg("path", {
        "data-series": one.name,
        d: curvePath(one.values, plot),
        fill: "none",
        stroke: curveColour(one, theme),
        "stroke-width": one.emphasised === true ? 3 : 1.6,
        "stroke-dasharray": one.dash,
        "stroke-linejoin": "round",
      }),
    );
  }
  nodes.push(...curveMarks(drawn, plot, theme), ...endLabels(drawn, plot, room, theme));
  y = plot.bottom + 22;
  const axis = "patterns of stripes, from most to least amplified \u2192";
  const words = [axis, ...(options.note === undefined ? [] : [options.note])];
  for (const line of words.flatMap((text) => wrappedText(text, width - 16, 11))) {
    nodes.push(textNode(line, 8, y + 11, 11, theme.ink));
    y += 15;
  }
  const height = Math.ceil(y + 6);
  const label = `Amplification of patterns of stripes, sorted: ${drawn.map(({ name }) => name).join(", ")}`;
  const attributes = { role: "img", "aria-label": label, "font-family": FONT_FAMILY };
  const paper = svg("rect", { x: 0, y: 0, width, height, fill: theme.paper });
  return { node: svgRoot(width, height, attributes, paper, ...nodes), width, height };
}
