import type { Graph } from "../../network/graph.ts";
import type { KernelLayout } from "../../network/kernelTensor.ts";
import type { Network, SkipReason } from "../../network/network.ts";
import type { Size2d } from "../../network/size2d.ts";
import type { ReadContext } from "../format.ts";
import { type LayerPlan, readKernels } from "../readKernels.ts";
import type { Architecture, ConfiguredConvolution } from "./configGraph.ts";
import type { KerasModel } from "./kerasModel.ts";
import { fits, kernelKind, WeightMatcher } from "./matchWeights.ts";
import { type KernelKind, namedKernels } from "./namedKernels.ts";
import { elementCount, type StoredWeight, type WeightGroup } from "./storedWeights.ts";

const ONE: Size2d = [1, 1];

const LAYOUTS: Readonly<Record<KernelKind, KernelLayout>> = {
  plain: "h,w,in/g,out",
  transposed: "h,w,out,in",
  depthwise: "h,w,in,multiplier",
};

type AssemblyContext = Pick<ReadContext, "source" | "onProgress" | "signal"> &
  Pick<KerasModel, "isTheano">;

export type AssembledNetwork = Pick<
  Network,
  "layers" | "skipped" | "graph" | "parameters" | "warnings"
>;

/** Where a layer's settings come from: the configuration, or nothing. */
interface Placement {
  readonly name: string;
  readonly groups: number;
  readonly stride: Size2d;
  readonly dilation: Size2d;
  readonly graphNode: number | null;
}

/** The layers of a model with their kernels. */
export async function assembleModel(
  { architecture, groups, isTheano, warnings }: KerasModel,
  { source, onProgress, signal }: Pick<ReadContext, "source" | "onProgress" | "signal">,
): Promise<AssembledNetwork> {
  const context = { source, onProgress, signal, isTheano };
  const assembled =
    architecture === null
      ? await assembleNamed(groups, context)
      : await assembleConfigured(architecture, groups, context);
  return { ...assembled, warnings: [...warnings, ...assembled.warnings] };
}

/** Layers with their kernels, of a model whose configuration is known. */
async function assembleConfigured(
  architecture: Architecture,
  groups: readonly WeightGroup[],
  context: AssemblyContext,
): Promise<AssembledNetwork> {
  const plans: LayerPlan[] = [];
  const matcher = new WeightMatcher(groups);
  const nameOf = displayNames(architecture.convolutions);
  const channels = new Map<number, number>();
  for (const convolution of architecture.convolutions) {
    const name = nameOf(convolution);
    if (convolution.kind === "unknown") {
      const weights = matcher.takeAll(convolution);
      plans.push(...plansByName({ layer: name, weights }, context));
      continue;
    }
    const weight = matcher.takeKernel(convolution);
    const made = weight === null ? null : channelsMade(weight, convolution);
    if (made !== null) channels.set(convolution.graphNode, made);
    plans.push(...plansOf(name, convolution, weight, context));
  }
  const graph = withChannels(architecture.graph, channels);
  return assemble(plans, groups, graph, context);
}

/** The same for a file of weights alone: strides are taken as 1. */
function assembleNamed(
  groups: readonly WeightGroup[],
  context: AssemblyContext,
): Promise<AssembledNetwork> {
  const plans = groups.flatMap((group) => plansByName(group, context));
  return assemble(plans, groups, null, context);
}

async function assemble(
  plans: readonly LayerPlan[],
  groups: readonly WeightGroup[],
  graph: Graph | null,
  context: AssemblyContext,
): Promise<AssembledNetwork> {
  const { layers, skipped, warnings } = await readKernels(plans, context);
  return { layers, skipped, graph, parameters: parametersOf(groups), warnings };
}

function parametersOf(groups: readonly WeightGroup[]): number {
  return groups
    .flatMap(({ weights }) => weights)
    .reduce((sum, { shape }) => sum + elementCount(shape), 0);
}

function plansOf(
  name: string,
  convolution: ConfiguredConvolution,
  weight: StoredWeight | null,
  context: AssemblyContext,
): readonly LayerPlan[] {
  const { kind, groups, stride, dilation, graphNode } = convolution;
  const skip = (reason: SkipReason) => [{ name, reason }];
  if (kind === "oneDimensional") return skip("1-D convolution");
  if (kind === "threeDimensional") return skip("3-D convolution");
  if (weight === null) return skip("weights are not in the file");
  if (!fits(weight, convolution)) return skip("weights do not have the shape of a convolution");
  const placement = { name, groups, stride, dilation, graphNode };
  const plan = planKernel(placement, weight, kernelKind(kind), context);
  if (kind !== "separable") return [plan];
  return [plan, { name: `${name}/pointwise_kernel`, reason: "1x1 kernel" }];
}

/** Every kernel that a group holds by name. */
function plansByName(group: WeightGroup, context: AssemblyContext): readonly LayerPlan[] {
  return namedKernels(group).map((kernel): LayerPlan => {
    const { layer: name } = kernel;
    if ("skip" in kernel) return { name, reason: kernel.skip };
    const placement = { name, groups: 1, stride: ONE, dilation: ONE, graphNode: null };
    return planKernel(placement, kernel.weight, kernel.kind, context);
  });
}

function planKernel(
  placement: Placement,
  weight: StoredWeight,
  kind: KernelKind,
  { isTheano }: AssemblyContext,
): LayerPlan {
  return {
    ...placement,
    operator: kind === "transposed" ? "ConvTranspose2d" : "Conv2d",
    axes: weight.shape,
    layout: LAYOUTS[kind],
    turned: isTheano && kind !== "depthwise",
    read: async () => (weight.isFloat ? weight.read() : "quantized weights of a kind not read yet"),
  };
}

/** Depthwise layers alone: the configuration does not know how many channels they receive. */
function channelsMade({ shape }: StoredWeight, { kind }: ConfiguredConvolution): number | null {
  return kind === "depthwise" && shape.length === 4 ? shape[2] * shape[3] : null;
}

/** Fills in the channels of depthwise convolutions, at every call of the layer. */
function withChannels(graph: Graph, channels: ReadonlyMap<number, number>): Graph {
  const byName = new Map([...channels].map(([node, made]) => [graph.nodes[node].name, made]));
  const nodes = graph.nodes.map((node) => {
    const outChannels = byName.get(node.name);
    if (outChannels === undefined || node.operation.kind !== "convolution") return node;
    return { ...node, operation: { ...node.operation, outChannels } };
  });
  return { ...graph, nodes };
}

/** A layer of a nested model goes by its own name where no other layer has it. */
function displayNames(
  convolutions: readonly ConfiguredConvolution[],
): (convolution: ConfiguredConvolution) => string {
  const uses = new Map<string, number>();
  for (const { path } of convolutions) {
    const name = path[path.length - 1];
    uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  return ({ path }) => {
    const name = path[path.length - 1];
    return uses.get(name) === 1 ? name : path.join("/");
  };
}
