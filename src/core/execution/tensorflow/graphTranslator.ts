import { permuteAxes } from "../../formats/arrays/permuteAxes.ts";
import { batchDilation } from "../../formats/tensorflow/batchDilation.ts";
import { type ConvolutionKind, convolutionKind } from "../../formats/tensorflow/convolutions.ts";
import type { StoredTensor, TensorFlowNode } from "../../formats/tensorflow/graphDef.ts";
import { NodeTable } from "../../formats/tensorflow/nodeTable.ts";
import type { TensorFlowGraph } from "../../formats/tensorflow/openedGraph.ts";
import { findWeight, type Weight } from "../../formats/tensorflow/weights.ts";
import type { ConvolutionLayer, Network } from "../../network/network.ts";
import type { AppliedConvolution, ModelKernels } from "./appliedConvolutions.ts";
import { translateAxes } from "./axisOperators.ts";
import {
  kernelDimensions,
  kernelPermutation,
  layoutIn,
  translateConvolution,
  translateNormalization,
} from "./convolutionOperators.ts";
import { placeholderValue, restingShare } from "./graphInputs.ts";
import { MapGraph } from "./mapGraph.ts";
import { knownIntegers, type MapValue, storedFloats, storedIntegers } from "./mapValues.ts";
import { inputAt, type OperatorCall, type StoredKernels } from "./operatorCall.ts";
import { translatePlain } from "./plainOperators.ts";
import { Untranslatable } from "./untranslatable.ts";

/** Outputs of a node; null for one of a branch that is not taken. */
type Outputs = readonly (MapValue | null)[];

/** Calls of functions whose body was put in the place of a loop or a branch. */
const CONTROL_FLOW = ["body", "then_branch"];

/** Translates the nodes of one graph, each once, in an order of execution. */
export class GraphTranslator {
  readonly graph = new MapGraph();
  readonly table: NodeTable;
  /** Convolutions of the network. */
  readonly convolutions: readonly TensorFlowNode[];
  readonly applied: AppliedConvolution[] = [];
  readonly remarks: string[] = [];
  readonly #constants: (nodeName: string) => StoredTensor | null;
  readonly #weights = new Map<TensorFlowNode, Weight>();
  readonly #layers: ReadonlyMap<string, ConvolutionLayer>;
  readonly #kernels = new Map<StoredTensor, Map<string, ModelKernels>>();
  readonly #values = new Map<TensorFlowNode, Outputs>();

  constructor({ nodes, constants }: TensorFlowGraph, network: Network) {
    this.table = new NodeTable(nodes);
    this.#constants = constants;
    this.#layers = layersByNode(network);
    const found = nodes.filter((node) => convolutionKind(node) !== null);
    this.convolutions = found;
    for (const node of found) {
      const kind = convolutionKind(node);
      const lookup = kind && findWeight(node.inputs[kind.weights], this.table, constants);
      if (lookup?.kind === "found") this.#weights.set(node, lookup.weight);
    }
  }

  /** The nodes that results come from, without those that only bring weights, in order. */
  neededFor(results: readonly TensorFlowNode[]): readonly TensorFlowNode[] {
    const needed = new Set(results);
    // A set hands out what is added to it while it is walked.
    for (const node of needed) for (const source of this.sourcesOf(node)) needed.add(source);
    return this.table.inExecutionOrder().filter((node) => needed.has(node));
  }

  /** Nodes whose outputs a node takes. */
  sourcesOf(node: TensorFlowNode): readonly TensorFlowNode[] {
    return this.#sources(node).flatMap((producer) => producer?.node ?? []);
  }

  #sources(node: TensorFlowNode) {
    if (this.#constants(node.name) !== null) return [];
    const weights = this.#weights.has(node) ? convolutionKind(node)?.weights : undefined;
    return node.inputs
      .filter((input) => !input.startsWith("^"))
      .map((input, position) => (position === weights ? null : this.table.producer(input)));
  }

  /** @throws Untranslatable, or what reading its numbers throws. */
  async translate(node: TensorFlowNode): Promise<void> {
    this.#values.set(node, await this.#outputs(node));
  }

  valueOf(node: TensorFlowNode, output: number): MapValue | null {
    return this.#values.get(node)?.[output] ?? null;
  }

  /** What a node chooses the largest entry of, seen through nodes that hand on; else null. */
  argumentOf(node: TensorFlowNode): MapValue | null {
    let at: TensorFlowNode | null = node;
    while (at !== null && ["Identity", "Cast", "ExpandDims"].includes(at.op)) {
      at = this.table.producer(at.inputs[0])?.node ?? null;
    }
    if (at?.op !== "ArgMax") return null;
    const source = this.table.producer(at.inputs[0]);
    return source === null ? null : this.valueOf(source.node, source.output);
  }

