import type { Graph, GraphNode, Operation } from "../../network/graph.ts";
import type { Translation } from "../translation.ts";
import { layoutOf, paddingOf } from "./attributes.ts";
import { batchDilation } from "./batchDilation.ts";
import { channelsMade } from "./channels.ts";
import type { ConvolutionKind } from "./convolutions.ts";
import type { StoredTensors, TensorFlowNode } from "./graphDef.ts";
import type { NodeTable } from "./nodeTable.ts";
import {
  type NodeSurroundings,
  translateConvolution,
  translateMapNode,
  translateTransposed,
} from "./operators.ts";
import { pruneGraph } from "./pruneGraph.ts";
import { cutsFraction, shapeInputs, translateShapeNode } from "./shapeOperators.ts";
import type { WeightLookup } from "./weights.ts";

/** A convolution node with what is known of its weights. */
export interface FoundConvolution {
  readonly node: TensorFlowNode;
  readonly kind: ConvolutionKind;
  readonly lookup: WeightLookup;
}

export interface BuiltGraph {
  readonly graph: Graph;
  /** Where the convolutions stand in the graph. */
  readonly positions: ReadonlyMap<TensorFlowNode, number>;
  /** Channels of the map that each convolution receives, where they are known. */
  readonly received: ReadonlyMap<TensorFlowNode, number | null>;
}

/** Translates nodes in an order of execution into the graph from which sizes are derived. */
export function buildGraph(
  nodes: readonly TensorFlowNode[],
  convolutions: ReadonlyMap<TensorFlowNode, FoundConvolution>,
  table: NodeTable,
  constants: StoredTensors,
): BuiltGraph {
  const layout = commonLayout([...convolutions.keys()]);
  const builder = new GraphBuilder(layout, convolutions, table, constants);
  for (const node of nodes) builder.add(node);
  const { nodes: kept, newIndex } = pruneGraph(builder.nodes);
  const positions = new Map<TensorFlowNode, number>();
  for (const node of convolutions.keys()) {
    const index = newIndex(builder.positions.get(node) ?? -1);
    if (index !== null) positions.set(node, index);
  }
  return { graph: { layout, nodes: kept }, positions, received: builder.received };
}

/** Most convolutions decide: one graph has one order of axes. */
function commonLayout(convolutions: readonly TensorFlowNode[]): Graph["layout"] {
  const first = convolutions.filter((node) => layoutOf(node) === "channelsFirst").length;
  return 2 * first > convolutions.length ? "channelsFirst" : "channelsLast";
}

class GraphBuilder {
  readonly nodes: GraphNode[] = [];
  readonly positions = new Map<TensorFlowNode, number>();
  readonly received = new Map<TensorFlowNode, number | null>();
  readonly #layout: Graph["layout"];
  readonly #convolutions: ReadonlyMap<TensorFlowNode, FoundConvolution>;
  readonly #table: NodeTable;
  readonly #constants: StoredTensors;
  /** Per graph node: channels of its map. */
  readonly #channels: (number | null)[] = [];
  /** Nodes whose outputs are shape vectors. */
  readonly #shapes = new Set<TensorFlowNode>();

  constructor(
    layout: Graph["layout"],
    convolutions: ReadonlyMap<TensorFlowNode, FoundConvolution>,
    table: NodeTable,
    constants: StoredTensors,
  ) {
    this.#layout = layout;
    this.#convolutions = convolutions;
    this.#table = table;
    this.#constants = constants;
  }

