import { ConvAtlasError, throwIfCancelled } from "../../errors.ts";
import type { ReadContext } from "../../formats/format.ts";
import type { TensorFlowNode } from "../../formats/tensorflow/graphDef.ts";
import type { TensorFlowGraph } from "../../formats/tensorflow/openedGraph.ts";
import type { Network } from "../../network/network.ts";
import type { ExecutableNetwork } from "../executable.ts";
import { executableNetwork } from "./appliedConvolutions.ts";
import { addOutputs, lostRemarks, type NamedOutput } from "./graphOutputs.ts";
import { GraphTranslator } from "./graphTranslator.ts";
import { inPlace, type OperatorPlace, Untranslatable, withPlace } from "./untranslatable.ts";

/** What to try where a graph holds what is not run here. */
const CONVERTERS: Readonly<Partial<Record<Network["format"], string>>> = {
  tfjs: "python -m tf2onnx.convert --tfjs model.json --output model.onnx",
  "saved-model": "python -m tf2onnx.convert --saved-model FOLDER --output model.onnx",
  "frozen-graph":
    "python -m tf2onnx.convert --graphdef FILE --inputs NAME:0 --outputs NAME:0 --output model.onnx",
};

/** Nodes that make nothing to look at: they check, save, summarise or train. */
const NO_RESULT =
  /^(NoOp|Assert|Print|.*Summary|Save.*|Restore.*|Merge(Summary|V2Checkpoints)|Assign.*|Apply.*|Resource.*|VarHandleOp|Const|Placeholder)$/;

/**
 * A TensorFlow graph as an ONNX model. Results that take operators which cannot be run are left
 * out as long as another one can.
 *
 * @throws ConvAtlasError `cannot-run` that names the operator in the way.
 */
export async function convertTensorFlowGraph(
  opened: TensorFlowGraph,
  { source, signal }: Pick<ReadContext, "source" | "signal">,
  network: Network,
): Promise<ExecutableNetwork> {
  const translator = new GraphTranslator(opened, network);
  const candidates = outputsOf(opened, translator);
  for (const { name } of candidates) translator.graph.reserve(name);
  const order = translator.neededFor(candidates.map(({ node }) => node));
  const place = (node: TensorFlowNode) => ({
    file: source.name,
    operator: node.op,
    node: node.name,
    converter: CONVERTERS[network.format] ?? "tf2onnx",
  });
  const failures = await translateAll(translator, order, place, signal);
  const made: NamedOutput[] = candidates.flatMap(({ name, node, output }) => {
    const value = failures.has(node) ? null : translator.valueOf(node, output);
    // What is stored does not depend on an image.
    return value?.kind !== "computed"
      ? []
      : [{ name, value, argument: translator.argumentOf(node) }];
  });
  if (made.length === 0) {
    const [failure] = failures.values();
    throw failure ?? noResult(source.name);
  }
  const outputRemarks = inPlace(place(candidates[0].node), () =>
    addOutputs(translator.graph, made),
  );
  const lost = candidates.filter(({ node }) => failures.has(node)).map(({ name }) => name);
  const remarks = [...translator.remarks, ...outputRemarks, ...lostRemarks(lost)];
  return executableNetwork(translator.graph, translator.applied, network, remarks);
}

/** Why nodes cannot be written: for a reason of their own, or because what they take cannot. */
async function translateAll(
  translator: GraphTranslator,
  order: readonly TensorFlowNode[],
  place: (node: TensorFlowNode) => OperatorPlace,
  signal: AbortSignal,
): Promise<ReadonlyMap<TensorFlowNode, unknown>> {
  const failures = new Map<TensorFlowNode, unknown>();
  for (const node of order) {
    throwIfCancelled(signal);
    const before = translator.sourcesOf(node).find((source) => failures.has(source));
    if (before !== undefined) {
      failures.set(node, failures.get(before));
      continue;
    }
    try {
      await translator.translate(node);
    } catch (thrown) {
      // Damaged weights or a cancelled task are no operator that is not run.
      if (!(thrown instanceof Untranslatable)) throw thrown;
      failures.set(node, withPlace(thrown, place(node)));
    }
  }
  return failures;
}

function noResult(file: string): ConvAtlasError {
  return new ConvAtlasError(
    "cannot-run",
    `${file} cannot be run here: none of its results comes from a convolution; export the network for use, not for training.`,
  );
}

interface Candidate {
  readonly name: string;
  readonly node: TensorFlowNode;
  readonly output: number;
}

/** The results that the file names; failing that, what comes of a convolution and is used no more. */
function outputsOf(
  { outputs }: TensorFlowGraph,
  { table, convolutions }: GraphTranslator,
): readonly Candidate[] {
  const stated = (outputs ?? []).flatMap((name) => {
    const producer = table.producer(name);
    return producer === null ? [] : [{ name: plainName(name), ...producer }];
  });
  const fromConvolutions = table.descendants(convolutions);
  const usable = stated.filter(({ node }) => fromConvolutions.has(node));
  if (usable.length > 0) return usable;
  const isLast = (node: TensorFlowNode) =>
    table
      .consumers(node)
      .every(({ op }) => op === "IdentityN" || (op !== "Assert" && NO_RESULT.test(op)));
  return table.nodes
    .filter((node) => fromConvolutions.has(node) && node.op !== "IdentityN")
    .filter((node) => !NO_RESULT.test(node.op) && isLast(node))
    .map((node) => ({ name: node.name, node, output: 0 }));
}

/** "Identity:0" is what TensorFlow calls the first output of the node Identity. */
function plainName(name: string): string {
  return name.replace(/:0$/, "");
}
