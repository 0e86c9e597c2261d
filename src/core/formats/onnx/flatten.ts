import { tooLargeFile } from "../protobuf/errors.ts";
import {
  functionKey,
  type OnnxAttribute,
  type OnnxFunction,
  type OnnxGraph,
  type OnnxNode,
} from "./model.ts";
import { emptyGraph, MAX_NODES } from "./parseGraph.ts";

/** Calls within calls and branches; functions must not call themselves (ONNX IR, Functions). */
const MAX_DEPTH = 40;

/** Names and attributes of nodes laid out; ten for each of the most nodes, and some. */
const MAX_PARTS = 3_000_000;

/** What a name inside a function or branch is called outside. */
type Rename = (name: string) => string;

/** Begins the names of values inside functions and branches, which no exporter does. */
const SCOPE_MARK = "\u0000";

/** The name of a value as its function or branch calls it. */
export function withoutScope(name: string): string {
  return name.startsWith(SCOPE_MARK) ? name.replace(/^(\0\d+\/)+/, "") : name;
}

/** Attributes of the call in which a function's nodes stand. */
type CallAttributes = ReadonlyMap<string, OnnxAttribute>;

/**
 * The graph with the model's own functions put in the place of their calls, and the branches
 * and loop bodies laid out beside the nodes that run them, all their values under names of
 * their own. Each branch is there, and a loop's body once.
 */
export function flattenGraph(
  graph: OnnxGraph,
  functions: ReadonlyMap<string, OnnxFunction>,
): OnnxGraph {
  const isFlat = (node: OnnxNode) => calledBy(node, functions) === null && !hasGraphs(node);
  if (graph.nodes.every(isFlat)) return graph;
  const flattener = new Flattener(functions);
  flattener.addGraph(graph, (name) => name);
  return flattener.flat;
}

function hasGraphs({ attributes }: OnnxNode): boolean {
  return [...attributes.values()].some(({ graphs }) => graphs.length > 0);
}

function calledBy(
  { domain, operator, overload }: OnnxNode,
  functions: ReadonlyMap<string, OnnxFunction>,
): OnnxFunction | null {
  return functions.get(functionKey(domain, operator, overload)) ?? null;
}

class Flattener {
  readonly flat = emptyGraph();
  private readonly functions: ReadonlyMap<string, OnnxFunction>;
  private scopes = 0;
  private parts = 0;

  constructor(functions: ReadonlyMap<string, OnnxFunction>) {
    this.functions = functions;
  }

  addGraph(graph: OnnxGraph, rename: Rename, attributes: CallAttributes = new Map(), depth = 0) {
    for (const [name, tensor] of graph.initializers) {
      this.flat.initializers.set(rename(name), { ...tensor, name: rename(name) });
    }
    for (const name of graph.sparse) this.flat.sparse.add(rename(name));
    for (const [name, shape] of graph.shapes) this.flat.shapes.set(rename(name), shape);
    if (depth === 0) {
      for (const input of graph.inputs) this.flat.inputs.push(input);
      for (const output of graph.outputs) this.flat.outputs.push(output);
    }
    for (const node of graph.nodes) this.addNode(node, rename, attributes, depth);
  }

  private addNode(node: OnnxNode, rename: Rename, given: CallAttributes, depth: number): void {
    if (depth > MAX_DEPTH) throw tooLargeFile("its functions call each other too deep");
    this.count(node.inputs.length + node.outputs.length + node.attributes.size);
    const renamed: OnnxNode = {
      ...node,
      inputs: node.inputs.map((name) => (name === "" ? "" : rename(name))),
      outputs: node.outputs.map((name) => (name === "" ? "" : rename(name))),
      attributes: resolved(node.attributes, given),
    };
    const called = calledBy(node, this.functions);
    if (called !== null) this.addCall(renamed, called, depth);
    else if (hasGraphs(renamed)) this.addControl(renamed, rename, given, depth);
    else this.push(renamed);
  }