  async #outputs(node: TensorFlowNode): Promise<Outputs> {
    const stored = this.#constants(node.name);
    if (stored !== null) return [await storedValue(stored)];
    this.#refuseControlFlow(node);
    const sources = this.#sources(node);
    const inputs = sources.map((source) =>
      source === null ? null : this.valueOf(source.node, source.output),
    );
    if (node.op === "Merge") return [inputs.find((value) => value !== null) ?? null];
    const isDead = inputs.some((value, at) => value === null && sources[at] !== null);
    if (isDead) return [];
    if (node.op === "Placeholder" || node.op === "IteratorGetNext" || node.op === "_Arg") {
      const { value, remark } = placeholderValue(this.graph, node, this.table, (convolution) =>
        this.#weights.get(convolution),
      );
      if (remark !== null) this.remarks.push(remark);
      return [value];
    }
    const call = await this.#call(node, inputs);
    const outputs = this.#special(call) ?? translated(call);
    if (outputs === null) throw new Untranslatable("ConvAtlas does not run one of its operators");
    return outputs;
  }

  async #call(node: TensorFlowNode, inputs: OperatorCall["inputs"]): Promise<OperatorCall> {
    const layer = this.#layers.get(node.name) ?? null;
    return {
      graph: this.graph,
      node,
      inputs,
      stored: await this.#storedKernels(node),
      layer: layer?.name ?? null,
      groups: layer?.groups ?? null,
      note: (applied) => this.applied.push(applied),
    };
  }

  /** Operators that need to know more of the graph than their inputs. */
  #special(call: OperatorCall): Outputs | null {
    const { node } = call;
    switch (node.op) {
      case "Switch":
      case "RefSwitch": {
        const chosen = knownIntegers(inputAt(call, 1))?.[0];
        if (chosen === undefined) throw new Untranslatable("which way it goes is computed");
        const value = inputAt(call, 0);
        return chosen === 0 ? [value, null] : [null, value];
      }
      case "SpaceToBatchND": {
        const value = inputAt(call, 0);
        const convolution = this.table
          .consumers(node)
          .find((consumer) => convolutionKind(consumer) !== null);
        const apart = convolution && batchDilation(convolution, 0, this.table, this.#constants);
        if (!apart || value.kind === "stored") {
          throw new Untranslatable("it takes a map apart, and no convolution follows");
        }
        return [{ ...value, apart }];
      }
      case "BatchToSpaceND": {
        const value = inputAt(call, 0);
        if (value.kind === "stored" || value.apart === null) {
          throw new Untranslatable("it puts a map together that was not taken apart");
        }
        return [{ ...value, apart: null }];
      }
      case "RandomUniform":
        // Dropout of TensorFlow 1 keeps what is below floor(keep + random): all, if all is kept.
        if (!this.table.nodes.some((each) => restingShare(each) === 1)) return null;
        return [storedFloats(node.name, [], new Float32Array(1))];
      default:
        return null;
    }
  }

  #refuseControlFlow(node: TensorFlowNode): void {
    for (const input of node.inputs) {
      let at = this.table.named(input.split(":")[0]);
      while (at?.op === "IdentityN") {
        const { attributes, inputs } = at;
        if (CONTROL_FLOW.some((name) => attributes.has(name))) {
          throw new Untranslatable("it holds loops or branches");
        }
        const output = Number(input.split(":").at(-1)) || 0;
        at = this.table.named((inputs[output] ?? "").split(":")[0]);
      }
    }
  }

  async #storedKernels(node: TensorFlowNode): Promise<StoredKernels | null> {
    const kind = convolutionKind(node);
    const weight = this.#weights.get(node);
    if (kind === null || kind.skip !== null || weight?.shape.length !== 4) return null;
    return { kernels: await this.#kernelsOf(weight, kind), shape: weight.shape };
  }

  async #kernelsOf(weight: Weight, kind: ConvolutionKind): Promise<ModelKernels> {
    const forms = this.#kernels.get(weight.tensor) ?? new Map<string, ModelKernels>();
    this.#kernels.set(weight.tensor, forms);
    const form = `${kind.layout} ${weight.shape.join()}`;
    const known = forms.get(form);
    if (known !== undefined) return known;
    const numbers = await weight.read();
    const turned = permuteAxes(numbers, weight.shape, kernelPermutation(kind));
    const dimensions = kernelDimensions(weight.shape, kind);
    const value = this.graph.builder.initializer(weight.tensor.name, dimensions, turned);
    const kernels: ModelKernels = { value, dimensions, layout: layoutIn(kind), nodes: [] };
    forms.set(form, kernels);
    return kernels;
  }
}

function translated(call: OperatorCall): Outputs | null {
  return (
    translateConvolution(call) ??
    translateNormalization(call) ??
    translatePlain(call) ??
    translateAxes(call)
  );
}

async function storedValue(tensor: StoredTensor): Promise<MapValue> {
  const { name, shape } = tensor;
  const small = tensor.smallInts();
  if (small !== null) return storedIntegers(name, small, shape);
  const numbers = await tensor.read();
  if (tensor.isFloat) return storedFloats(name, shape, numbers);
  return storedIntegers(name, Array.from(numbers), shape);
}

/** Layers by the name of the node that applies each first. */
function layersByNode({ graph, layers }: Network): ReadonlyMap<string, ConvolutionLayer> {
  return new Map(
    layers.flatMap((layer) => {
      const node = layer.graphNode === null ? undefined : graph?.nodes[layer.graphNode];
      return node === undefined ? [] : [[node.name, layer] as const];
    }),
  );
}
