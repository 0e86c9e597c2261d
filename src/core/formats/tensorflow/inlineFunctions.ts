import { tooLargeFile } from "../protobuf/errors.ts";
import { inputReference, type TensorFlowNode } from "./graphDef.ts";
import type { FunctionDefinition, GraphDefinition, NodeList } from "./parseGraphDef.ts";

/** Functions that call functions; Keras wraps a model in four to six. Ends circles of calls. */
const MAX_DEPTH = 32;
/** Nodes and results after all calls are replaced: a function may be called twice, and so on at each depth. */
const MAX_NODES = 500_000;

/** Letters of all names then: they grow with each call within a call. */
const MAX_LETTERS = 2 ** 28;

/** Operators that call a function: the attribute that names it, and its first argument. */
const CALLS: ReadonlyMap<string, { readonly attribute: string; readonly from: number }> = new Map([
  ["PartitionedCall", { attribute: "f", from: 0 }],
  ["StatefulPartitionedCall", { attribute: "f", from: 0 }],
  ["While", { attribute: "body", from: 0 }],
  ["StatelessWhile", { attribute: "body", from: 0 }],
  ["If", { attribute: "then_branch", from: 1 }],
  ["StatelessIf", { attribute: "then_branch", from: 1 }],
]);

/** Where in a graph of functions a list of nodes stands. */
interface Place {
  /** Put before the names of its nodes. */
  readonly prefix: string;
  readonly depth: number;
  /** What stands for a function's arguments outside of it. */
  readonly bound: ReadonlyMap<string, string>;
}

/**
 * The graph with the nodes of its functions in place of their calls. A call itself becomes an
 * `IdentityN`, whose outputs are the function's results, so that inputs "call:1" keep their
 * meaning. Of loops the body stands once, of branches the first.
 *
 * @throws FileFault `too-large` if calls multiply the nodes beyond all reason.
 */
export function inlineFunctions({ nodes, tensors, functions }: GraphDefinition): NodeList {
  const wholeTensors: NodeList["tensors"] = new Map();
  const lists: TensorFlowNode[][] = [];
  let count = 0;
  let letters = 0;
  const waiting: { list: NodeList; place: Place }[] = [
    { list: { nodes, tensors }, place: { prefix: "", depth: 0, bound: new Map() } },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { list, place } = next;
    for (const [name, tensor] of list.tensors) wholeTensors.set(place.prefix + name, tensor);
    count += list.nodes.length;
    letters += lettersIn(list, place);
    if (count > MAX_NODES || letters > MAX_LETTERS) throw endless();
    const placed = list.nodes.map((node) => placedNode(node, place));
    for (const [index, node] of placed.entries()) {
      const called = place.depth < MAX_DEPTH ? calledFunction(node, functions) : null;
      if (called === null) continue;
      count += called.definition.results.length;
      if (count > MAX_NODES) throw endless();
      const inner = innerPlace(node, called, place.depth);
      const results = called.definition.results.map((result) => placedInput(result, inner));
      placed[index] = { ...node, op: "IdentityN", inputs: results };
      waiting.push({ list: called.definition, place: inner });
    }
    lists.push(placed);
  }
  // What is called stands before its caller, so that the nodes of a network stand together in
  // the order in which they were made.
  return { nodes: lists.reverse().flat(), tensors: wholeTensors };
}

function endless() {
  return tooLargeFile("its functions call each other without end");
}

/** At most so many letters do the names and inputs of the placed nodes have. */
function lettersIn({ nodes }: NodeList, { prefix, bound }: Place): number {
  const longest = [...bound.values()].reduce(
    (most, { length }) => Math.max(most, length),
    prefix.length,
  );
  return nodes.reduce(
    (sum, { name, inputs }) =>
      sum +
      (name.length + prefix.length) +
      inputs.reduce((inner, input) => inner + input.length + longest, 0),
    0,
  );
}

interface Call {
  readonly definition: FunctionDefinition;
  readonly from: number;
}

function calledFunction(
  node: TensorFlowNode,
  functions: ReadonlyMap<string, FunctionDefinition>,
): Call | null {
  // TensorFlow 1 writes calls as operators named after the function.
  const direct = functions.get(node.op);
  if (direct !== undefined) return { definition: direct, from: 0 };
  const call = CALLS.get(node.op);
  if (call === undefined) return null;
  const attribute = node.attributes.get(call.attribute);
  const definition = attribute?.kind === "function" ? functions.get(attribute.name) : undefined;
  return definition === undefined ? null : { definition, from: call.from };
}

function innerPlace(node: TensorFlowNode, { definition, from }: Call, depth: number): Place {
  const bound = new Map<string, string>();
  for (const [index, input] of node.inputs.slice(from).entries()) {
    const parameter: string | undefined = definition.parameters[index];
    if (parameter !== undefined) bound.set(parameter, input);
  }
  return { prefix: `${node.name}/`, depth: depth + 1, bound };
}

function placedNode(node: TensorFlowNode, place: Place): TensorFlowNode {
  if (place.depth === 0) return node;
  const inputs = node.inputs
    .filter((input) => !input.startsWith("^"))
    .map((input) => placedInput(input, place));
  return { ...node, name: place.prefix + node.name, inputs };
}

function placedInput(input: string, { prefix, bound }: Place): string {
  const reference = inputReference(input);
  if (reference === null) return input;
  const outside = bound.get(reference.node);
  return outside ?? `${prefix}${reference.node}:${reference.output}`;
}
