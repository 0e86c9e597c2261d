import type { Analysis } from "../../core/analysis/analysis.ts";
import type { KernelGroup } from "../../core/selection/kernelGroup.ts";
import { cellNode, needsNote } from "./atlasCell.ts";
import { atlasKey } from "./atlasKey.ts";
import { type AtlasLayout, atlasLayout, type Heading } from "./atlasLayout.ts";
import type { Figure } from "./figure.ts";
import type { ColourBy } from "./kernelGrouping.ts";
import { sharedLimits } from "./scoreLimits.ts";
import { type SvgNode, svg, svgRoot } from "./svg.ts";
import { countText, FONT_FAMILY, fittingText, textNode, wrappedText } from "./text.ts";
import type { FigureTheme } from "./theme.ts";

/** Widths in CSS pixels that the figure is made for; others are brought inside. */
export const ATLAS_SMALLEST_WIDTH = 340;
export const ATLAS_LARGEST_WIDTH = 2400;

const MARGIN = 12;

export interface AtlasOptions {
  /** In CSS pixels. */
  readonly width: number;
  readonly theme: FigureTheme;
  readonly colourBy: ColourBy;
  readonly selectedLayer?: number;
  /** Gets a ring in the selected layer's plot. */
  readonly selectedKernel?: number;
  /** Its kernels keep their colour, the rest turns grey; the axes stay. */
  readonly group?: KernelGroup;
  readonly title?: string;
}

function headingNode(heading: Heading, theme: FigureTheme): SvgNode {
  const { texts, x, y, anchor, width, strong } = heading;
  const size = strong ? 13 : 12;
  const style = strong ? { "font-weight": 600 } : {};
  const fitted = fittingText(texts, width, size, strong);
  return textNode(fitted, x, y, size, strong ? theme.ink : theme.muted, {
    "text-anchor": anchor,
    // Sizes of maps.
    "data-result": "layers",
    // Lines between cells may pass behind.
    stroke: theme.paper,
    "stroke-width": 6,
    "stroke-linejoin": "round",
    "paint-order": "stroke",
    ...style,
  });
}

function lineNodes(layout: AtlasLayout, theme: FigureTheme): readonly SvgNode[] {
  const line = { fill: "none", stroke: theme.line, "stroke-width": 1.2 };
  const nodes: SvgNode[] = [];
  if (layout.connectors.length > 0) {
    nodes.push(svg("path", { class: "figure-flow", ...line, d: layout.connectors.join("") }));
  }
  if (layout.skips.length > 0) {
    const d = layout.skips.join("");
    nodes.push(svg("path", { class: "figure-skips", ...line, d, "stroke-dasharray": "3 3" }));
  }
  return nodes;
}

/**
 * The whole network as small PCA plots on common axes, laid out as the network is:
 * columns are map sizes, encoder above, decoder below. Any width, any network.
 */
export function atlasFigure(analysis: Analysis, options: AtlasOptions): Figure {
  const steps = atlasSteps(analysis, options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same, one cell per step, so that the page can answer in between. */
export function* atlasSteps(analysis: Analysis, options: AtlasOptions): Generator<void, Figure> {
  const { theme, colourBy } = options;
  const width = Math.min(ATLAS_LARGEST_WIDTH, Math.max(ATLAS_SMALLEST_WIDTH, options.width));
  const { limits, aspect, mainBasis } = sharedLimits(analysis);
  yield;
  const nodes: SvgNode[] = [];
  let y = MARGIN;
  if (options.title !== undefined) {
    for (const line of wrappedText(options.title, width - 2 * MARGIN, 17, true)) {
      nodes.push(textNode(line, MARGIN, y + 16, 17, theme.ink, { "font-weight": 650 }));
      y += 23;
    }
    y += 6;
  }
  if (analysis.layers.length === 0) {
    const text = "This network has no convolution layers that can be drawn.";
    nodes.push(textNode(text, MARGIN, y + 14, 12, theme.muted));
    y += 20;
  } else {
    const key = { theme, colourBy, limits: limits[mainBasis], aspect, basis: mainBasis };
    const block = atlasKey(analysis, { x: MARGIN, y, width: width - 2 * MARGIN }, key);
    nodes.push(...block.nodes);
    y += block.height + 14;
  }
  const hasNotes = needsNote(analysis, limits);
  const layout = atlasLayout(analysis, { top: y, width, aspect, hasNotes });
  const cells: SvgNode[] = [];
  for (const cell of layout.cells) {
    yield;
    const selected = cell.layer === options.selectedLayer;
    const kernel = selected ? (options.selectedKernel ?? null) : null;
    const group = options.group ?? null;
    const look = { theme, colourBy, limits, aspect, mainBasis, selected, kernel, group };
    cells.push(cellNode(analysis, cell, look, hasNotes));
  }
  yield;
  const height = Math.ceil((analysis.layers.length === 0 ? y : layout.bottom) + MARGIN);
  const label = `Atlas of ${analysis.model.name}: ${countText(analysis.layers.length, "layer")}, one plot of kernels per layer`;
  const node = svgRoot(
    width,
    height,
    { role: "group", "aria-label": label, "font-family": FONT_FAMILY },
    svg("rect", { x: 0, y: 0, width, height, fill: theme.paper }),
    ...nodes,
    ...lineNodes(layout, theme),
    ...layout.headings.map((heading) => headingNode(heading, theme)),
    ...cells,
  );
  return { node, width, height, cells: layout.cells };
}
