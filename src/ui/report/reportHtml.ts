import { layersLabelShares } from "../../core/action/labelShares.ts";
import { type Analysis, KERNEL_DEAD, KERNEL_NOT_FINITE } from "../../core/analysis/analysis.ts";
import type { Findings } from "../../core/findings/findings.ts";
import { FORMAT_NAMES } from "../../core/formats/formatNames.ts";
import { clusterSummarySteps } from "../../core/values/clusterSummaries.ts";
import { assignmentFigure } from "../figures/assignment.ts";
import { atlasSteps } from "../figures/atlas.ts";
import { NOT_FOR_CLINICAL_USE, settingsSentence } from "../figures/caption.ts";
import { COLOUR_WORDS } from "../figures/kernelGrouping.ts";
import { layerSentence } from "../figures/layerSentence.ts";
import type { Picture } from "../figures/svg.ts";
import { countText, groupedNumber, sizeText } from "../figures/text.ts";
import { LIGHT_THEME } from "../figures/theme.ts";
import { layerHeadText } from "../layers/layerWords.ts";
import { SKIP_WORDS, skippedGroups } from "../layers/skipWords.ts";
import { bytesText } from "../workspace/bytesText.ts";
import { conclusionFigure } from "./conclusionFigure.ts";
import { conclusionOf, METHODS, QUESTION_IDS, QUESTIONS, type QuestionId } from "./findingWords.ts";
import { figureHtml, html, nameHtml } from "./html.ts";
import { layerScatter } from "./layerScatter.ts";
import { REPORT_STYLE } from "./reportStyle.ts";
import {
  clusterTable,
  decoderNumbers,
  encoderNumbers,
  filterNumbers,
  labelTable,
  structureSentence,
} from "./reportTables.ts";

export interface ReportOptions {
  /** Of ConvAtlas. */
  readonly version: string;
  /** Day on which it was made, as people write it. */
  readonly date: string;
}

/** Widths of figures in px: 180 mm of an A4 page at 0.19 mm per px, so that text has 6 points. */
const PAGE_WIDTH = 935;
const SCATTER_WIDTH = 640;
const CONCLUSION_WIDTH = 640;

const THEME = LIGHT_THEME;

/** Nothing is loaded and nothing runs, whatever stands in the names of a file. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

const METHOD_SENTENCES: readonly string[] = [
  "By values: kernels are vectors of their numbers, seen along their principal axes (PCA); groups of similar kernels are found by k-means within each layer.",
  "By action: the singular values of the convolution with a kernel on a map with circular boundary say how strongly it amplifies each pattern of stripes. They are sorted, divided by the largest and compared with those of each known filter; the nearest filter names the kernel if the mean difference is within the threshold, else the kernel is indeterminate.",
  "Noise: random kernels get such names too. Every share therefore stands beside the share among random (Gaussian) kernels, and among the layer's own kernels with their numbers in random order. Only a difference from both says something about what was learned.",
  "Limits: a name says that a kernel acts on an image much like that filter, not that the network uses it so; kernels are looked at one by one, without the sums over channels and the steps between layers. Where maps are assumed and not read from the file, spectra would differ slightly on the true ones.",
];

function head(analysis: Analysis): string {
  const title = `ConvAtlas report: ${analysis.model.name}`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light"><title>${title}</title><style>`.text.concat(
    REPORT_STYLE,
    "</style></head><body><main>\n",
  );
}

function modelFacts(analysis: Analysis, { version, date }: ReportOptions): string {
  const { model, inputSize } = analysis;
  const input = inputSize === null ? "not known" : `${sizeText(inputSize)} pixels`;
  const assumed = analysis.inputSizeIsOpen ? " (chosen; the file leaves it open)" : "";
  return html`<header><h1>What did the kernels of ${nameHtml(model.name)} learn?</h1>
<p class="muted">Made with ConvAtlas ${version}, ${date}</p>
<p class="notice">${NOT_FOR_CLINICAL_USE}</p>
<dl><dt>File</dt><dd>${nameHtml(model.name)}, ${FORMAT_NAMES[model.format].label}, ${bytesText(model.bytes)}</dd>
<dt>SHA-256</dt><dd class="mono">${model.sha256}</dd>
${model.producer === null ? null : html`<dt>Written by</dt><dd>${nameHtml(model.producer)}</dd>`}
<dt>Parameters</dt><dd>${groupedNumber(model.parameters)}</dd>
<dt>Layers analysed</dt><dd>${analysis.layers.length}${analysis.skipped.length > 0 ? `, ${analysis.skipped.length} skipped` : ""}</dd>
<dt>Input image</dt><dd>${input}${assumed}</dd>
<dt>Settings</dt><dd>${settingsSentence(analysis)}</dd></dl></header>
`.text;
}

/** Work in steps, as empty pieces of the report: between them the page gets a turn. */
function* quietly<Made>(steps: Generator<void, Made>): Generator<string, Made> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    yield "";
  }
}

