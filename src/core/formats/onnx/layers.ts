import { throwIfCancelled } from "../../errors.ts";
import { type KernelLayout, kernelShape, kernelSlices } from "../../network/kernelTensor.ts";
import type { ConvolutionLayer, SkippedLayer, SkipReason } from "../../network/network.ts";
import type { Size2d } from "../../network/size2d.ts";
import { malformedFile, tooLargeFile } from "../protobuf/errors.ts";
import { MAX_KERNEL_ENTRIES } from "../readKernels.ts";
import { UniqueNames } from "../uniqueNames.ts";
import { groupsOf, pairAttribute } from "./attributes.ts";
import type { OnnxNode } from "./model.ts";
import { layerNameFromNode, layerNameFromWeight } from "./names.ts";
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
  readonly layout: KernelLayout;
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
  if (total > MAX_KERNEL_ENTRIES) {
    throw tooLargeFile("its convolution kernels take more than 1 GiB");
  }
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
      const kernels = kernelSlices(weights, plan.shape, plan.layout);
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
    const plan = planLayer(node, weight, name);
    if (typeof plan === "string") candidates.push({ kind: "skipped", name, reason: plan });
    else candidates.push({ kind: "layer", name, plan });
  }
  return { candidates, repeatedUses };
}

function isTransposed(node: OnnxNode): boolean {
  return node.operator === "ConvTranspose";
}

function planLayer(node: OnnxNode, weight: WeightSource, name: string): LayerPlan | SkipReason {
  const transposed = isTransposed(node);
  const layout = transposed ? "in,out/g,h,w" : "out,in/g,h,w";
  const shape = kernelShape(weight.dimensions, layout, groupsOf(node));
  if (typeof shape === "string") return shape;
  const stated = node.attributes.get("kernel_shape")?.ints;
  if (stated !== undefined && stated.join() !== shape.kernelSize.join()) {
    return "weights do not have the shape of a convolution";
  }
  const operator = transposed ? "ConvTranspose2d" : "Conv2d";
  const stride = stepAttribute(node, "strides", name);
  const dilation = stepAttribute(node, "dilations", name);
  return { node, weight, layout, shape: { operator, ...shape, stride, dilation } };
}

function stepAttribute(node: OnnxNode, attribute: "strides" | "dilations", name: string): Size2d {
  const steps = pairAttribute(node, attribute, 1);
  if (steps.every((step) => step >= 1)) return steps;
  throw malformedFile(`the ${attribute} of its layer ${name} are ${steps.join(" x ")}`);
}