  private addCall(
    call: OnnxNode,
    { inputs, outputs, nodes, defaults }: OnnxFunction,
    depth: number,
  ) {
    const scope = this.scope(inputs.length + outputs.length + defaults.size);
    const outside = new Map<string, string>();
    for (const [at, name] of outputs.entries()) outside.set(name, call.outputs[at] || scope(name));
    for (const [at, name] of inputs.entries()) {
      const output = outside.get(name);
      // What is handed through under one name would be made twice.
      if (output !== undefined) this.push(passOn(call, call.inputs[at] ?? "", output));
      outside.set(name, call.inputs[at] ?? "");
    }
    const given = new Map([...defaults, ...call.attributes]);
    for (const node of nodes) {
      const name = [call.name, node.name].filter((part) => part !== "").join("/");
      this.addNode(
        { ...node, name },
        (value) => outside.get(value) ?? scope(value),
        given,
        depth + 1,
      );
    }
  }

  /** `If`, `Loop`, `Scan`: their outputs are those of their graphs. */
  private addControl(node: OnnxNode, rename: Rename, given: CallAttributes, depth: number): void {
    const graphs = [...node.attributes.values()].flatMap((attribute) => attribute.graphs);
    const results = graphs.map((graph) => {
      const inside = new Map<string, string>();
      const defined = definedIn(graph);
      const scope = this.scope(defined.length);
      for (const name of defined) inside.set(name, scope(name));
      if (node.operator === "Loop") {
        // Inputs of the body: iteration, condition, then what is carried on, as of the node.
        for (const [at, { name }] of graph.inputs.entries())
          inside.set(name, node.inputs[at] ?? "");
      }
      const renameInside: Rename = (name) => inside.get(name) ?? rename(name);
      this.addGraph(graph, renameInside, given, depth + 1);
      return graph.outputs.map(renameInside);
    });
    for (const [at, output] of node.outputs.entries()) {
      if (output !== "") this.push(resultOf(node, output, at, results));
    }
  }

  /** Makes names for the values of the next function or branch, some `names` of them. */
  private scope(names: number): Rename {
    this.scopes += 1;
    this.count(names + 1);
    const prefix = `${SCOPE_MARK}${this.scopes}/`;
    return (name) => `${prefix}${name}`;
  }

  private count(parts: number): void {
    this.parts += parts;
    if (this.parts > MAX_PARTS) throw tooLargeFile("it calls too many functions");
  }

  private push(node: OnnxNode): void {
    if (this.flat.nodes.length >= MAX_NODES) throw tooLargeFile("it has too many nodes");
    this.flat.nodes.push(node);
  }
}

/** Attributes with references to those of the call replaced by their values. */
function resolved(
  attributes: ReadonlyMap<string, OnnxAttribute>,
  given: CallAttributes,
): ReadonlyMap<string, OnnxAttribute> {
  if ([...attributes.values()].every(({ reference }) => reference === "")) return attributes;
  return new Map(
    [...attributes].flatMap(([name, attribute]) => {
      const value = attribute.reference === "" ? attribute : given.get(attribute.reference);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

function definedIn(graph: OnnxGraph): readonly string[] {
  return [
    ...graph.inputs.map(({ name }) => name),
    ...graph.initializers.keys(),
    ...graph.sparse,
    ...graph.nodes.flatMap(({ outputs }) => outputs.filter((name) => name !== "")),
  ];
}

function passOn(call: OnnxNode, from: string, to: string): OnnxNode {
  return {
    ...call,
    operator: "Identity",
    domain: "",
    inputs: [from],
    outputs: [to],
    attributes: new Map(),
  };
}

/** A node of the control operator that makes one of its outputs of what its graphs make. */
function resultOf(
  node: OnnxNode,
  output: string,
  at: number,
  results: readonly (readonly string[])[],
): OnnxNode {
  // A loop's body gives its condition first, and what is not carried on it stacks.
  const isLoop = node.operator === "Loop";
  const isStacked = isLoop && at >= node.inputs.length - 2;
  const makers = results.flatMap((names) => names[isLoop ? at + 1 : at] ?? []);
  const inputs = node.operator === "Scan" || isStacked ? [] : makers;
  return { ...node, inputs, outputs: [output], attributes: new Map() };
}
