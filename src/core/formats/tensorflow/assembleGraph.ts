import type { Network } from "../../network/network.ts";
import type { ReadContext } from "../format.ts";
import { type LayerPlan, readKernels } from "../readKernels.ts";
import { repeatWarnings } from "../repeatedUses.ts";
import { type BuiltGraph, buildGraph, type FoundConvolution } from "./buildGraph.ts";
import { groupsOf } from "./channels.ts";
import { convolutionKind } from "./convolutions.ts";
import type { StoredTensor, StoredTensors, TensorFlowNode } from "./graphDef.ts";
import { layerName } from "./layerNames.ts";
import { NodeTable } from "./nodeTable.ts";
import { remembered } from "./openedGraph.ts";
import { countParameters } from "./parameters.ts";
import { findWeight } from "./weights.ts";

/** A network without what only the container of its graph tells. */
export type AssembledGraph = Pick<
  Network,
  "layers" | "skipped" | "graph" | "parameters" | "warnings"
>;

/**
 * The network that `nodes` compute, with the kernels of its convolutions. Nodes may stand in any
 * order; calls of functions are expected to be replaced by what they call (`inlineFunctions`).
 *
 * @param constants numbers of constants and variables, by the name of their node.
 * @throws ConvAtlasError as `readKernels` and the tensors' `read` do.
 */
export async function assembleTensorFlowGraph(
  nodes: readonly TensorFlowNode[],
  constants: StoredTensors,
  context: Pick<ReadContext, "source" | "onProgress" | "signal">,
): Promise<AssembledGraph> {
  const table = new NodeTable(nodes);
  const stored = remembered(constants);
  const convolutions = findConvolutions(table, stored);
  // What leads to a convolution or comes from one; not the saving and restoring of weights.
  const relevant = table.ancestors(table.descendants(convolutions.keys()));
  const ordered = table.inExecutionOrder().filter((node) => relevant.has(node));
  const built = buildGraph(ordered, convolutions, table, stored);
  const { plans, repeatedUses } = planLayers(ordered, convolutions, built);
  const { layers, skipped, warnings } = await readKernels(plans, context);
  return {
    layers,
    skipped,
    graph: built.graph,
    parameters: countParameters(ordered, table, stored),
    warnings: [...repeatWarnings(repeatedUses), ...warnings],
  };
}

function findConvolutions(table: NodeTable, constants: StoredTensors) {
  const found = new Map<TensorFlowNode, FoundConvolution>();
  for (const node of table.nodes) {
    const kind = convolutionKind(node);
    if (kind === null) continue;
    found.set(node, {
      node,
      kind,
      lookup: findWeight(node.inputs[kind.weights], table, constants),
    });
  }
  return found;
}

function planLayers(
  ordered: readonly TensorFlowNode[],
  convolutions: ReadonlyMap<TensorFlowNode, FoundConvolution>,
  built: BuiltGraph,
) {
  const plans: LayerPlan[] = [];
  const seen = new Set<StoredTensor>();
  let repeatedUses = 0;
  for (const node of ordered) {
    const found = convolutions.get(node);
    if (found === undefined) continue;
    const { lookup } = found;
    if (lookup.kind === "found") {
      const { tensor } = lookup.weight;
      if (seen.has(tensor)) repeatedUses += 1;
      if (seen.has(tensor)) continue;
      seen.add(tensor);
    }
    plans.push(planLayer(found, built));
  }
  return { plans, repeatedUses };
}

function planLayer({ node, kind, lookup }: FoundConvolution, built: BuiltGraph): LayerPlan {
  if (lookup.kind === "skipped") {
    return { name: layerName(lookup.name, node.name), reason: kind.skip ?? lookup.reason };
  }
  const { weight } = lookup;
  const name = layerName(weight.tensor.name, node.name);
  if (kind.skip !== null) return { name, reason: kind.skip };
  const graphNode = built.positions.get(node) ?? null;
  const operation = graphNode === null ? null : built.graph.nodes[graphNode].operation;
  const isConvolution =
    operation?.kind === "convolution" || operation?.kind === "transposedConvolution";
  return {
    name,
    operator: kind.layout === "h,w,out,in" ? "ConvTranspose2d" : "Conv2d",
    axes: weight.shape,
    layout: kind.layout,
    groups: groupsOf(built.received.get(node) ?? null, weight.shape[2] ?? 0),
    stride: isConvolution ? operation.stride : [1, 1],
    dilation: isConvolution ? operation.dilation : [1, 1],
    graphNode,
    read: () => weight.read(),
  };
}
