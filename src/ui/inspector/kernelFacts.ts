import { TIE_MARGIN } from "../../core/action/labels.ts";
import {
  type AnalysedLayer,
  type Analysis,
  INDETERMINATE,
  KERNEL_DEAD,
  KERNEL_NOT_FINITE,
  type LayerDescription,
} from "../../core/analysis/analysis.ts";
import { absoluteInputChannel } from "../../core/results/kernelRecord.ts";
import { percentText } from "../figures/text.ts";

export interface ChannelPair {
  readonly out: number;
  /** Counted over the whole layer, not within the group. */
  readonly in: number;
}

/** The channels that a kernel connects; `kernel` counts as in `ConvolutionLayer.kernels`. */
export function channelPair(layer: AnalysedLayer, kernel: number): ChannelPair {
  const perOutput = layer.description.inChannels / layer.description.groups;
  const out = Math.floor(kernel / perOutput);
  return { out, in: absoluteInputChannel(layer, { out, in: kernel % perOutput }) };
}

type Channels = Pick<LayerDescription, "inChannels" | "outChannels" | "groups">;

function isChannel(channel: number, count: number): boolean {
  return Number.isInteger(channel) && channel >= 0 && channel < count;
}

/**
 * The kernel with another output channel and the same input channel, counted within the
 * group (in a grouped layer not every pair is connected); null if there is no such output.
 */
export function kernelWithOutput(layer: Channels, pair: ChannelPair, out: number): number | null {
  if (!isChannel(out, layer.outChannels)) return null;
  const inputsPerGroup = layer.inChannels / layer.groups;
  return out * inputsPerGroup + (pair.in % inputsPerGroup);
}

/**
 * The kernel with another input channel and the same output channel, or the first output
 * of that input's group if it is another one; null if there is no such input.
 */
export function kernelWithInput(layer: Channels, pair: ChannelPair, input: number): number | null {
  if (!isChannel(input, layer.inChannels)) return null;
  const inputsPerGroup = layer.inChannels / layer.groups;
  const outputsPerGroup = layer.outChannels / layer.groups;
  const group = Math.floor(input / inputsPerGroup);
  const isSameGroup = Math.floor(pair.out / outputsPerGroup) === group;
  const out = isSameGroup ? pair.out : group * outputsPerGroup;
  return out * inputsPerGroup + (input - group * inputsPerGroup);
}

export interface KernelFacts {
  readonly channels: ChannelPair;
  /** Row-major entries. */
  readonly weights: Float32Array;
  readonly state: "fine" | "dead" | "notFinite";
  /** Per feature, of the full grid; null while not known or without a spectrum. */
  readonly distances: readonly number[] | null;
  /** Feature index or INDETERMINATE; null while not known. */
  readonly label: number | null;
  /** Feature indexes, nearest first; empty without distances. */
  readonly order: readonly number[];
  /** Gap between the nearest two; null without distances. */
  readonly margin: number | null;
  readonly cluster: number;
  readonly nearestByValue: number;
  readonly nearestDistance: number;
}

export function kernelFacts(layer: AnalysedLayer, features: number, kernel: number): KernelFacts {
  const { kernelSize } = layer.description;
  const entries = kernelSize[0] * kernelSize[1];
  const code = layer.values.states[kernel];
  const action = layer.action?.stage === "exact" ? layer.action : null;
  const own = action?.distances.subarray(kernel * features, (kernel + 1) * features);
  const distances = own?.every(Number.isFinite) ? [...own] : null;
  const order = distances
    ? distances.map((_, index) => index).sort((a, b) => distances[a] - distances[b] || a - b)
    : [];
  const margin = action?.margins[kernel] ?? Number.NaN;
  return {
    channels: channelPair(layer, kernel),
    weights: layer.kernels.subarray(kernel * entries, (kernel + 1) * entries),
    state: code === KERNEL_DEAD ? "dead" : code === KERNEL_NOT_FINITE ? "notFinite" : "fine",
    distances,
    label: layer.action?.labels[kernel] ?? null,
    order,
    margin: Number.isFinite(margin) ? margin : null,
    cluster: layer.values.clusters[kernel],
    nearestByValue: layer.values.nearest[kernel],
    nearestDistance: layer.values.nearestDistances[kernel],
  };
}

/** No line break between a number and its unit. */
function unbroken(text: string): string {
  return text.replace(" ", "\u00a0");
}

/** What a kernel does, as one plain sentence. */
export function labelSentence(facts: KernelFacts, analysis: Analysis): string {
  switch (facts.state) {
    case "dead":
      return "All its numbers are zero: it passes nothing on.";
    case "notFinite":
      return "It holds numbers that are not finite, so nothing can be said about it.";
    case "fine":
      break;
  }
  if (facts.label === null || facts.distances === null) return "Its distances are being computed.";
  const [first, second] = facts.order;
  const name = (index: number) => analysis.features[index]?.label ?? "";
  const distance = unbroken(percentText(facts.distances[first]));
  if (facts.label === INDETERMINATE) {
    return `Indeterminate, like none of the filters: even ${name(first)}, the nearest, is ${distance} away.`;
  }
  const isTie = second !== undefined && facts.margin !== null && facts.margin < TIE_MARGIN;
  const rest = isTie
    ? `tie with ${name(second)}`
    : second === undefined || facts.margin === null
      ? ""
      : `${unbroken(percentText(facts.margin))} nearer than ${name(second)}`;
  return `Acts like ${name(facts.label)}: distance ${distance}${rest === "" ? "" : `, ${rest}`}.`;
}
