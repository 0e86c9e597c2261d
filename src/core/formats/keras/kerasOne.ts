import { LARGEST_KERNEL_SIDE } from "../../network/network.ts";
import { isObject, type JsonObject, listOf } from "./configValues.ts";
import { type KernelKind, kindByName } from "./namedKernels.ts";
import {
  elementCount,
  kernelPart,
  type StoredWeight,
  type WeightGroup,
  weightOwner,
} from "./storedWeights.ts";

/**
 * Where Keras 1 has the channels: "th" as Theano, "tf" as TensorFlow. Its kernels follow:
 * (out, in, h, w) and (h, w, in, out), those of transposed convolutions too.
 */
export type DimensionOrdering = "th" | "tf";

/** Keras 1's words for what Keras 2 calls otherwise (keras/legacy/interfaces.py in Keras 2). */
const WORDS: readonly (readonly [keras1: string, keras2: string])[] = [
  ["nb_filter", "filters"],
  ["subsample", "strides"],
  ["border_mode", "padding"],
  ["atrous_rate", "dilation_rate"],
  ["output_dim", "units"],
  ["concat_axis", "axis"],
];

/** A layer's settings in Keras 2's words, as far as they have been Keras 1's. */
export function inKeras2Words(config: JsonObject): JsonObject {
  const words: Record<string, unknown> = {};
  for (const [keras1, keras2] of WORDS) {
    if (keras1 in config && !(keras2 in config)) words[keras2] = config[keras1];
  }
  const ordering = orderingOf(config);
  if (ordering !== null) {
    words.data_format = ordering === "th" ? "channels_first" : "channels_last";
  }
  if ("nb_row" in config) words.kernel_size = [config.nb_row, config.nb_col];
  const { padding } = config;
  // ZeroPadding2D: (top, bottom, left, right), in a list or by name.
  const sides = isObject(padding)
    ? [padding.top_pad, padding.bottom_pad, padding.left_pad, padding.right_pad]
    : listOf(padding);
  if (sides.length === 4) words.padding = [sides.slice(0, 2), sides.slice(2)];
  return { ...config, ...words };
}

/** How Keras 1 lays out this layer's kernels; null for layers that Keras 2 or 3 wrote. */
export function orderingOf(config: JsonObject): DimensionOrdering | null {
  const { dim_ordering: ordering } = config;
  if (ordering === "th" || ordering === "tf") return ordering;
  return "nb_row" in config ? "th" : null;
}

/**
 * A kernel of Keras 1 with the axes in Keras 2's order, as Keras 2 itself converts it
 * (`preprocess_weights_for_loading` in keras/engine/saving.py). Theano's turn is another matter.
 */
export function inKeras2Layout(
  weight: StoredWeight,
  kind: KernelKind,
  ordering: DimensionOrdering,
): StoredWeight {
  if (weight.shape.length !== 4) return weight;
  const isTransposed = kind === "transposed";
  if (ordering === "tf") return isTransposed ? withAxes(weight, [0, 1, 3, 2]) : weight;
  return withAxes(weight, isTransposed ? [2, 3, 0, 1] : [2, 3, 1, 0]);
}

/**
 * The same for weights without a configuration, which leaves the ordering to be told by the
 * kernels' shapes, and the kind of a layer by its name.
 */
export function kernelsInKeras2Layout(groups: readonly WeightGroup[]): readonly WeightGroup[] {
  const ordering = guessOrdering(groups.flatMap(({ weights }) => weights));
  return groups.map(({ layer, weights }) => ({
    layer,
    weights: weights.map((weight) => {
      const part = kernelPart(weight);
      const owner = weightOwner(weight) || layer;
      const isKernel = part === "kernel" || part === "depthwise_kernel";
      return isKernel ? inKeras2Layout(weight, kindByName(owner, part), ordering) : weight;
    }),
  }));
}

/** Whether a file that tells no version names its weights as Keras 1 does. */
export function usesKerasOneNames(groups: readonly WeightGroup[]): boolean {
  const names = groups.flatMap(({ weights }) => weights.map(({ name }) => name.at(-1) ?? ""));
  return names.some((name) => name.endsWith("_W")) && !names.includes("kernel");
}

/** The ordering that most kernels of a file speak for; "th", the older one, if none does. */
function guessOrdering(weights: readonly StoredWeight[]): DimensionOrdering {
  let balance = 0;
  for (const weight of weights) {
    if (weight.shape.length !== 4 || kernelPart(weight) === null) continue;
    const [first, second, third, fourth] = weight.shape;
    const forTf = likeliness(first, second);
    const forTh = likeliness(third, fourth);
    balance += Math.sign(forTf - forTh);
  }
  return balance > 0 ? "tf" : "th";
}

/** How much two axes look like the sides of a kernel: most are small and square. */
function likeliness(height: number, width: number): number {
  if (Math.max(height, width) > LARGEST_KERNEL_SIDE) return 0;
  return height === width ? 2 : 1;
}

/** The same tensor with its four axes in another order, e.g. [2, 3, 1, 0]. */
function withAxes(weight: StoredWeight, order: readonly number[]): StoredWeight {
  const { shape } = weight;
  const steps = shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
  const sides = order.map((axis) => shape[axis]);
  const [s0, s1, s2, s3] = order.map((axis) => steps[axis]);
  const read = async () => {
    const stored = await weight.read();
    const moved = new Float32Array(stored.length);
    let to = 0;
    for (let a = 0; a < sides[0]; a += 1) {
      for (let b = 0; b < sides[1]; b += 1) {
        for (let c = 0; c < sides[2]; c += 1) {
          for (let d = 0; d < sides[3]; d += 1) {
            moved[to] = stored[a * s0 + b * s1 + c * s2 + d * s3];
            to += 1;
          }
        }
      }
    }
    return moved;
  };
  return { ...weight, shape: sides, read };
}
