import { ConvAtlasError, throwIfCancelled } from "../../errors.ts";
import type { Graph } from "../../network/graph.ts";
import type { ConvolutionLayer, Network, SkippedLayer, SkipReason } from "../../network/network.ts";
import type { Size2d } from "../../network/size2d.ts";
import { MAX_KERNEL_ENTRIES } from "../readKernels.ts";
import { UniqueNames } from "../uniqueNames.ts";
import type { Architecture, ConfiguredConvolution } from "./configGraph.ts";
import { type KernelKind, type KernelLayoutOptions, readKernelTensor } from "./kernelLayout.ts";
import { fits, WeightMatcher } from "./matchWeights.ts";
import { namedKernels } from "./namedKernels.ts";
import { elementCount, type StoredWeight, type WeightGroup } from "./storedWeights.ts";

/** Between two looks at the cancel signal, which needs the event loop. */
const ENTRIES_PER_TURN = 2 ** 21;

const ONE: Size2d = [1, 1];

export interface AssemblyContext {
  readonly fileName: string;
  /** Theano's kernels are stored turned by 180 degrees. */
  readonly isTheano: boolean;
  readonly signal: AbortSignal;
  /** Called after each kernel tensor. */
  readonly onKernel: () => void;
}

export type AssembledNetwork = Pick<Network, "layers" | "skipped" | "graph" | "parameters">;

/** Where a layer's settings come from: the configuration, or nothing. */
interface Placement {
  readonly name: string;
  readonly stride: Size2d;
  readonly dilation: Size2d;
  readonly graphNode: number | null;
}

/** Layers with their kernels, of a model whose configuration is known. */
export async function assembleConfigured(
  architecture: Architecture,
  groups: readonly WeightGroup[],
  context: AssemblyContext,
): Promise<AssembledNetwork> {
  const collector = new LayerCollector(context);
  const matcher = new WeightMatcher(groups);
  const nameOf = displayNames(architecture.convolutions);
  const channels = new Map<number, number>();
  for (const convolution of architecture.convolutions) {
    const name = nameOf(convolution);
    if (convolution.kind === "unknown") {
      const weights = matcher.takeAll(convolution);
      await collector.addNamed({ layer: name, weights });
      continue;
    }
    const weight = matcher.takeKernel(convolution);
    const made = weight === null ? null : channelsMade(weight, convolution);
    if (made !== null) channels.set(convolution.graphNode, made);
    await addConfigured(collector, name, convolution, weight);
  }
  const graph = withChannels(architecture.graph, channels);
  return { ...collector.result(), graph, parameters: parametersOf(groups) };
}

/** The same for a file of weights alone: strides are taken as 1. */
export async function assembleNamed(
  groups: readonly WeightGroup[],
  context: AssemblyContext,
): Promise<AssembledNetwork> {
  const collector = new LayerCollector(context);
  for (const group of groups) await collector.addNamed(group);
  return { ...collector.result(), graph: null, parameters: parametersOf(groups) };
}

function parametersOf(groups: readonly WeightGroup[]): number {
  return groups
    .flatMap(({ weights }) => weights)
    .reduce((sum, { shape }) => sum + elementCount(shape), 0);
}

async function addConfigured(
  collector: LayerCollector,
  name: string,
  convolution: ConfiguredConvolution,
  weight: StoredWeight | null,
): Promise<void> {
  const { kind } = convolution;
  if (kind === "oneDimensional") return collector.skip(name, "1-D convolution");
  if (kind === "threeDimensional") return collector.skip(name, "3-D convolution");
  if (weight === null) return collector.skip(name, "weights are not in the file");
  if (!fits(weight, convolution)) {
    return collector.skip(name, "weights do not have the shape of a convolution");
  }
  const { stride, dilation, graphNode } = convolution;
  await collector.add(
    { name, stride, dilation, graphNode },
    weight,
    kernelKind(kind),
    convolution.groups,
  );
  if (kind === "separable") collector.skip(`${name}/pointwise_kernel`, "1x1 kernel");
}

function kernelKind(kind: ConfiguredConvolution["kind"]): KernelKind {
  if (kind === "transposed") return "transposed";
  return kind === "depthwise" || kind === "separable" ? "depthwise" : "plain";
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

/** Gathers layers and skipped layers under unique names. */
class LayerCollector {
  readonly #layers: ConvolutionLayer[] = [];
  readonly #skipped: SkippedLayer[] = [];
  readonly #names = new UniqueNames();
  readonly #context: AssemblyContext;
  #entries = 0;
  #entriesAtLastTurn = 0;

  constructor(context: AssemblyContext) {
    this.#context = context;
  }

  result(): Pick<Network, "layers" | "skipped"> {
    return { layers: this.#layers, skipped: this.#skipped };
  }

  skip(name: string, reason: SkipReason): void {
    this.#skipped.push({ name: this.#names.claim(name), reason });
  }

  /** Every kernel that a group holds by name. */
  async addNamed(group: WeightGroup): Promise<void> {
    for (const kernel of namedKernels(group)) {
      if ("skip" in kernel) {
        this.skip(kernel.layer, kernel.skip);
      } else {
        const placement = { name: kernel.layer, stride: ONE, dilation: ONE, graphNode: null };
        await this.add(placement, kernel.weight, kernel.kind, 1);
      }
    }
  }

  async add(
    placement: Placement,
    weight: StoredWeight,
    kind: KernelKind,
    groups: number,
  ): Promise<void> {
    await this.#letOthersRun();
    this.#entries += elementCount(weight.shape);
    if (this.#entries > MAX_KERNEL_ENTRIES) {
      throw new ConvAtlasError(
        "too-large",
        `The convolution kernels of ${this.#context.fileName} take more than 1 GiB, more than can be compared at once; choose a smaller network.`,
      );
    }
    const turned = this.#context.isTheano && kind !== "depthwise";
    const options: KernelLayoutOptions = { kind, groups, turned };
    const tensor = readKernelTensor(weight, options);
    this.#context.onKernel();
    if (typeof tensor === "string") {
      this.skip(placement.name, tensor);
    } else {
      this.#layers.push({ ...placement, name: this.#names.claim(placement.name), ...tensor });
    }
  }

  async #letOthersRun(): Promise<void> {
    if (this.#entries - this.#entriesAtLastTurn > ENTRIES_PER_TURN) {
      this.#entriesAtLastTurn = this.#entries;
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    throwIfCancelled(this.#context.signal);
  }
}
