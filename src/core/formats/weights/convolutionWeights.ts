import type { SkipReason } from "../../network/network.ts";
import type { NamedTensor } from "./namedTensor.ts";
import { layerNames, parseTensorName, segmentsOf, type TensorName } from "./tensorNames.ts";
import { isPairPart, withPairsJoined } from "./weightPairs.ts";

/** The weights of a 2-D convolution, and what the file says around them. */
export interface ConvolutionWeight {
  readonly kind: "convolution";
  /** Name of the layer. */
  readonly layer: string;
  readonly tensor: NamedTensor;
  /** "weight", "kernel", "W": what the writer calls them. */
  readonly word: string;
  /** Length of the bias beside them, which is the number of output channels; null without. */
  readonly biasLength: number | null;
}

/** Weights that are listed but not analysed, whatever their layout. */
export interface SkippedWeight {
  readonly kind: "skipped";
  readonly layer: string;
  readonly reason: SkipReason;
}

export type LayerWeight = ConvolutionWeight | SkippedWeight;

/** Last segments of tensors that have the axes of a convolution's weights without being such. */
const NO_CONVOLUTION =
  /(^|_)(pos(ition(al)?)?_?(embed(ding)?s?|enc(oding)?|table|bias)|pe|relative_coords_table|rel_pos\w{0,9}|gamma\w{0,9}|beta\w{0,9}|scales?|layer_?scale\w{0,9}|weight_g|original0|(cls|mask)_token|attn_mask|running_\w{1,9}|moving_\w{1,9}|embeddings?|codebook|anchors?|anchor_grid|grid|mean|std|alpha|slope)(:\d+)?$/i;

const CONVOLUTION = /conv|depthwise|pointwise/i;

/** A longer last axis is no 1-D kernel: speech networks reach 128 (wav2vec 2.0). */
const LONGEST_LINE = 256;

/** The convolutions among the tensors of a network, in their order. */
export function convolutionWeights(tensors: readonly NamedTensor[]): readonly LayerWeight[] {
  const joined = withPairsJoined(tensors);
  const parsed = joined.map((tensor) => ({ tensor, name: parseTensorName(tensor.name) }));
  const biases = biasesOf(parsed);
  const weights = parsed.flatMap(({ tensor, name }): (LayerWeight & { stem: string })[] => {
    const biasLength = biases.get(tensor) ?? biases.get(name.stem) ?? null;
    const reason = listedAs(tensor, name, biasLength);
    if (reason === null) return [];
    const stem = stemWithin(name, tensor);
    if (reason !== "convolution") return [{ kind: "skipped", layer: stem, stem, reason }];
    return [{ kind: "convolution", layer: stem, stem, tensor, word: name.word, biasLength }];
  });
  const names = layerNames(weights.map(({ stem }) => stem));
  return weights.map(({ stem: _, ...weight }, index) => ({ ...weight, layer: names[index] }));
}

function stemWithin(name: TensorName, tensor: NamedTensor): string {
  return name.part === "weight" ? name.stem : tensor.name;
}

interface ParsedTensor {
  readonly tensor: NamedTensor;
  readonly name: TensorName;
}

/**
 * Lengths of biases: by the stem of their names, and for arrays without names (arr_0, arr_1 as
 * NumPy writes a list, 0, 1) that of the vector right behind the weights, by the weights' tensor.
 */
function biasesOf(parsed: readonly ParsedTensor[]): ReadonlyMap<string | NamedTensor, number> {
  const lengths = new Map<string | NamedTensor, number>();
  for (const { tensor, name } of parsed) {
    if (name.part === "bias" && tensor.shape.length === 1) lengths.set(name.stem, tensor.shape[0]);
  }
  if (!isList(parsed.map(({ tensor }) => tensor.name))) return lengths;
  for (const [index, { tensor }] of parsed.entries()) {
    const next = parsed[index + 1]?.tensor;
    if (tensor.shape.length === 4 && next?.shape.length === 1) lengths.set(tensor, next.shape[0]);
  }
  return lengths;
}

/** True for names that differ by a number alone. */
export function isList(names: readonly string[]): boolean {
  const [first = ""] = names;
  const prefix = first.replace(/\d+$/, "");
  return names.every((name) => /^\d+$/.test(name.slice(prefix.length)) && name.startsWith(prefix));
}

function lastOf(name: string): string {
  return segmentsOf(name).at(-1) ?? name;
}

/** How a tensor is listed; null if it is no convolution. */
function listedAs(
  { name, shape, isFloat, module }: NamedTensor,
  { part, stem, word }: TensorName,
  biasLength: number | null,
): "convolution" | SkipReason | null {
  // The code of the file applies it as the weights of a convolution, whatever its name is.
  if (module?.graphNode !== undefined && shape.length === 4 && isFloat) return "convolution";
  const own = part === "weight" ? stem : name;
  if (shape.length < 3 || shape.length > 5 || part === "bias" || NO_CONVOLUTION.test(lastOf(own))) {
    return null;
  }
  const isWeight = part === "weight" || isPairPart(word);
  if (!isFloat) {
    return shape.length === 4 && isWeight ? "quantized weights of a kind not read yet" : null;
  }
  if (shape.length === 3) {
    const isLine = shape[2] <= LONGEST_LINE || shape[0] <= LONGEST_LINE;
    const hasBias = biasLength !== null && (biasLength === shape[0] || biasLength === shape[2]);
    const saysSo = CONVOLUTION.test(segmentsOf(own).slice(-2).join("."));
    return isWeight && isLine && (hasBias || saysSo) ? "1-D convolution" : null;
  }
  const longAxes = shape.filter((length) => length !== 1).length;
  if (longAxes <= 1 && !isWeight) return null;
  return shape.length === 5 ? "3-D convolution" : "convolution";
}
