import type { ByteSource } from "../../bytes/byteSource.ts";
import { endlessSource } from "../protobuf/endlessSource.ts";
import { FileFault, isTruncation } from "../protobuf/errors.ts";
import { type ByteRange, ChunkedFile, FieldWalk, type WireType } from "../protobuf/wire.ts";

/** Enough for the headers around the graph; two or three requests a file. */
const CHUNK_BYTES = 4096;
/** Model-level fields looked at; metadata entries may be dozens, functions hundreds. */
const MAX_MODEL_FIELDS = 1000;
/** Fields of the graph whose kind is checked. */
const MAX_GRAPH_FIELDS = 4;
/** onnx.proto has reached version 13 in ten years. */
const LARGEST_IR_VERSION = 1000;
/** Producer names are words; a message in their place (TensorFlow) is longer. */
const LONGEST_PRODUCER = 1024;

/** ModelProto fields and their wire types. */
const MODEL_FIELDS: ReadonlyMap<number, WireType> = new Map([
  [1, "varint"], // ir_version
  [2, "bytes"], // producer_name
  [3, "bytes"], // producer_version
  [4, "bytes"], // domain
  [5, "varint"], // model_version
  [6, "bytes"], // doc_string
  [7, "bytes"], // graph
  [8, "bytes"], // opset_import
  [14, "bytes"], // metadata_props
  [20, "bytes"], // training_info
  [25, "bytes"], // functions
  [26, "bytes"], // configuration
]);

/** GraphProto fields, all of them messages or text. */
const GRAPH_FIELDS: ReadonlySet<number> = new Set([1, 2, 5, 10, 11, 12, 13, 14, 15, 16]);
/** Graph fields that are messages, with the fields those have. */
const GRAPH_MESSAGES: ReadonlyMap<number, ReadonlySet<number>> = new Map([
  [1, new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])], // NodeProto
  [5, new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16])], // TensorProto
  [11, new Set([1, 2, 3, 4])], // ValueInfoProto
  [12, new Set([1, 2, 3, 4])],
  [13, new Set([1, 2, 3, 4])],
]);

/**
 * True if the bytes are laid out like a ModelProto: only fields that ONNX has, of the right
 * kinds, and a graph whose own first fields are right too. A file that is cut short within
 * its graph is still recognised, so that reading it can say so.
 */
export async function looksLikeOnnx(source: ByteSource): Promise<boolean> {
  const file = new ChunkedFile(source, CHUNK_BYTES);
  const walk = new FieldWalk(file, { start: 0, end: source.byteLength });
  let hasVersion = false;
  let hasGraph = false;
  try {
    for (let count = 0; count < MAX_MODEL_FIELDS; count += 1) {
      const field = await walk.next();
      if (field === null) break;
      if (MODEL_FIELDS.get(field.number) !== field.wireType) return false;
      if (field.number === 1) {
        if (field.value < 1 || field.value > LARGEST_IR_VERSION) return false;
        hasVersion = true;
      }
      if (field.number === 2 && field.end - field.start > LONGEST_PRODUCER) return false;
      if (field.number === 8) hasVersion = true;
      if (field.number === 7) {
        if (!(await looksLikeGraph(file, field, source.byteLength))) return false;
        hasGraph = true;
      }
    }
    return hasVersion && hasGraph;
  } catch (thrown) {
    if (thrown instanceof FileFault) return false;
    if (!isTruncation(thrown)) throw thrown;
    return hasVersion && (hasGraph || (await endsInsideGraph(source)));
  }
}

/** Looks at the graph's first fields, as far as the file's `available` bytes go. */
async function looksLikeGraph(
  file: ChunkedFile,
  range: ByteRange,
  available: number,
): Promise<boolean> {
  const walk = new FieldWalk(file, range);
  let messages = 0;
  for (let count = 0; count < MAX_GRAPH_FIELDS; count += 1) {
    const field = await walk.next();
    if (field === null) return true;
    if (field.wireType !== "bytes" || !GRAPH_FIELDS.has(field.number)) return false;
    const known = GRAPH_MESSAGES.get(field.number);
    if (known === undefined) continue;
    messages += 1;
    const first = await new FieldWalk(file, field).next();
    if (first !== null && !known.has(first.number)) return false;
    if (field.end >= available) break;
  }
  return messages > 0;
}

/** Whether the field that runs past the end of the file is the graph. */
async function endsInsideGraph(source: ByteSource): Promise<boolean> {
  // Its length is read from its header, its content up to where the file ends.
  const endless = endlessSource(source);
  const file = new ChunkedFile(endless, CHUNK_BYTES);
  const walk = new FieldWalk(file, { start: 0, end: endless.byteLength });
  try {
    for (let count = 0; count < MAX_MODEL_FIELDS; count += 1) {
      const field = await walk.next();
      if (field === null || field.end <= source.byteLength) continue;
      return field.number === 7 && (await looksLikeGraph(file, field, source.byteLength));
    }
  } catch (thrown) {
    if (!(thrown instanceof FileFault) && !isTruncation(thrown)) throw thrown;
  }
  return false;
}
