import type { Graph } from "../network/graph.ts";
import type { Network } from "../network/network.ts";
import type { ModelFormat, ReadContext } from "./format.ts";
import { readKernels } from "./readKernels.ts";
import { repeatWarnings } from "./repeatedUses.ts";
import { buildGraph } from "./tflite/buildGraph.ts";
import { LayerPlanner } from "./tflite/layers.ts";
import type { TfliteOperator } from "./tflite/model.ts";
import { openTflite } from "./tflite/openTflite.ts";
import { countParameters } from "./tflite/parameters.ts";
import { SubgraphValues } from "./tflite/values.ts";

/** "TFL3", the file identifier of the schema; it stands behind the offset of the root table. */
const IDENTIFIER = [0x54, 0x46, 0x4c, 0x33];
const IDENTIFIER_START = 4;

/** TensorFlow Lite: a FlatBuffer with the network and its weights. */
export const tfliteFormat: ModelFormat = {
  id: "tflite",
  async matches(source) {
    const end = IDENTIFIER_START + IDENTIFIER.length;
    if (source.byteLength < end) return false;
    const head = await source.slice(IDENTIFIER_START, end);
    return IDENTIFIER.every((byte, at) => head[at] === byte);
  },
  read,
};

async function read(context: ReadContext): Promise<Network> {
  const { signal } = context;
  const { buffer, model } = await openTflite(context);
  const planner = new LayerPlanner();
  const counted = new Set<number>();
  let graph: Graph | null = null;
  let parameters = 0;
  for (const subgraph of model.subgraphs) {
    const values = new SubgraphValues(model, subgraph, buffer);
    let positions: ReadonlyMap<TfliteOperator, number> = new Map();
    if (graph === null) ({ graph, positions } = await buildGraph(subgraph, values, signal));
    await planner.addSubgraph(subgraph, values, positions, signal);
    parameters += countParameters(subgraph, values, counted, signal);
  }
  const { plans, repeatedUses } = planner.finish();
  const { layers, skipped, warnings } = await readKernels(plans, context);
  return {
    format: "tflite",
    producer: model.producer,
    parameters,
    layers,
    skipped,
    graph,
    questions: [],
    warnings: [...repeatWarnings(repeatedUses), ...warnings],
  };
}
