import type { LabelShares } from "../../core/action/labelShares.ts";
import type { AnalysedLayer, Analysis } from "../../core/analysis/analysis.ts";
import type { Findings, LayerStructure } from "../../core/findings/findings.ts";
import { fitNoise } from "../../core/values/bestFit.ts";
import type { ClusterSummary } from "../../core/values/clusterSummaries.ts";
import { kernelGlyph } from "../figures/glyph.ts";
import { liftText } from "../figures/lift.ts";
import { markNode } from "../figures/marks.ts";
import { svgRoot, toSvgText } from "../figures/svg.ts";
import { countText, groupedNumber, percentText } from "../figures/text.ts";
import { type FeatureStyle, LIGHT_THEME, labelStyles } from "../figures/theme.ts";
import { meansLegend, meansScale } from "../inspector/meansScale.ts";
import { kernelsSentence } from "../words/clusterWords.ts";
import {
  MEASURE_NAMES,
  pValueText,
  ratioWithInterval,
  UNMEASURED_WORDS,
  VERDICT_WORDS,
} from "./findingWords.ts";
import { Html, html } from "./html.ts";
import { numberText } from "./numberText.ts";

const MARK_SIDE = 16;
const GLYPH_SIDE = 42;

function markHtml(style: FeatureStyle): Html {
  const mark = markNode(style, MARK_SIDE / 2, MARK_SIDE / 2, 5.5, LIGHT_THEME);
  return new Html(toSvgText(svgRoot(MARK_SIDE, MARK_SIDE, { "aria-hidden": "true" }, mark)));
}

/** Kernels by label, never without what chance gives. Null: not computed. */
export function labelTable(analysis: Analysis, labels: LabelShares | null, caption: string): Html {
  if (labels === null) return html`<p>Labels were not computed.</p>`;
  const rows = labelStyles(analysis.features).map((style, at) => {
    const count = labels.counts[at];
    const share = labels.shares[at];
    const noise = labels.noise[at];
    return html`<tr><th scope="row">${markHtml(style)} ${style.label}</th><td>${groupedNumber(count)}</td><td>${percentText(share)}</td><td>${percentText(noise)}</td><td>${percentText(labels.shuffled[at])}</td><td>${liftText(share, noise)}</td></tr>`;
  });
  return html`<div class="table"><table><caption class="small muted">${caption}</caption><thead><tr><th scope="col">Acts like</th><th scope="col">Kernels</th><th scope="col">Share</th><th scope="col">Noise</th><th scope="col">Shuffled</th><th scope="col">Lift over noise</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** Mean kernel of each cluster of a layer, and the cluster in a sentence. */
export function clusterTable(
  { settings, features }: Analysis,
  { description, kernelCount }: AnalysedLayer,
  summaries: readonly ClusterSummary[],
): Html {
  if (summaries.length === 0) {
    return html`<p>This layer has no kernels that could be clustered.</p>`;
  }
  const { kernelSize } = description;
  const scale = meansScale(summaries.map(({ mean }) => mean));
  const noise = fitNoise(features, kernelSize);
  const rows = summaries.map(({ cluster, mean, size, fit, labels, relativeSpread }) => {
    const look = { weights: mean, kernelSize, scale, size: GLYPH_SIDE, theme: LIGHT_THEME };
    const glyph = new Html(toSvgText(kernelGlyph(look).node));
    const told = { size, outOf: kernelCount, fit, fitNoise: noise, labels };
    const spread = relativeSpread === null ? "–" : percentText(relativeSpread);
    return html`<tr><th scope="row">Cluster ${cluster + 1}</th><td>${glyph}</td><td>${spread}</td><td class="words">${kernelsSentence(told, features)}</td></tr>`;
  });
  const legend = meansLegend(scale, settings.normalisation !== "none");
  return html`<div class="table"><table><caption class="small muted">Clusters (k-means): groups of kernels with similar numbers. Pictures show mean kernels. ${legend}</caption><thead><tr><th scope="col">Group</th><th scope="col">Mean kernel</th><th scope="col">Spread, of the layer's</th><th scope="col" class="words">In words</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** How a layer's kernels are distributed, in one sentence. */
export function structureSentence(structure: LayerStructure): string {
  if (structure.state === "notMeasured") {
    return `Structure not measured: ${UNMEASURED_WORDS[structure.reason]}.`;
  }
  const { normality, clusters } = structure;
  const normal = `Distance from a normal distribution (Henze-Zirkler): ${numberText(normality.henzeZirkler)}.`;
  if (clusters === null) return normal;
  const { stability, firmness } = clusters;
  const firm =
    firmness === "firm"
      ? "Its clusters are firmer than those of normally distributed kernels"
      : "Its clusters are no firmer than those of normally distributed kernels, so they may be arbitrary cuts";
  return `${normal} ${firm} (agreement of halves ${numberText(stability.value)}, by chance ${numberText(stability.surrogateMean)}).`;
}

/** The numbers behind question 1. */
export function filterNumbers(analysis: Analysis, { filters }: Findings): Html {
  const styles = labelStyles(analysis.features);
  const rows = filters.labels.map((label) => {
    const style = styles.find(({ id }) => id === label.label);
    const mark = style === undefined ? null : markHtml(style);
    return html`<tr><th scope="row">${mark} ${style?.label ?? label.label}</th><td>${percentText(label.share)}</td><td>${percentText(label.gaussianShare)}</td><td>${percentText(label.shuffledShare)}</td><td>${ratioWithInterval(label)}</td><td>${pValueText(label.adjustedPValue)}</td><td class="words">${VERDICT_WORDS[label.verdict]}</td></tr>`;
  });
  return html`<div class="table"><table><caption class="small muted">All layers of 3 × 3 kernels together: ${countText(filters.kernels, "kernel")}. Lift over noise with its 95 % interval.</caption><thead><tr><th scope="col">Filter</th><th scope="col">Share</th><th scope="col">Noise</th><th scope="col">Shuffled</th><th scope="col">Lift (interval)</th><th scope="col">p, corrected</th><th scope="col">Verdict</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** The numbers behind question 2. */
export function decoderNumbers({ decoder }: Findings): Html {
  const rows = decoder.contrasts.map(
    (contrast) =>
      html`<tr><th scope="row">${MEASURE_NAMES[contrast.measure]}</th><td>${numberText(contrast.encoderMean)}</td><td>${numberText(contrast.decoderMean)}</td><td>${contrast.encoderLayers}</td><td>${contrast.decoderLayers}</td><td>${pValueText(contrast.adjustedPValue)}</td></tr>`,
  );
  return html`<div class="table"><table><caption class="small muted">Means over the layers measured.</caption><thead><tr><th scope="col">Measure</th><th scope="col">Encoder</th><th scope="col">Decoder</th><th scope="col">Encoder layers</th><th scope="col">Decoder layers</th><th scope="col">p, corrected</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** The numbers behind question 3. */
export function encoderNumbers({ encoder }: Findings): Html {
  return html`<dl><dt>Mean divergence of encoder layers</dt><dd>${numberText(encoder.meanDivergence)} bits</dd><dt>Of shuffled kernels, on average</dt><dd>${numberText(encoder.floorMean)} bits</dd><dt>95 % of them below</dt><dd>${numberText(encoder.floorHigh)} bits</dd><dt>p</dt><dd>${pValueText(encoder.pValue)}</dd></dl>`;
}
