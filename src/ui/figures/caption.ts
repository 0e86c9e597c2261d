import type { Analysis } from "../../core/analysis/analysis.ts";
import { BASELINE_WORDS, type Baseline } from "./assignmentKey.ts";
import type { Block, BlockSpace } from "./figure.ts";
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
 * Every choice that changes a number, in one sentence: "Sorted spectra, 64 \u00D7 64 map, circular
 * boundary, threshold 10 %, the poster's six filters, PCA of all layers, weights as stored, 3
 * clusters per layer." The boundary is no setting, but others that publish spectra pad with zeros.
 */
export function settingsSentence(analysis: Analysis, layer?: number): string {
  const { settings } = analysis;
  return `${[
    settings.compare === "sorted" ? "Sorted spectra" : "Spectra compared frequency by frequency",
    mapWords(analysis, layer),
    "circular boundary",
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

/** Digits of a SHA-256 that tell a person's files apart: two of a million share twelve by chance once in 500. */
const SHORT_HASH = 12;

/** The beginning of a hash, with a sign that more follows. */
export function shortHash(sha256: string): string {
  return sha256.length > SHORT_HASH ? `${sha256.slice(0, SHORT_HASH)}\u2026` : sha256;
}

function captionSentences(options: CaptionOptions): readonly string[] {
  const { analysis, layer, lines, version, showsShares = false, baseline = "gaussian" } = options;
  const name = layer === undefined ? "" : `, layer ${analysis.layers[layer].description.name}`;
  const sentences = [
    ...lines,
    `Model: ${analysis.model.name}${name} (SHA-256 ${shortHash(analysis.model.sha256)}).`,
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

/** Title lines and how much height they take; `size` is the height of the letters, px. */
export function titleBlock(
  title: string,
  { x, y, width }: BlockSpace,
  theme: FigureTheme,
  size = TITLE_SIZE,
): Block {
  const line = size + 7;
  const lines = wrappedText(title, width, size, true);
  const nodes = lines.map((text, at) =>
    textNode(text, x, y + size + at * line, size, theme.ink, { "font-weight": 650 }),
  );
  return { nodes, height: lines.length * line };
}

/** All that is needed to understand a picture later, below a thin line. */
export function captionBlock(options: CaptionOptions, { x, y, width }: BlockSpace): Block {
  const { theme } = options;
  const nodes: SvgNode[] = [svg("path", { d: `M${x} ${y}h${width}`, stroke: theme.faint })];
  let line = y + 8;
  for (const sentence of captionSentences(options)) {
    for (const text of wrappedText(sentence, width, CAPTION_SIZE)) {
      nodes.push(textNode(text, x, line + CAPTION_SIZE, CAPTION_SIZE, theme.muted));
      line += CAPTION_LINE;
    }
  }
  return { nodes, height: line - y };
}

/** A picture as part of another, in its own coordinates: a nested <svg>. */
export function nestedPicture(picture: Picture, x: number, y: number): SvgNode {
  const { width, height } = picture;
  return svg("svg", { ...picture.node.attributes, x, y, width, height }, ...picture.node.children);
}

/** The picture with a title above and, below, all that is needed to understand it later. */
export function withCaption(picture: Picture, options: CaptionOptions): Picture {
  const { theme } = options;
  const width = Math.max(LEAST_WIDTH, picture.width);
  const space = { x: MARGIN, y: MARGIN, width: width - 2 * MARGIN };
  const title = titleBlock(options.title, space, theme);
  const top = MARGIN + title.height;
  const bottom = top + picture.height + 4;
  const caption = captionBlock(options, { ...space, y: bottom });
  const height = Math.ceil(bottom + caption.height + MARGIN);
  const paper = svg("rect", { x: 0, y: 0, width, height, fill: theme.paper });
  const root = { role: "group", "aria-label": options.title, "font-family": FONT_FAMILY };
  const nodes = [paper, ...title.nodes, nestedPicture(picture, 0, top), ...caption.nodes];
  return { node: svgRoot(width, height, root, ...nodes), width, height };
}
