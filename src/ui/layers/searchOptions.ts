import type { AnalysedLayer, Analysis } from "../../core/analysis/analysis.ts";
import { INDETERMINATE_ID, type KernelGroup } from "../../core/selection/kernelGroup.ts";
import { countText } from "../figures/text.ts";
import { kernelWithInput } from "../inspector/kernelFacts.ts";
import { matchesSearch } from "./matchesSearch.ts";

/** What the search box offers below itself. */
export interface SearchOption {
  readonly words: string;
  /** Path in the exported results, where the words hold a number of theirs. */
  readonly result: string;
  readonly target:
    | { readonly kind: "kernel"; readonly layer: string; readonly kernel: number }
    | { readonly kind: "group"; readonly group: KernelGroup };
}

/** More are not read; another word leaves fewer. */
export const MOST_OPTIONS = 8;

/** A search taken apart: what is asked of kernels, and the words that a layer must have. */
interface ParsedSearch {
  readonly input: number | null;
  readonly output: number | null;
  /** 1 is the largest. */
  readonly cluster: number | null;
  /** Lower case. */
  readonly words: string;
}

const INPUT = /(?<![\w.])in(?:put)?\s*(\d+)(?![\w.])/i;
const OUTPUT = /(?<![\w.])out(?:put)?\s*(\d+)(?![\w.])/i;
const CLUSTER = /(?<![\w.])cluster\s*(\d+)(?![\w.])/i;

/** Two numbers at the end: "encoder.0 3 5" is input 3, output 5. */
const PAIR = /(?<![^\s,])(\d+)[\s,]+(\d+)\s*$/;

function parsedSearch(text: string): ParsedSearch {
  let rest = text;
  const taken = (pattern: RegExp): number | null => {
    const found = pattern.exec(rest);
    if (found === null) return null;
    rest = rest.replace(pattern, " ");
    return Number(found[1]);
  };
  const cluster = taken(CLUSTER);
  let input = taken(INPUT);
  let output = taken(OUTPUT);
  const pair = input === null && output === null && cluster === null ? PAIR.exec(rest) : null;
  if (pair !== null) {
    rest = rest.replace(PAIR, " ");
    input = Number(pair[1]);
    output = Number(pair[2]);
  }
  const words = rest.replace(/\bkernel\b/gi, " ").replaceAll(",", " ");
  return { input, output, cluster, words: words.trim().replace(/\s+/g, " ").toLowerCase() };
}

/** The layers that are meant, the selected one first; without words it alone, if there is one. */
function meantLayers(
  analysis: Analysis,
  words: string,
  selected: string | null,
): readonly number[] {
  const all = [...analysis.layers.keys()];
  const isSelected = (index: number) => analysis.layers[index].description.name === selected;
  const chosen = all.filter(isSelected);
  if (words === "") return chosen.length > 0 ? chosen : all;
  const matching = all.filter((index) => matchesSearch(analysis.layers[index], words));
  return [...matching.filter(isSelected), ...matching.filter((index) => !isSelected(index))];
}

function kernelOption(
  layer: AnalysedLayer,
  index: number,
  input: number,
  output: number,
): SearchOption | null {
  const { description } = layer;
  const { name, outChannels } = description;
  if (output >= outChannels) return null;
  const kernel = kernelWithInput(description, { in: input, out: output }, input);
  const perOutput = description.inChannels / description.groups;
  // In a grouped layer not every pair is connected.
  if (kernel === null || Math.floor(kernel / perOutput) !== output) return null;
  return {
    words: `Kernel in ${input}, out ${output} of ${name}`,
    result: `layers.${index}.kernels.${kernel}`,
    target: { kind: "kernel", layer: name, kernel },
  };
}

function channelOption(
  { description }: AnalysedLayer,
  index: number,
  side: "in" | "out",
  channel: number,
): SearchOption | null {
  const { name, inChannels, outChannels } = description;
  if (channel >= (side === "in" ? inChannels : outChannels)) return null;
  return {
    words: `All kernels of ${side === "in" ? "input" : "output"} ${channel} of ${name}`,
    result: `layers.${index}`,
    target: { kind: "group", group: { kind: "channel", layer: name, side, channel } },
  };
}

