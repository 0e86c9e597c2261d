import { roleFromName } from "../../network/layerNames.ts";
import { fitChain } from "./channelChain.ts";
import { type ConvolutionWeight, convolutionWeights, isList } from "./convolutionWeights.ts";
import { chainOf, layoutFamily } from "./layoutEvidence.ts";
import type { LayoutConvention, NamedTensor } from "./namedTensor.ts";
import { compareNames, type NameOrder, nameKeys } from "./nameOrder.ts";
import { parseTensorName, segmentsOf } from "./tensorNames.ts";

/** Above this number of convolutions the first way to order names is taken untried. */
const MAX_TRIED_CONVOLUTIONS = 2000;

/** What names leave open, the usual first. */
const NAME_ORDERS: readonly NameOrder[] = [false, true].flatMap((isDecoderDescending) =>
  [false, true].flatMap((isDecoderByStage) =>
    [true, false].map((isUpsamplingFirst) => ({
      isDecoderDescending,
      isDecoderByStage,
      isUpsamplingFirst,
    })),
  ),
);

/**
 * The tensors in the order in which the network applies their layers, as far as names and
 * channel numbers tell. An order that a person may have written (that of the definition, which
 * PyTorch keeps) is not touched; libraries that sort or hash names leave others.
 */
export function inNetworkOrder(
  tensors: readonly NamedTensor[],
  convention: LayoutConvention,
): readonly NamedTensor[] {
  const floats = tensors.filter(({ isFloat }) => isFloat).map(({ name }) => name);
  if (!isList(floats) && isDefinitionOrder(floats)) return tensors;
  const weights = convolutionWeights(tensors).filter((weight) => weight.kind === "convolution");
  const named = [...tensors, ...weights.map(({ tensor }) => tensor)];
  const keys = nameKeys(named.map(({ name }) => name));
  const byName = (order: NameOrder) => (one: NamedTensor, other: NamedTensor) =>
    compareNames(keys.get(one.name) ?? [], keys.get(other.name) ?? [], order);
  return tensors.toSorted(byName(bestOrder(weights, convention, byName)));
}

/**
 * The tensors with the encoder before the decoder, where a definition has them the other way round
 * as nnU-Net's first version does. What names no half stays behind what it stands behind.
 */
export function encoderFirst(tensors: readonly NamedTensor[]): readonly NamedTensor[] {
  const roles = tensors.map(({ name }) => roleFromName(name));
  const encoder = roles.indexOf("encoder");
  const decoder = roles.indexOf("decoder");
  if (encoder < 0 || decoder < 0 || encoder < decoder) return tensors;
  let half = 0;
  const placed = tensors.map((tensor, index) => {
    const role = roles[index];
    if (role !== null) half = HALVES.indexOf(role);
    return { tensor, half };
  });
  return placed.toSorted((one, other) => one.half - other.half).map(({ tensor }) => tensor);
}

const HALVES = ["encoder", "bottleneck", "decoder"];

type Comparison = (one: NamedTensor, other: NamedTensor) => number;

/** The way to order names under which the channels of the layers fit best. */
function bestOrder(
  weights: readonly ConvolutionWeight[],
  convention: LayoutConvention,
  byName: (order: NameOrder) => Comparison,
): NameOrder {
  const [usual, ...others] = NAME_ORDERS;
  if (weights.length < 3 || weights.length > MAX_TRIED_CONVOLUTIONS) return usual;
  const inOrder = (order: NameOrder) => {
    const compare = byName(order);
    return weights.toSorted((one, other) => compare(one.tensor, other.tensor));
  };
  const family = layoutFamily(inOrder(usual), convention);
  const scoreOf = (order: NameOrder) => fitChain(chainOf(inOrder(order), family)).score;
  let best = usual;
  let bestScore = scoreOf(usual);
  for (const order of others) {
    const score = scoreOf(order);
    if (score > bestScore) [best, bestScore] = [order, score];
  }
  return best;
}

/**
 * Whether names may stand in the order of a definition: they are not simply sorted, each
 * module's tensors stand together, and the numbers of outermost modules rise or fall, which no
 * hash table leaves so.
 */
export function isDefinitionOrder(names: readonly string[]): boolean {
  const isSorted = names.every((name, at) => at === 0 || names[at - 1] <= name);
  return !isSorted && standTogether(names.map(modulesOf)) && numbersRiseOrFall(names);
}

/** The modules around a tensor, outermost first. */
function modulesOf(name: string): readonly string[] {
  const modules = segmentsOf(name).slice(0, -1);
  const { part, stem } = parseTensorName(name);
  return part === "other" || modules.length > 0 ? modules : [stem];
}

/** A module in the tree of names, and the last name that stood in it. */
interface NamedModule {
  readonly children: Map<string, NamedModule>;
  last: number;
}

function standTogether(paths: readonly (readonly string[])[]): boolean {
  const root: NamedModule = { children: new Map(), last: -1 };
  return paths.every((path, index) => {
    let parent = root;
    return path.every((segment) => {
      const known = parent.children.get(segment);
      const child: NamedModule = known ?? { children: new Map(), last: index };
      parent.children.set(segment, child);
      parent = child;
      const isStillOpen = child.last >= index - 1;
      child.last = index;
      return isStillOpen;
    });
  });
}

function numbersRiseOrFall(names: readonly string[]): boolean {
  const numbers = new Map<string, number[]>();
  for (const name of names) {
    const [, word = "", digits] = /^(\D*)(\d+)/.exec(segmentsOf(name)[0] ?? "") ?? [];
    if (digits === undefined) continue;
    const known = numbers.get(word) ?? [];
    known.push(Number(digits));
    numbers.set(word, known);
  }
  const isInTurn = (turn: 1 | -1) => (number: number, at: number, all: readonly number[]) =>
    at === 0 || turn * (number - all[at - 1]) >= 0;
  return [...numbers.values()].every((all) => all.every(isInTurn(1)) || all.every(isInTurn(-1)));
}