  add(node: TensorFlowNode): void {
    if (node.op === "Const" || this.#constants(node.name) !== null) {
      this.#addConstant(node);
      return;
    }
    const worksOnShapes = this.#worksOnShapes(node);
    if (worksOnShapes || node.op === "Shape") this.#shapes.add(node);
    const { operation, inputs } = this.#translate(node, worksOnShapes);
    const makers = inputs.map((position) => this.#maker(node.inputs[position]));
    const convolution = this.#convolutions.get(node);
    if (convolution !== undefined) {
      const data = this.#maker(node.inputs[convolution.kind.data]);
      this.received.set(node, data === null ? null : this.#channels[data]);
    }
    let at = this.#push(node, operation, makers);
    if (worksOnShapes && cutsFraction(node)) {
      at = this.#push(node, { kind: "arithmetic", operator: "floor" }, [at]);
    }
    this.positions.set(node, at);
  }

  #addConstant(node: TensorFlowNode): void {
    const tensor = this.#constants(node.name);
    const value = tensor?.smallInts() ?? null;
    if (value !== null) this.#shapes.add(node);
    const operation: Operation =
      tensor === null
        ? { kind: "opaque", operator: node.op }
        : { kind: "constant", dimensions: tensor.shape, value };
    this.positions.set(node, this.#push(node, operation, []));
  }

  #translate(node: TensorFlowNode, worksOnShapes: boolean): Translation {
    const around: NodeSurroundings = {
      layout: this.#layout,
      constant: (position) => {
        const producer = this.#table.producer(node.inputs[position]);
        return producer === null
          ? null
          : (this.#constants(producer.node.name)?.smallInts() ?? null);
      },
    };
    if (worksOnShapes) return translateShapeNode(node, around);
    const found = this.#convolutions.get(node);
    const operation = found === undefined ? null : this.#convolution(found, around);
    if (found === undefined || operation === null) return translateMapNode(node, around);
    return { operation, inputs: [found.kind.data] };
  }

  #convolution({ node, kind, lookup }: FoundConvolution, around: NodeSurroundings) {
    // Operators that pad or enlarge first are no plain convolutions of the map they receive.
    if (kind.skip !== null || kind.weights > 1) return null;
    if (lookup.kind !== "found" || lookup.weight.shape.length !== 4) {
      // With a padding that keeps the size, it does not depend on the kernel.
      return paddingOf(node).kind === "same" && kind.layout !== "h,w,out,in"
        ? translateConvolution(node, [1, 1], 0)
        : null;
    }
    const [height, width, third, fourth] = lookup.weight.shape;
    switch (kind.layout) {
      case "h,w,out,in":
        return translateTransposed(node, [height, width], third, around);
      case "h,w,in,multiplier":
        return this.#dilated(node, translateConvolution(node, [height, width], third * fourth));
      default:
        return this.#dilated(node, translateConvolution(node, [height, width], fourth));
    }
  }

  #dilated(
    node: TensorFlowNode,
    operation: Extract<Operation, { kind: "convolution" }>,
  ): Operation {
    return { ...operation, ...batchDilation(node, 0, this.#table, this.#constants) };
  }

  #worksOnShapes(node: TensorFlowNode): boolean {
    const positions = shapeInputs(node);
    if (positions === null || positions.length === 0) return false;
    return positions.every((position) => {
      const producer = this.#table.producer(node.inputs[position]);
      return producer !== null && this.#shapes.has(producer.node);
    });
  }

  /** Graph node of an input's text; null where there is none, as behind a loop that turns back. */
  #maker(input: string | undefined): number | null {
    const producer = this.#table.producer(input);
    const at = producer === null ? undefined : this.positions.get(producer.node);
    if (producer === null || at === undefined) return null;
    if (producer.node.op !== "Unpack" || !this.#shapes.has(producer.node)) return at;
    const { output } = producer;
    const entry: Operation = {
      kind: "slice",
      starts: [output],
      ends: [output + 1],
      axes: [0],
      steps: [1],
    };
    return this.#push(producer.node, entry, [at]);
  }

  #push(node: TensorFlowNode, operation: Operation, inputs: readonly (number | null)[]): number {
    const channels = inputs.map((input) => (input === null ? null : this.#channels[input]));
    this.#channels.push(channelsMade(node, operation, channels, this.#layout));
    this.nodes.push({ name: node.name, operation, inputs });
    return this.nodes.length - 1;
  }
}
