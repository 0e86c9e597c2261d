import type { ByteSource } from "../../bytes/byteSource.ts";
import { ConvAtlasError } from "../../errors.ts";
import { fileName } from "../../files/fileSet.ts";
import type { Network } from "../../network/network.ts";
import type { ReadContext } from "../format.ts";
import { ChunkedFile } from "../protobuf/wire.ts";
import { type AssembledGraph, assembleTensorFlowGraph } from "./assembleGraph.ts";
import { statedShape } from "./attributes.ts";
import type { BundleEntry } from "./bundle.ts";
import {
  type Checkpoint,
  indexFile,
  missingCheckpoint,
  openCheckpoint,
  shardFile,
} from "./checkpoint.ts";
import { assembleCheckpoint, namesIn } from "./checkpointNetwork.ts";
import { convolutionKind } from "./convolutions.ts";
import type { StoredTensors, TensorFlowNode } from "./graphDef.ts";
import { inlineFunctions } from "./inlineFunctions.ts";
import { NodeTable } from "./nodeTable.ts";
import { remembered, type TensorFlowGraph } from "./openedGraph.ts";
import type { NodeList } from "./parseGraphDef.ts";
import { type MetaGraph, parseSavedModel } from "./savedModelFile.ts";
import { storedConstant } from "./tensorProto.ts";
import { isVariable, restoredKeys, variableName } from "./variables.ts";

/** Where a SavedModel keeps its variables. */
const VARIABLES = "variables/variables";

const NO_NAMES: ReadonlyMap<string, string> = new Map();

/** A graph of TensorFlow's own folders, and the checkpoint with its variables. */
export interface SavedGraph extends TensorFlowGraph {
  readonly model: MetaGraph;
  readonly checkpoint: Checkpoint | null;
  /** Names of the checkpoint's variables by their keys. */
  readonly names: ReadonlyMap<string, string>;
}

/** Opens a SavedModel by its saved_model.pb. */
export async function openSavedModel(context: ReadContext): Promise<SavedGraph> {
  const model = await parseSavedModel(new ChunkedFile(context.source), context.signal);
  const whole = inlineFunctions(model.graph);
  const checkpoint = await checkpointOf(whole, context);
  return savedGraph(model, whole, context.source, checkpoint, context.signal);
}

/**
 * A graph with its variables.
 *
 * @param whole the nodes of `model`, functions in place of their calls.
 * @param graphFile where the graph's constants lie.
 */
export async function savedGraph(
  model: MetaGraph,
  whole: NodeList,
  graphFile: ByteSource,
  checkpoint: Checkpoint | null,
  signal: AbortSignal,
): Promise<SavedGraph> {
  const table = new NodeTable(whole.nodes);
  const names = checkpoint === null ? NO_NAMES : await namesIn(checkpoint, signal);
  const constants = remembered(storedTensors(whole, table, checkpoint, names, graphFile));
  return { model, checkpoint, names, constants, ...servedNodes(model, table) };
}

/** The network of a graph with its variables. */
export async function networkOf(saved: SavedGraph, context: ReadContext): Promise<Network> {
  const { model, checkpoint, names, nodes, constants } = saved;
  const assembled = await assembleTensorFlowGraph(nodes, constants, context);
  const about = {
    format: "saved-model" as const,
    producer: model.version === null ? "TensorFlow" : `TensorFlow ${model.version}`,
  };
  if (assembled.layers.length === 0 && checkpoint !== null) {
    // The graph is not of a kind that can be followed; the names still tell the kernels.
    const named = await assembleCheckpoint(checkpoint, names, context);
    if (named.layers.length > 0) return { ...about, graph: null, ...named };
  }
  return { ...about, ...assembled, parameters: parametersOf(model, assembled), questions: [] };
}

/** Null for models whose weights are constants of the graph. */
async function checkpointOf(
  { nodes }: NodeList,
  { source, companions, signal }: ReadContext,
): Promise<Checkpoint | null> {
  const index = companions.get(indexFile(VARIABLES));
  if (index !== undefined) return openCheckpoint(VARIABLES, index, companions, signal);
  if (!nodes.some(isVariable)) return null;
  const missing = [indexFile(VARIABLES), shardFile(VARIABLES, 0, 1)];
  const hasShards = companions.paths().some((path) => /\.data-\d{5}-of-\d{5}$/.test(path));
  throw missingCheckpoint(
    source.name,
    (hasShards ? missing.slice(0, 1) : missing).map((path) => fileName(path)),
  );
}

/** Constants by the names of their nodes, and variables as the checkpoint has them. */
function storedTensors(
  { nodes, tensors }: NodeList,
  table: NodeTable,
  checkpoint: Checkpoint | null,
  names: ReadonlyMap<string, string>,
  graphFile: ByteSource,
): StoredTensors {
  const keys = restoredKeys(table, tensors);
  const byName = new Map([...names].map(([key, name]) => [name, key]));
  const variables = new Map(
    nodes.filter(isVariable).map((node) => {
      const name = variableName(node);
      return [node.name, { node, name, key: keys.get(node) ?? byName.get(name) ?? name }];
    }),
  );
  return (nodeName) => {
    const tensor = tensors.get(nodeName);
    if (tensor !== undefined) return storedConstant(nodeName, tensor, graphFile);
    const variable = variables.get(nodeName);
    const entry = variable && checkpoint?.bundle.entries.get(variable.key);
    if (!variable || !entry || entry.isInParts || !checkpoint) return null;
    requireOwnVariable(variable.node, entry, graphFile.name);
    return checkpoint.tensor(entry, names.get(variable.key) ?? variable.name);
  };
}

/** All SavedModels call their files alike: those of two must not be taken for one. */
function requireOwnVariable(
  node: TensorFlowNode,
  { key, shape }: BundleEntry,
  graphName: string,
): void {
  const stated = statedShape(node);
  const fits =
    stated === null ||
    (stated.length === shape.length &&
      stated.every((length, axis) => length === null || length === shape[axis]));
  if (fits) return;
  throw new ConvAtlasError(
    "malformed",
    `The variables that came with ${graphName} are not its own: their shapes differ; open the model's own folder.`,
    `${key}: ${shape.join(" x ")}, stated ${stated.join(" x ")}`,
  );
}

/**
 * The nodes behind the outputs for serving; behind those of all signatures, or all nodes, if
 * there no convolution is.
 */
function servedNodes(
  { signatures }: MetaGraph,
  table: NodeTable,
): Pick<SavedGraph, "nodes" | "outputs"> {
  const usual = signatures.filter(({ name }) => name === "serving_default");
  for (const group of [usual, signatures]) {
    const outputs = group.flatMap(({ outputs: each }) => each);
    const roots = outputs.flatMap((output) => table.producer(output)?.node ?? []);
    const nodes = table.ancestors(roots);
    if ([...nodes].some((node) => convolutionKind(node) !== null)) {
      const served = table.nodes.filter((node) => nodes.has(node) || node.op === "IdentityN");
      return { nodes: served, outputs };
    }
  }
  return { nodes: table.nodes, outputs: null };
}

/** What the model itself calls trainable, where it says. */
function parametersOf({ variables }: MetaGraph, { parameters }: AssembledGraph): number {
  const trainable = variables
    .filter(({ isTrainable }) => isTrainable)
    .reduce((sum, { elements }) => sum + elements, 0);
  return trainable > 0 ? trainable : parameters;
}
