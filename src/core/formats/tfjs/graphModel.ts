import { throwIfCancelled } from "../../errors.ts";
import type { ReadContext } from "../format.ts";
import type { JsonObject } from "../keras/configValues.ts";
import { type AssembledGraph, assembleTensorFlowGraph } from "../tensorflow/assembleGraph.ts";
import { convolutionKind } from "../tensorflow/convolutions.ts";
import type { StoredTensor, TensorFlowNode } from "../tensorflow/graphDef.ts";
import type { TensorFlowGraph } from "../tensorflow/openedGraph.ts";
import { nodesOfFunctions, nodesOfGraph } from "./graphJson.ts";
import type { LocatedWeight } from "./locateWeights.ts";
import { readNumbers } from "./weightNumbers.ts";

/** Paddings of four axes are eight numbers, sizes fewer; longer ones describe no shape. */
const LONGEST_SHAPE_CONSTANT = 64;

/** The network of a graph model. */
export async function assembleGraphModel(
  topology: JsonObject | null,
  weights: readonly LocatedWeight[],
  context: ReadContext,
): Promise<AssembledGraph> {
  const fileName = context.source.name;
  const { nodes, constants } = await openGraphModel(topology, weights, context);
  const assembled = await assembleTensorFlowGraph(nodes, constants, context);
  const isConvolution = (node: TensorFlowNode) => convolutionKind(node) !== null;
  if (!nodesOfFunctions(topology, fileName).some(isConvolution)) return assembled;
  // Converters put functions in place of their calls, all but those of loops and branches.
  const unread = `Convolutions in the loops and branches of ${fileName} are not read.`;
  return { ...assembled, warnings: [unread, ...assembled.warnings] };
}

/** A graph whose constants lie in the files of weights, under their node's name. */
export async function openGraphModel(
  topology: JsonObject | null,
  weights: readonly LocatedWeight[],
  { source, signal }: Pick<ReadContext, "source" | "signal">,
): Promise<Pick<TensorFlowGraph, "nodes" | "constants">> {
  const nodes = nodesOfGraph(topology, source.name);
  const tensors = new Map<string, StoredTensor>();
  for (const weight of weights) {
    throwIfCancelled(signal);
    tensors.set(weight.name, await storedTensor(weight));
  }
  return { nodes, constants: (name) => tensors.get(name) ?? null };
}

async function storedTensor(weight: LocatedWeight): Promise<StoredTensor> {
  const { name, shape, isFloat } = weight;
  const integers = isShapeConstant(weight)
    ? [...(await readNumbers(weight))].map(Math.round)
    : null;
  return { name, shape, isFloat, read: () => readNumbers(weight), smallInts: () => integers };
}

function isShapeConstant({ isFloat, stored, elements }: LocatedWeight): boolean {
  const isWhole = !isFloat && stored !== "string" && stored !== "complex64";
  return isWhole && elements <= LONGEST_SHAPE_CONSTANT;
}
