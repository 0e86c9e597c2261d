import { throwIfCancelled } from "../../errors.ts";
import { tooLargeFile } from "../protobuf/errors.ts";
import { expectWireType, textOf } from "../protobuf/fieldValues.ts";
import { type ByteRange, type ChunkedFile, FieldWalk } from "../protobuf/wire.ts";
import type { TensorFlowAttribute, TensorFlowNode } from "./graphDef.ts";
import { parseAttribute, parseEntry } from "./parseAttribute.ts";
import { parseTensorProto, type TensorProto } from "./tensorProto.ts";

// tensorflow/core/framework/graph.proto, node_def.proto, function.proto, op_def.proto

/** Training graphs of large networks have some ten thousand nodes. */
const MAX_NODES = 400_000;
const MAX_FUNCTIONS = 50_000;
/** Inputs or attributes of one node; the node that saves a network takes all its variables. */
const MAX_NODE_PARTS = 100_000;

/** Nodes in the file's order, with the constants among them. */
export interface NodeList {
  readonly nodes: TensorFlowNode[];
  /** Tensors of `Const` nodes by the node's name. */
  readonly tensors: Map<string, TensorProto>;
}

export interface FunctionDefinition extends NodeList {
  /** Names of its arguments, by which its nodes refer to them. */
  readonly parameters: readonly string[];
  /** Inputs, in the words of its nodes, that its outputs are. */
  readonly results: readonly string[];
}

export interface GraphDefinition extends NodeList {
  readonly functions: ReadonlyMap<string, FunctionDefinition>;
}

/** Reads a GraphDef with its functions; the numbers of long tensors stay in the file. */
export async function parseGraphDef(
  file: ChunkedFile,
  range: ByteRange,
  signal: AbortSignal,
): Promise<GraphDefinition> {
  const list: NodeList = { nodes: [], tensors: new Map() };
  const functions = new Map<string, FunctionDefinition>();
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    throwIfCancelled(signal);
    if (field.number === 1) {
      expectWireType(field, "bytes");
      await addNode(file, field, list);
    }
    if (field.number === 2) {
      expectWireType(field, "bytes");
      await parseLibrary(file, field, functions, signal);
    }
  }
  return { ...list, functions };
}

async function parseLibrary(
  file: ChunkedFile,
  range: ByteRange,
  into: Map<string, FunctionDefinition>,
  signal: AbortSignal,
): Promise<void> {
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    throwIfCancelled(signal);
    if (field.number !== 1) continue;
    expectWireType(field, "bytes");
    if (into.size >= MAX_FUNCTIONS) throw tooLargeFile("it has too many functions");
    const { name, definition } = await parseFunction(file, field);
    into.set(name, definition);
  }
}

async function parseFunction(file: ChunkedFile, range: ByteRange) {
  const list: NodeList = { nodes: [], tensors: new Map() };
  const returned = new Map<string, string>();
  let signature: Signature = { name: "", parameters: [], outputs: [] };
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    if (![1, 3, 4].includes(field.number)) continue;
    expectWireType(field, "bytes");
    if (field.number === 1) signature = await parseSignature(file, field);
    if (field.number === 3) await addNode(file, field, list);
    if (field.number === 4) {
      const { key, value } = await parseEntry(file, field);
      returned.set(key, await file.text(value));
    }
  }
  const { name, parameters, outputs } = signature;
  const results = outputs.map((output) => returned.get(output) ?? "");
  return { name, definition: { ...list, parameters, results } };
}

interface Signature {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly outputs: readonly string[];
}

/** An OpDef. */
async function parseSignature(file: ChunkedFile, range: ByteRange): Promise<Signature> {
  const parameters: string[] = [];
  const outputs: string[] = [];
  let name = "";
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    if (field.number === 1) name = await textOf(file, field);
    if (field.number === 2) parameters.push(await argumentName(file, field));
    if (field.number === 3) outputs.push(await argumentName(file, field));
    if (Math.max(parameters.length, outputs.length) > MAX_NODE_PARTS) {
      throw tooLargeFile("one of its functions has too many arguments");
    }
  }
  return { name, parameters, outputs };
}

async function argumentName(file: ChunkedFile, range: ByteRange): Promise<string> {
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    if (field.number === 1) return textOf(file, field);
  }
  return "";
}

/** Reads a NodeDef. */
async function addNode(file: ChunkedFile, range: ByteRange, to: NodeList): Promise<void> {
  if (to.nodes.length >= MAX_NODES) throw tooLargeFile("it has too many nodes");
  const inputs: string[] = [];
  const attributes = new Map<string, TensorFlowAttribute>();
  let name = "";
  let op = "";
  let tensorRange: ByteRange | null = null;
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    if (field.number === 1) name = await textOf(file, field);
    if (field.number === 2) op = await textOf(file, field);
    if (field.number === 3) inputs.push(await textOf(file, field));
    if (field.number === 5) {
      expectWireType(field, "bytes");
      const { key, value } = await parseEntry(file, field);
      const attribute = await parseAttribute(file, value);
      if (attribute?.kind === "tensor") tensorRange = attribute.range;
      else if (attribute !== null) attributes.set(key, attribute);
    }
    if (Math.max(inputs.length, attributes.size) > MAX_NODE_PARTS) {
      throw tooLargeFile("one of its nodes has too many inputs");
    }
  }
  if (op === "Const" && tensorRange !== null) {
    to.tensors.set(name, await parseTensorProto(file, tensorRange, name));
  }
  to.nodes.push({ name, op, inputs, attributes });
}
