import { ConvAtlasError } from "../../errors.ts";
import type { Graph } from "../../network/graph.ts";
import type { ReadContext } from "../format.ts";
import { ChunkedFile } from "../protobuf/wire.ts";
import { buildGraph, readShapeVectors } from "./buildGraph.ts";
import { flattenGraph } from "./flatten.ts";
import { type PlannedLayers, planLayers } from "./layers.ts";
import type { OnnxGraph, OnnxModel, OnnxNode } from "./model.ts";
import { executionOrder } from "./order.ts";
import { parseModel } from "./parseModel.ts";
import { collectValues, type GraphValues } from "./values.ts";
import { findWeights, type WeightLookup } from "./weights.ts";

/** An ONNX file understood, its weights still unread. */
export interface OpenGraph {
  readonly model: OnnxModel;
  /** The graph as the file has it, functions and branches apart. */
  readonly written: OnnxGraph;
  /** All nodes, those of functions and branches too, in an order of execution. */
  readonly nodes: readonly OnnxNode[];
  readonly values: GraphValues;
  /** What was found of each convolution's weights. */
  readonly weights: ReadonlyMap<OnnxNode, WeightLookup>;
  readonly graph: Graph;
  /** Where nodes stand in `graph`. */
  readonly positions: ReadonlyMap<OnnxNode, number>;
  readonly planned: PlannedLayers;
}

/**
 * @throws ConvAtlasError `not-a-model` without a graph, `truncated`, `cancelled`; FileFault
 * `malformed`, `too-large`.
 */
export async function openGraph({
  source,
  companions,
  signal,
}: Pick<ReadContext, "source" | "companions" | "signal">): Promise<OpenGraph> {
  const model = await parseModel(new ChunkedFile(source), signal);
  const written = model.graph;
  if (written === null) {
    throw new ConvAtlasError(
      "not-a-model",
      `${source.name} is an ONNX file without a network in it; export the network again.`,
    );
  }
  const flat = flattenGraph(written, model.functions);
  const values = collectValues(flat);
  const nodes = executionOrder(flat.nodes);
  const files = { source, companions };
  const vectors = await readShapeVectors(nodes, values, files);
  const weights = findWeights(nodes, values, vectors);
  const { graph, positions } = buildGraph(nodes, flat, values, vectors, weights);
  const planned = planLayers(nodes, weights, files, positions);
  return { model, written, nodes, values, weights, graph, positions, planned };
}