function clusterOption(layer: AnalysedLayer, index: number, number: number): SearchOption | null {
  const size = layer.values.clusterSizes[number - 1];
  if (size === undefined) return null;
  const { name } = layer.description;
  return {
    words: `Cluster ${number} of ${name}, ${countText(size, "kernel")}`,
    result: `layers.${index}.clusters.${number - 1}`,
    target: { kind: "group", group: { kind: "cluster", layer: name, cluster: number - 1 } },
  };
}

/** Fewer letters fit too much. */
const FEWEST_LETTERS = 2;

interface NamedLabel {
  readonly id: string;
  /** Index among the counts. */
  readonly label: number;
  readonly words: string;
}

/** Filters whose name begins, word by word, like the search; and "indeterminate". */
function namedLabels({ features }: Analysis, words: string): readonly NamedLabel[] {
  if (words.length < FEWEST_LETTERS) return [];
  const wanted = words.split(" ");
  const all = [
    ...features.map(({ id, label }, index) => ({
      id,
      label: index,
      name: `${id} ${label}`,
      words: `act like ${label}`,
    })),
    {
      id: INDETERMINATE_ID,
      label: features.length,
      name: INDETERMINATE_ID,
      words: "act like none of the filters (indeterminate)",
    },
  ];
  return all.filter(({ name }) => {
    const parts = name.toLowerCase().split(/[\s,()-]+/);
    return wanted.every((word) => parts.some((part) => part.startsWith(word)));
  });
}

function labelOptions(
  analysis: Analysis,
  { id, label, words }: NamedLabel,
  selected: string | null,
): readonly SearchOption[] {
  const all: SearchOption = {
    words: `Kernels that ${words}, in all layers`,
    result: "totals",
    target: { kind: "group", group: { kind: "label", layer: null, label: id } },
  };
  const index = analysis.layers.findIndex(({ description }) => description.name === selected);
  const layer = analysis.layers[index];
  if (layer === undefined || selected === null) return [all];
  const count = layer.action?.counts[label];
  const number = count === undefined ? "" : `, ${countText(count, "kernel")}`;
  return [
    all,
    {
      words: `Kernels that ${words}, in ${selected}${number}`,
      result: `layers.${index}`,
      target: { kind: "group", group: { kind: "label", layer: selected, label: id } },
    },
  ];
}

/**
 * Kernels and groups that a search names: "encoder.0 3 5", "in 3 out 5", "out 5", "edge",
 * "cluster 2".
 *
 * @param selected name of the selected layer: what is meant where no other is named.
 */
export function searchOptions(
  analysis: Analysis,
  text: string,
  selected: string | null,
): readonly SearchOption[] {
  const { input, output, cluster, words } = parsedSearch(text);
  const optionOf = (index: number): SearchOption | null => {
    const layer = analysis.layers[index];
    if (cluster !== null) return clusterOption(layer, index, cluster);
    if (input !== null && output !== null) return kernelOption(layer, index, input, output);
    if (input !== null) return channelOption(layer, index, "in", input);
    return output === null ? null : channelOption(layer, index, "out", output);
  };
  if (cluster === null && input === null && output === null) {
    const labels = namedLabels(analysis, words);
    return labels.flatMap((one) => labelOptions(analysis, one, selected)).slice(0, MOST_OPTIONS);
  }
  const options: SearchOption[] = [];
  for (const index of meantLayers(analysis, words, selected)) {
    const option = optionOf(index);
    if (option !== null) options.push(option);
    if (options.length === MOST_OPTIONS) break;
  }
  return options;
}

/**
 * What of a search the list of layers keeps to: only its words about layers. A search that
 * names kernels or filters, and no layer, leaves the list whole.
 */
export function layerWordsOf(analysis: Analysis, text: string): string {
  if (analysis.layers.some((layer) => matchesSearch(layer, text))) return text;
  if (searchOptions(analysis, text, null).length === 0) return text;
  const { words } = parsedSearch(text);
  return analysis.layers.some((layer) => matchesSearch(layer, words)) ? words : "";
}