function* figureSection(picture: Picture, label: string, caption: string): Generator<string> {
  yield "<figure>";
  yield* figureHtml(picture, label);
  yield html`<figcaption>${caption}</figcaption></figure>`.text;
}

function* conclusions(analysis: Analysis): Generator<string> {
  const { findings } = analysis;
  yield `<section id="conclusions"><h2>Three conclusions</h2>`;
  if (findings === null) yield "<p>Not computed when this report was made.</p>";
  else {
    for (const id of QUESTION_IDS) yield* conclusion(id, analysis, findings);
  }
  yield "</section>\n";
}

function* conclusion(id: QuestionId, analysis: Analysis, findings: Findings): Generator<string> {
  const { sentence, short } = conclusionOf(id, findings, analysis);
  yield html`<div class="together"><h3>${QUESTIONS[id]}</h3><p><span class="answer">${short}.</span> ${sentence}</p>`
    .text;
  const picture = conclusionFigure(id, analysis, findings, {
    width: CONCLUSION_WIDTH,
    theme: THEME,
  });
  if (picture !== null) {
    yield "<figure>";
    yield* figureHtml(picture, `${QUESTIONS[id]} ${sentence}`);
    yield "</figure>";
  }
  switch (id) {
    case "filters":
      yield filterNumbers(analysis, findings).text;
      break;
    case "decoder":
      yield decoderNumbers(findings).text;
      break;
    case "encoder":
      yield encoderNumbers(findings).text;
      break;
  }
  for (const method of METHODS[id]) yield html`<p class="small muted">${method}</p>`.text;
  yield "</div>\n";
}

function contents({ layers }: Analysis): string {
  const items = layers.map(
    ({ description }, at) =>
      html`<li><a href="#layer-${at}">${nameHtml(description.name)}</a></li>`,
  );
  return html`<nav aria-label="Contents"><ol class="contents"><li><a href="#conclusions">Three conclusions</a></li><li><a href="#atlas">All layers</a></li><li><a href="#labels">Filters per layer</a></li>${items}<li><a href="#method">Method and limits</a></li></ol></nav>
`.text;
}

function* overview(analysis: Analysis): Generator<string> {
  const { name } = analysis.model;
  const look = { width: PAGE_WIDTH, theme: THEME };
  yield `<section class="page" id="atlas"><h2>All layers on common axes</h2>`;
  const atlas = yield* quietly(atlasSteps(analysis, { ...look, colourBy: "cluster" }));
  yield* figureSection(
    atlas,
    `Atlas of ${name}: one plot of kernels per layer; every layer is shown larger below`,
    `Each dot is one kernel; the large marks are the known filters, at the same place in each plot. ${COLOUR_WORDS.cluster}`,
  );
  yield `</section>\n<section class="page" id="labels"><h2>Filters that the kernels act like</h2>`;
  const labels = layersLabelShares(analysis.layers, analysis.features.length);
  yield labelTable(analysis, labels, "All layers together.").text;
  yield* figureSection(
    assignmentFigure(analysis, look),
    `Labels of ${name}: one bar per layer below a hatched bar of what chance gives; the numbers are in the tables below`,
    "Compare each bar with the thin one of chance: only a difference from it says something about the network.",
  );
  yield "</section>\n";
}

