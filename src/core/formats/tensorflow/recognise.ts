import type { ByteSource } from "../../bytes/byteSource.ts";
import { endlessSource } from "../protobuf/endlessSource.ts";
import { FileFault, isTruncation } from "../protobuf/errors.ts";
import { type ByteRange, ChunkedFile, FieldWalk, type WireField } from "../protobuf/wire.ts";

/** A few nodes or the headers around them. */
const CHUNK_BYTES = 4096;
/** Nodes looked at before a file is taken for a graph. */
const NODES_CHECKED = 3;
/** Fields of a node looked at; operator and inputs come before the attributes. */
const MAX_NODE_FIELDS = 64;
/** The version of SavedModel is 1 since there is one. */
const SCHEMA_VERSION = 1;

/** TensorFlow's rule for names of nodes (node_def_util.cc), and of functions within them. */
const NODE_NAME = /^[A-Za-z0-9_.][A-Za-z0-9_.\\/>-]*$/;
/** Operators, and functions in their place. */
const OPERATOR = /^[A-Za-z_][A-Za-z0-9_>]*$/;
/** Fields of a NodeDef, all of them messages or text. */
const NODE_FIELDS: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6, 7]);
const LONGEST_NAME = 1024;

/** True if the file begins with nodes of a TensorFlow graph: a name, then an operator. */
export function looksLikeGraphDef(source: ByteSource): Promise<boolean> {
  return guarded(async () => {
    const file = new ChunkedFile(source, CHUNK_BYTES);
    const walk = new FieldWalk(file, { start: 0, end: source.byteLength });
    let nodes = 0;
    while (nodes < NODES_CHECKED) {
      const field = await walkThroughCut(walk, nodes);
      if (field === null) break;
      if (field.wireType !== "bytes" && field.number !== 3) return false;
      // Versions and the library of functions may stand first.
      if (field.number > 4) return false;
      if (field.number !== 1) continue;
      if (!(await looksLikeNode(file, field))) return false;
      nodes += 1;
    }
    return nodes > 0;
  });
}

/** A file cut short within a later node is recognised, so that reading it can say so. */
async function walkThroughCut(walk: FieldWalk, nodes: number): Promise<WireField | null> {
  try {
    return await walk.next();
  } catch (thrown) {
    if (nodes > 0 && isTruncation(thrown)) return null;
    throw thrown;
  }
}

async function looksLikeNode(file: ChunkedFile, range: ByteRange): Promise<boolean> {
  const walk = new FieldWalk(file, range);
  let hasName = false;
  let hasOperator = false;
  for (let count = 0; count < MAX_NODE_FIELDS && !(hasName && hasOperator); count += 1) {
    const field = await walk.next();
    if (field === null) break;
    if (field.wireType !== "bytes" || !NODE_FIELDS.has(field.number)) return false;
    if (field.number > 2) continue;
    if (field.end - field.start > LONGEST_NAME) return false;
    const text = await file.text(field);
    if (!(field.number === 1 ? NODE_NAME : OPERATOR).test(text)) return false;
    if (field.number === 1) hasName = true;
    else hasOperator = true;
  }
  return hasName && hasOperator;
}

/** True for a saved_model.pb: version 1, then graphs. */
export function looksLikeSavedModel(source: ByteSource): Promise<boolean> {
  return guarded(async () => {
    // The graph may be cut short, which reading it will say.
    const file = new ChunkedFile(endlessSource(source), CHUNK_BYTES);
    const walk = new FieldWalk(file, { start: 0, end: file.source.byteLength });
    const version = await walk.next();
    if (version?.number !== 1 || version.wireType !== "varint") return false;
    if (version.value !== SCHEMA_VERSION) return false;
    const graph = await walk.next();
    if (graph?.number !== 2 || graph.wireType !== "bytes") return false;
    // A MetaGraphDef begins with information about it, or with the graph.
    const first = await new FieldWalk(file, graph).next();
    return first?.wireType === "bytes" && first.number <= 2;
  });
}

async function guarded(look: () => Promise<boolean>): Promise<boolean> {
  try {
    return await look();
  } catch (thrown) {
    if (thrown instanceof FileFault || isTruncation(thrown)) return false;
    throw thrown;
  }
}
