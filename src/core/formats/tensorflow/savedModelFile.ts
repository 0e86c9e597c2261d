import { ConvAtlasError, throwIfCancelled } from "../../errors.ts";
import { tooLargeFile } from "../protobuf/errors.ts";
import { expectWireType, textOf } from "../protobuf/fieldValues.ts";
import { type ByteRange, type ChunkedFile, FieldWalk } from "../protobuf/wire.ts";
import { type SavedVariable, savedVariables } from "./objectGraph.ts";
import { parseEntry } from "./parseAttribute.ts";
import { type GraphDefinition, parseGraphDef } from "./parseGraphDef.ts";

// tensorflow/core/protobuf/saved_model.proto, meta_graph.proto

/** Forms of one model for training, serving, several devices. */
const MAX_META_GRAPHS = 64;
const MAX_SIGNATURES = 1000;
/** Outputs of one signature. */
const MAX_OUTPUTS = 10_000;

export interface Signature {
  readonly name: string;
  /** Inputs, in the words of nodes, that its outputs are: "StatefulPartitionedCall:0". */
  readonly outputs: readonly string[];
}

/** One of the graphs that a SavedModel holds. */
export interface MetaGraph {
  readonly tags: readonly string[];
  /** TensorFlow's version; null if the file does not say. */
  readonly version: string | null;
  readonly signatures: readonly Signature[];
  /** Empty for models of TensorFlow 1, which say nothing of them. */
  readonly variables: readonly SavedVariable[];
  readonly graph: GraphDefinition;
}

interface MetaGraphParts {
  readonly tags: readonly string[];
  readonly version: string | null;
  readonly signatures: readonly Signature[];
  readonly objects: ByteRange | null;
  readonly graph: ByteRange | null;
}

/** Reads the graph for serving of a saved_model.pb, or the first one if none is. */
export async function parseSavedModel(file: ChunkedFile, signal: AbortSignal): Promise<MetaGraph> {
  const graphs: MetaGraphParts[] = [];
  const walk = new FieldWalk(file, { start: 0, end: file.source.byteLength });
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    throwIfCancelled(signal);
    if (field.number !== 2) continue;
    expectWireType(field, "bytes");
    if (graphs.length >= MAX_META_GRAPHS) throw tooLargeFile("it holds too many graphs");
    graphs.push(await parseMetaGraph(file, field));
  }
  const chosen = graphs.find(({ tags }) => tags.includes("serve")) ?? graphs[0];
  return metaGraphOf(file, chosen, signal);
}

/** Reads the graph that TensorFlow 1 writes beside a checkpoint (`.meta`). */
export async function parseMetaGraphFile(
  file: ChunkedFile,
  signal: AbortSignal,
): Promise<MetaGraph> {
  const whole = { start: 0, end: file.source.byteLength };
  return metaGraphOf(file, await parseMetaGraph(file, whole), signal);
}

async function metaGraphOf(
  file: ChunkedFile,
  parts: MetaGraphParts | undefined,
  signal: AbortSignal,
): Promise<MetaGraph> {
  if (parts === undefined || parts.graph === null) {
    throw new ConvAtlasError(
      "not-a-model",
      `${file.source.name} is a TensorFlow file without a network in it; save the network again.`,
    );
  }
  const { tags, version, signatures, objects } = parts;
  const variables = objects === null ? [] : await savedVariables(file, objects, signal);
  return {
    tags,
    version,
    signatures,
    variables,
    graph: await parseGraphDef(file, parts.graph, signal),
  };
}

async function parseMetaGraph(file: ChunkedFile, range: ByteRange): Promise<MetaGraphParts> {
  const tags: string[] = [];
  const signatures: Signature[] = [];
  let version: string | null = null;
  let objects: ByteRange | null = null;
  let graph: ByteRange | null = null;
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    if (![1, 2, 5, 7].includes(field.number)) continue;
    expectWireType(field, "bytes");
    if (field.number === 1) {
      const about = await parseMetaInfo(file, field);
      tags.push(...about.tags);
      version = about.version;
    }
    if (field.number === 2) graph = field;
    if (field.number === 5) {
      if (signatures.length >= MAX_SIGNATURES) throw tooLargeFile("it has too many signatures");
      signatures.push(await parseSignature(file, field));
    }
    if (field.number === 7) objects = field;
  }
  return { tags, version, signatures, objects, graph };
}

async function parseMetaInfo(file: ChunkedFile, range: ByteRange) {
  const tags: string[] = [];
  let version: string | null = null;
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    if (field.number === 4 && tags.length < MAX_SIGNATURES) tags.push(await textOf(file, field));
    if (field.number === 5) version = (await textOf(file, field)) || null;
  }
  return { tags, version };
}

async function parseSignature(file: ChunkedFile, range: ByteRange): Promise<Signature> {
  const { key: name, value } = await parseEntry(file, range);
  const outputs: string[] = [];
  const walk = new FieldWalk(file, value);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    if (field.number !== 2) continue;
    expectWireType(field, "bytes");
    if (outputs.length >= MAX_OUTPUTS) throw tooLargeFile("a signature has too many outputs");
    const { value: tensor } = await parseEntry(file, field);
    outputs.push(await tensorName(file, tensor));
  }
  return { name, outputs };
}

/** The name in a TensorInfo. */
async function tensorName(file: ChunkedFile, range: ByteRange): Promise<string> {
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    if (field.number === 1) return textOf(file, field);
  }
  return "";
}