function countOf(states: Uint8Array, wanted: number): number {
  let count = 0;
  for (const state of states) if (state === wanted) count += 1;
  return count;
}

function unusable({ states }: { readonly states: Uint8Array }): string {
  const dead = countOf(states, KERNEL_DEAD);
  const notFinite = countOf(states, KERNEL_NOT_FINITE);
  return [
    ...(dead > 0 ? [`${countText(dead, "kernel")} all zero.`] : []),
    ...(notFinite > 0
      ? [`${countText(notFinite, "kernel")} with numbers that are not finite.`]
      : []),
  ].join(" ");
}

function* layerSection(analysis: Analysis, index: number): Generator<string> {
  const layer = analysis.layers[index];
  yield html`<section class="page layer" id="layer-${index}"><h2>${nameHtml(layer.description.name)}</h2><p>${layerHeadText(layer)}. ${unusable(layer.values)}</p>`
    .text;
  const scatter = layerScatter(analysis, index, {
    width: SCATTER_WIDTH,
    theme: THEME,
    colourBy: "cluster",
  });
  yield* figureSection(
    scatter.picture,
    `Kernels of ${layerSentence(analysis, index)}`,
    `Each dot is one kernel; the large named marks are the known filters. ${scatter.note === "" ? "" : `${scatter.note}.`}`,
  );
  yield labelTable(
    analysis,
    layersLabelShares([layer], analysis.features.length),
    "Filters that the kernels of this layer act like.",
  ).text;
  const summaries = yield* quietly(clusterSummarySteps(analysis, layer));
  yield clusterTable(analysis, layer, summaries).text;
  const found = analysis.findings?.layers[index];
  if (found !== undefined)
    yield html`<p class="small">${structureSentence(found.structure)}</p>`.text;
  yield "</section>\n";
}

function skippedSection({ skipped, warnings }: Analysis): string {
  const groups = skippedGroups(skipped).map(
    ({ reason, names }) =>
      html`<h3>${SKIP_WORDS[reason].title}</h3><p>${SKIP_WORDS[reason].why}</p><p class="small">${names.map((name, at) => html`${at > 0 ? ", " : ""}${nameHtml(name)}`)}</p>`,
  );
  const remarks = warnings.map((warning) => html`<li>${warning}</li>`);
  return html`${groups.length === 0 ? null : html`<section class="page"><h2>Layers that were skipped</h2>${groups}</section>`}
${remarks.length === 0 ? null : html`<section class="together"><h2>Warnings</h2><ul>${remarks}</ul></section>`}
`.text;
}

function methodSection(analysis: Analysis, { version }: ReportOptions): string {
  const sentences = METHOD_SENTENCES.map((sentence) => html`<p>${sentence}</p>`);
  return html`<section class="together" id="method"><h2>Method and limits</h2>${sentences}
<p>Source: Actor, Riviere, Fuentes: What Do Neural Networks Learn? A Mathematical Comparison of Convolution Kernels and Image Processing Features (2019). Spectra: Sedghi, Gupta, Long: The Singular Values of Convolutional Layers, ICLR 2019.</p>
<p>Settings: ${settingsSentence(analysis)}</p>
<p>Made with ConvAtlas ${version}. ${NOT_FOR_CLINICAL_USE}</p></section>
`.text;
}

/**
 * The whole analysis as one HTML file that needs nothing else: light, without scripts, printed on
 * A4 with one layer per page. In pieces to be joined, each a few milliseconds of work at most, so
 * that the page stays usable meanwhile.
 *
 * Names come out of files of strangers: everything is escaped where it is put in (`html`).
 */
export function* reportHtml(analysis: Analysis, options: ReportOptions): Generator<string> {
  yield head(analysis);
  yield modelFacts(analysis, options);
  yield contents(analysis);
  yield* conclusions(analysis);
  yield* overview(analysis);
  for (const index of analysis.layers.keys()) yield* layerSection(analysis, index);
  yield skippedSection(analysis);
  yield methodSection(analysis, options);
  yield "</main></body></html>\n";
}
