import type { Analysis } from "../../core/analysis/analysis.ts";
import { BASELINE_WORDS, type Baseline } from "./assignmentKey.ts";
import { type Picture, type SvgNode, svg, svgRoot } from "./svg.ts";
import { FONT_FAMILY, percentText, sizeText, textNode, wrappedText } from "./text.ts";
import type { FigureTheme } from "./theme.ts";

export interface CaptionOptions {
  readonly title: string;
  /** Sentences of the caller's own, before those that every picture has. */
  readonly lines: readonly string[];
  readonly analysis: Analysis;
  /** Of ConvAtlas. */
  readonly version: string;
  readonly theme: FigureTheme;
  /** Index of the layer shown, where it is one. */
  readonly layer?: number;
  /** True where the picture shows shares of labels: names the noise baseline. */
  readonly showsShares?: boolean;
  /** Which noise it shows; Gaussian unless said. */
  readonly baseline?: Baseline;
}

export const NOT_FOR_CLINICAL_USE = "Research tool, not for clinical use.";

const MARGIN = 12;
const TITLE_SIZE = 18;
const TITLE_LINE = 25;
const CAPTION_SIZE = 12;
const CAPTION_LINE = 17;
/** Narrower pictures get more paper at their right: captions must stay readable. */
const LEAST_WIDTH = 340;

const FEATURE_WORDS = {
  poster: "the poster's six filters",
  extended: "the extended set of filters",
  custom: "filters of one's own",
} as const;

const NORMALISATION_WORDS = {
  none: "weights as stored",
  unit: "kernels scaled to length 1",
  "unit-signed": "kernels scaled to length 1, centre not negative",
} as const;

function mapWords(analysis: Analysis, layer: number | undefined): string {
  if (layer !== undefined) {
    const { grid, gridSource } = analysis.layers[layer].place;
    const assumed = gridSource === "default" ? " (assumed: the file does not say)" : "";
    return `${sizeText(grid)} map${assumed}`;
  }
  const { grid } = analysis.settings;
  return grid === "layer" ? "map size of each layer" : `${sizeText([grid, grid])} map`;
}

/**
 * Every setting that changes a number, in one sentence: "Sorted spectra, 64 \u00D7 64 map,
 * threshold 10 %, the poster's six filters, PCA of all layers, weights as stored, 3 clusters
 * per layer."
 */
export function settingsSentence(analysis: Analysis, layer?: number): string {
  const { settings } = analysis;
  return `${[
    settings.compare === "sorted" ? "Sorted spectra" : "Spectra compared frequency by frequency",
    mapWords(analysis, layer),
    `threshold ${percentText(settings.threshold)}`,
    FEATURE_WORDS[settings.features],
    settings.basis === "model" ? "PCA of all layers" : "PCA of each layer",
    NORMALISATION_WORDS[settings.normalisation],
    `${settings.clusters} cluster${settings.clusters === 1 ? "" : "s"} per layer`,
  ].join(", ")}.`;
}

/** True while labels or baselines of any layer shown are missing. */
export function isProvisional(analysis: Analysis, layer?: number): boolean {
  const shown = layer === undefined ? analysis.layers : [analysis.layers[layer]];
  return shown.some(({ action, baseline }) => action === null || baseline === null);
}

function captionSentences(options: CaptionOptions): readonly string[] {
  const { analysis, layer, lines, version, showsShares = false, baseline = "gaussian" } = options;
  const name = layer === undefined ? "" : `, layer ${analysis.layers[layer].description.name}`;
  const sentences = [
    ...lines,
    `Model: ${analysis.model.name}${name}.`,
    `Settings: ${settingsSentence(analysis, layer)}`,
  ];
  if (showsShares) {
    sentences.push(
      `Chance: ${BASELINE_WORDS[baseline]}; a share means something only where it differs from that.`,
    );
  }
  if (showsShares && isProvisional(analysis, layer)) {
    sentences.push("Provisional: not all labels were computed when this picture was made.");
  }
  return [...sentences, `Made with ConvAtlas ${version}. ${NOT_FOR_CLINICAL_USE}`];
}

/** The picture with a title above and, below, all that is needed to understand it later. */
export function withCaption(picture: Picture, options: CaptionOptions): Picture {
  const { theme } = options;
  const width = Math.max(LEAST_WIDTH, picture.width);
  const room = width - 2 * MARGIN;
  const nodes: SvgNode[] = [];
  let y = MARGIN;
  for (const line of wrappedText(options.title, room, TITLE_SIZE, true)) {
    nodes.push(
      textNode(line, MARGIN, y + TITLE_SIZE, TITLE_SIZE, theme.ink, { "font-weight": 650 }),
    );
    y += TITLE_LINE;
  }
  // A nested <svg> keeps the picture's own coordinates.
  const { width: _width, height: _height, ...attributes } = picture.node.attributes;
  const inner = { x: 0, y, width: picture.width, height: picture.height, ...attributes };
  nodes.push(svg("svg", inner, ...picture.node.children));
  y += picture.height + 4;
  nodes.push(svg("path", { d: `M${MARGIN} ${y}H${width - MARGIN}`, stroke: theme.faint }));
  y += 8;
  for (const sentence of captionSentences(options)) {
    for (const line of wrappedText(sentence, room, CAPTION_SIZE)) {
      nodes.push(textNode(line, MARGIN, y + CAPTION_SIZE, CAPTION_SIZE, theme.muted));
      y += CAPTION_LINE;
    }
  }
  const height = Math.ceil(y + MARGIN);
  const paper = svg("rect", { x: 0, y: 0, width, height, fill: theme.paper });
  const root = { role: "group", "aria-label": options.title, "font-family": FONT_FAMILY };
  return { node: svgRoot(width, height, root, paper, ...nodes), width, height };
}
