import { throwIfCancelled } from "../../errors.ts";
import {
  type ConvolutionLayer,
  LARGEST_KERNEL_SIDE,
  type SkippedLayer,
  type SkipReason,
} from "../../network/network.ts";
import { groupsOf, pairAttribute } from "./attributes.ts";
import type { OnnxNode } from "./model.ts";
import { layerNameFromNode, layerNameFromWeight, UniqueNames } from "./names.ts";
import type { TensorFiles } from "./tensorNumbers.ts";
import type { GraphValues } from "./values.ts";
import {
  findWeight,
  isConvolution,
  readWeight,
  type WeightSource,
  weightInput,
} from "./weights.ts";

export interface OnnxLayers {
  readonly layers: readonly ConvolutionLayer[];
  readonly skipped: readonly SkippedLayer[];
  /** Convolution nodes that apply a layer that another node applies already. */
  readonly repeatedUses: number;
}

type Candidate =
  | { readonly kind: "layer"; readonly name: string; readonly plan: LayerPlan }
  | { readonly kind: "skipped"; readonly name: string; readonly reason: SkipReason };

interface LayerPlan {
  readonly node: OnnxNode;
  readonly weight: WeightSource;
  readonly shape: Omit<ConvolutionLayer, "name" | "kernels" | "graphNode">;
}

/**
 * The convolutions of `nodes` with their kernels. `graphNodes` tells where a node stands in
 * the network's graph; `onWeights` hears how many of how many weight bytes are read.
 */
export async function readLayers(
  nodes: readonly OnnxNode[],
  values: GraphValues,
  files: TensorFiles,
  graphNodes: ReadonlyMap<OnnxNode, number>,
  onWeights: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<OnnxLayers> {
  const { candidates, repeatedUses } = planLayers(nodes, values);
  const total = candidates.reduce(
    (sum, candidate) => sum + (candidate.kind === "layer" ? elementsOf(candidate.plan) : 0),
    0,
  );
  const layers: ConvolutionLayer[] = [];
  const skipped: SkippedLayer[] = [];
  let done = 0;
  for (const candidate of candidates) {
    throwIfCancelled(signal);
    if (candidate.kind === "skipped") {
      skipped.push({ name: candidate.name, reason: candidate.reason });
      continue;
    }
    const { name, plan } = candidate;
    const weights = await readWeight(plan.weight, files);
    if (weights === null) {
      skipped.push({ name, reason: "quantized weights of a kind not read yet" });
    } else {
      const kernels =
        plan.shape.operator === "Conv2d" ? weights : outputChannelsFirst(weights, plan.shape);
      const graphNode = graphNodes.get(plan.node) ?? null;
      layers.push({ name, ...plan.shape, kernels, graphNode });
    }
    done += elementsOf(plan);
    onWeights(done, total);
  }
  return { layers, skipped, repeatedUses };
}

function elementsOf(plan: LayerPlan): number {
  return plan.weight.tensor.elements;
}

/** Decides for each convolution node, in order, what it is and what it is called. */
function planLayers(nodes: readonly OnnxNode[], values: GraphValues) {
  const names = new UniqueNames();
  const seen = new Set<string>();
  const candidates: Candidate[] = [];
  let repeatedUses = 0;
  let convolutions = 0;
  for (const node of nodes) {
    if (!isConvolution(node)) continue;
    const number = convolutions;
    convolutions += 1;
    const lookup = findWeight(node, values);
    if (lookup.kind === "skipped") {
      const weightName = layerNameFromWeight(weightInput(node));
      const name = weightName ?? layerNameFromNode(node) ?? `conv_${number}`;
      candidates.push({ kind: "skipped", name: names.claim(name), reason: lookup.reason });
      continue;
    }
    const { weight } = lookup;
    // The same tensor applied twice is one layer with two uses.
    const identity = `${weight.tensor.name}/${weight.permutation.join()}/${isTransposed(node)}`;
    if (seen.has(identity)) {
      repeatedUses += 1;
      continue;
    }
    seen.add(identity);
    const wanted = layerNameFromWeight(weight.tensor.name) ?? layerNameFromNode(node);
    const name = names.claim(wanted ?? `conv_${number}`);
    const shape = layerShape(node, weight.dimensions);
    if (typeof shape === "string") candidates.push({ kind: "skipped", name, reason: shape });
    else candidates.push({ kind: "layer", name, plan: { node, weight, shape } });
  }
  return { candidates, repeatedUses };
}

function isTransposed(node: OnnxNode): boolean {
  return node.operator === "ConvTranspose";
}

function layerShape(
  node: OnnxNode,
  dimensions: readonly number[],
): LayerPlan["shape"] | SkipReason {
  if (dimensions.length === 3) return "1-D convolution";
  if (dimensions.length === 5) return "3-D convolution";
  if (dimensions.length !== 4) return "weights do not have the shape of a convolution";
  const [first, second, height, width] = dimensions;
  const groups = groupsOf(node);
  const stated = node.attributes.get("kernel_shape")?.ints;
  const agrees = stated === undefined || (stated[0] === height && stated[1] === width);
  const isShaped = dimensions.every((length) => length > 0) && groups >= 1 && first % groups === 0;
  if (!agrees || !isShaped) return "weights do not have the shape of a convolution";
  if (height === 1 && width === 1) return "1x1 kernel";
  if (height > LARGEST_KERNEL_SIDE || width > LARGEST_KERNEL_SIDE) {
    return "kernel larger than 15 x 15";
  }
  const transposed = isTransposed(node);
  return {
    operator: transposed ? "ConvTranspose2d" : "Conv2d",
    kernelSize: [height, width],
    inChannels: transposed ? first : second * groups,
    outChannels: transposed ? second * groups : first,
    groups,
    stride: pairAttribute(node, "strides", 1),
    dilation: pairAttribute(node, "dilations", 1),
  };
}

/** (Cin, Cout/groups, kh, kw) to slices with the output channel outermost. */
function outputChannelsFirst(weights: Float32Array, shape: LayerPlan["shape"]): Float32Array {
  const { groups, inChannels, outChannels, kernelSize } = shape;
  const size = kernelSize[0] * kernelSize[1];
  const inputs = inChannels / groups;
  const outputs = outChannels / groups;
  const kernels = new Float32Array(weights.length);
  for (let input = 0; input < inChannels; input += 1) {
    const group = Math.floor(input / inputs);
    for (let output = 0; output < outputs; output += 1) {
      const from = (input * outputs + output) * size;
      const slice = (group * outputs + output) * inputs + (input % inputs);
      kernels.set(weights.subarray(from, from + size), slice * size);
    }
  }
  return kernels;
}
