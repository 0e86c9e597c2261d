import type { SkipReason } from "../../network/network.ts";
import type { Size2d } from "../../network/size2d.ts";
import { malformedFile } from "../protobuf/errors.ts";
import type { LayerPlan } from "../readKernels.ts";
import { shownName } from "../shownName.ts";
import { groupsOf, pairAttribute } from "./attributes.ts";
import { convolutionKind, isConvolution, weightInput } from "./convolutions.ts";
import { withoutScope } from "./flatten.ts";
import type { OnnxNode, OnnxTensor } from "./model.ts";
import { layerNameFromNode, layerNameFromWeight } from "./names.ts";
import { readWeight } from "./readWeight.ts";
import type { TensorFiles } from "./tensorNumbers.ts";
import type { WeightStep } from "./weightSteps.ts";
import { tensorsOf, type WeightLookup, type WeightSource } from "./weights.ts";

export interface PlannedLayers {
  readonly plans: readonly LayerPlan[];
  /** The nodes that apply each of `plans`, in an order of execution. */
  readonly uses: readonly (readonly OnnxNode[])[];
  /** Every stored tensor that reading the planned layers needs. */
  readonly tensors: readonly OnnxTensor[];
  /** Convolution nodes that apply a layer that another node applies already. */
  readonly repeatedUses: number;
  /** Layers of whole numbers whose scale was not found. */
  readonly withoutScale: number;
}

/**
 * The convolutions of `nodes`, in order. `weights` holds what was found of each one's weights,
 * `graphNodes` where it stands in the network's graph.
 */
export function planLayers(
  nodes: readonly OnnxNode[],
  weights: ReadonlyMap<OnnxNode, WeightLookup>,
  files: TensorFiles,
  graphNodes: ReadonlyMap<OnnxNode, number>,
): PlannedLayers {
  const plans: LayerPlan[] = [];
  const tensors: OnnxTensor[] = [];
  const uses: OnnxNode[][] = [];
  const usesByIdentity = new Map<string, OnnxNode[]>();
  let repeatedUses = 0;
  let withoutScale = 0;
  for (const [number, node] of nodes.filter(isConvolution).entries()) {
    const weight = weights.get(node) ?? "weights are not in the file";
    if (typeof weight === "string") {
      plans.push({ name: layerName(node, weightInput(node), number), reason: weight });
      uses.push([node]);
      continue;
    }
    // The same tensor applied twice is one layer with two uses.
    const identity = identityOf(node, weight);
    const seen = usesByIdentity.get(identity);
    if (seen !== undefined) {
      seen.push(node);
      repeatedUses += 1;
      continue;
    }
    const own = [node];
    usesByIdentity.set(identity, own);
    uses.push(own);
    const name = layerName(node, weight.tensor.name, number);
    const plan = planLayer(name, node, weight, files, graphNodes.get(node) ?? null);
    plans.push(plan);
    if ("reason" in plan) continue;
    tensors.push(...tensorsOf(weight));
    if (weight.lacksScale) withoutScale += 1;
  }
  return { plans, uses, tensors, repeatedUses, withoutScale };
}

function layerName(node: OnnxNode, weightName: string, number: number): string {
  const fromWeight = layerNameFromWeight(withoutScope(weightName));
  return fromWeight ?? layerNameFromNode(node) ?? `conv_${number}`;
}

function identityOf(node: OnnxNode, { tensor, steps }: WeightSource): string {
  return [tensor.name, convolutionKind(node)?.layout, ...steps.map(stepIdentity)].join("/");
}

function stepIdentity(step: WeightStep): string {
  switch (step.kind) {
    case "transpose":
      return step.permutation.join();
    case "reshape":
      return step.dimensions.join("x");
    case "dequantize":
    case "quantize":
      return `${step.kind} ${step.scale?.name}`;
    case "arithmetic":
      return `${step.operator} ${step.other.name}`;
  }
}

function planLayer(
  name: string,
  node: OnnxNode,
  weight: WeightSource,
  files: TensorFiles,
  graphNode: number | null,
): LayerPlan {
  const kind = convolutionKind(node);
  const axes = weight.dimensions;
  if (kind === null || !hasStatedKernel(node, axes)) {
    return { name, reason: "weights do not have the shape of a convolution" };
  }
  return {
    name,
    operator: kind.operator,
    axes,
    layout: kind.layout,
    groups: groupsOf(node),
    stride: stepAttribute(node, "strides", name),
    dilation: stepAttribute(node, "dilations", name),
    graphNode,
    read: () => readOrSkip(weight, files),
  };
}

async function readOrSkip(
  weight: WeightSource,
  files: TensorFiles,
): Promise<Float32Array | SkipReason> {
  return (await readWeight(weight, files)) ?? "quantized weights of a kind not read yet";
}

/** The attribute `kernel_shape` says the same as the weights where both are there. */
function hasStatedKernel(node: OnnxNode, axes: readonly number[]): boolean {
  const stated = node.attributes.get("kernel_shape")?.ints ?? [];
  if (stated.length !== 2 || axes.length !== 4) return true;
  const isChannelsLast = convolutionKind(node)?.layout === "out,h,w,in/g";
  const sides = isChannelsLast ? axes.slice(1, 3) : axes.slice(2);
  return stated.join() === sides.join();
}

function stepAttribute(node: OnnxNode, attribute: "strides" | "dilations", name: string): Size2d {
  const steps = pairAttribute(node, attribute, 1);
  if (steps.every((step) => step >= 1)) return steps;
  throw malformedFile(`the ${attribute} of its layer ${shownName(name)} are ${steps.join(" x ")}`);
}
