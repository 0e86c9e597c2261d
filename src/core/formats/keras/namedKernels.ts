import type { SkipReason } from "../../network/network.ts";
import { kernelPart, type StoredWeight, type WeightGroup, weightOwner } from "./storedWeights.ts";

/** The kinds of 2-D kernels, each with a layout of its own. */
export type KernelKind = "plain" | "transposed" | "depthwise";

/** A convolution kernel recognised by the names alone, without a configuration. */
export type NamedKernel =
  | { readonly layer: string; readonly weight: StoredWeight; readonly kind: KernelKind }
  | { readonly layer: string; readonly skip: SkipReason };

const TRANSPOSED = /transpose|deconv/i;
const DEPTHWISE = /depthwise|dwconv/i;
const CONVOLUTION = /conv/i;
/** Recurrent and attention layers hold kernels of three and four axes that are no filters, but for ConvLSTM2D. */
const OTHER = /(?<!conv_?)lstm|gru|rnn|attention|einsum/i;

/**
 * Kernels of a layer as their names and shapes tell them: Keras calls every kernel
 * "kernel", and only the layer's own name says whether it is a transposed one.
 */
export function namedKernels(group: WeightGroup): readonly NamedKernel[] {
  const owners = new Set(group.weights.map(weightOwner));
  const found: NamedKernel[] = [];
  for (const weight of group.weights) {
    const part = kernelPart(weight);
    const owner = weightOwner(weight);
    // A layer made twice is stored under its own name, its weights under another.
    const layer = owners.size === 1 || owner === "" ? group.layer : owner;
    if (part === null || OTHER.test(layer)) continue;
    if (part === "pointwise_kernel") {
      found.push({ layer: `${layer}/pointwise_kernel`, skip: pointwiseReason(weight) });
    } else if (part === "recurrent_kernel") {
      if (weight.shape.length !== 4) continue;
      found.push({ layer: `${layer}/recurrent_kernel`, weight, kind: "plain" });
    } else if (weight.shape.length === 4) {
      found.push({ layer, weight, kind: kindOf(layer, part, weight, group) });
    } else if (weight.shape.length === 3 && CONVOLUTION.test(layer)) {
      found.push({ layer, skip: "1-D convolution" });
    } else if (weight.shape.length === 5) {
      found.push({ layer, skip: "3-D convolution" });
    }
  }
  return found;
}

/**
 * The bias has one entry for each output channel: where its length is one of the last two axes
 * and not the other, it tells a plain kernel from a transposed one that its name does not.
 */
function kindOf(
  layer: string,
  part: "kernel" | "depthwise_kernel",
  weight: StoredWeight,
  { weights }: WeightGroup,
): KernelKind {
  const named = kindByName(layer, part);
  const [third, fourth] = weight.shape.slice(2);
  const bias = weights.find(
    ({ name, shape }) =>
      name.at(-1) === "bias" && shape.length === 1 && name.at(-2) === weight.name.at(-2),
  );
  if (named !== "plain" || bias === undefined || third === fourth) return named;
  const [outputs] = bias.shape;
  if (outputs !== third) return named;
  // (h, w, channels, 1) is depthwise far more often than transposed from a single channel.
  return fourth === 1 ? "depthwise" : "transposed";
}

/** What a layer's own name says of it. */
export function kindByName(layer: string, part: "kernel" | "depthwise_kernel"): KernelKind {
  if (part === "depthwise_kernel") return "depthwise";
  if (TRANSPOSED.test(layer)) return "transposed";
  return DEPTHWISE.test(layer) ? "depthwise" : "plain";
}

function pointwiseReason({ shape }: StoredWeight): SkipReason {
  return shape.length === 4 ? "1x1 kernel" : "1-D convolution";
}
