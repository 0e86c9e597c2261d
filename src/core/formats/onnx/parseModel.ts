import { throwIfCancelled } from "../../errors.ts";
import type { Dimensions } from "../../network/graph.ts";
import { malformedFile, tooLargeFile } from "../protobuf/errors.ts";
import { appendIntegers, expectWireType } from "../protobuf/fieldValues.ts";
import { type ByteRange, type ChunkedFile, FieldWalk, type WireField } from "../protobuf/wire.ts";
import type {
  OnnxAttribute,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxTensor,
  OnnxValue,
} from "./model.ts";
import { parseTensor } from "./parseTensor.ts";

// Messages are walked to the fixed depth of the schema (model, graph, node, attribute,
// tensor); graphs inside attributes are not entered, so that no nesting can be too deep.

/** Large language models have some ten thousand nodes; more is no network. */
const MAX_NODES = 200_000;
const MAX_TENSORS = 200_000;
const MAX_VALUES = 400_000;
/** Inputs, outputs or attributes of one node; wide concatenations have hundreds. */
const MAX_NODE_PARTS = 20_000;
/** Stated shapes longer than this are not shapes. */
const MAX_STATED_RANK = 32;

/**
 * Reads the structure of a ModelProto; tensors stay in the file.
 * @throws ConvAtlasError `truncated`, `malformed`, `too-large` or `cancelled`.
 */
export async function parseModel(file: ChunkedFile, signal: AbortSignal): Promise<OnnxModel> {
  let producerName = "";
  let producerVersion = "";
  let opset = 0;
  let graph: OnnxGraph | null = null;
  const functions = new Set<string>();
  const walk = new FieldWalk(file, { start: 0, end: file.source.byteLength });
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    switch (field.number) {
      case 2:
        producerName = await bytesAsText(file, field);
        break;
      case 3:
        producerVersion = await bytesAsText(file, field);
        break;
      case 7:
        expectWireType(field, "bytes");
        graph ??= { nodes: [], initializers: new Map(), inputs: [], shapes: new Map() };
        await parseGraph(file, field, graph, signal);
        break;
      case 8:
        expectWireType(field, "bytes");
        opset = Math.max(opset, await parseDefaultOpset(file, field));
        break;
      case 25:
        expectWireType(field, "bytes");
        functions.add(await parseFunctionName(file, field));
        break;
    }
  }
  const producer = [producerName, producerVersion].filter((part) => part !== "").join(" ");
  return { producer: producer === "" ? null : producer, opset, graph, functions };
}

async function parseGraph(
  file: ChunkedFile,
  range: ByteRange,
  graph: OnnxGraph,
  signal: AbortSignal,
): Promise<void> {
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    throwIfCancelled(signal);
    switch (field.number) {
      case 1:
        expectWireType(field, "bytes");
        if (graph.nodes.length >= MAX_NODES) throw tooLargeFile("it has too many nodes");
        graph.nodes.push(await parseNode(file, field));
        break;
      case 5: {
        expectWireType(field, "bytes");
        if (graph.initializers.size >= MAX_TENSORS) throw tooLargeFile("it has too many tensors");
        const tensor = await parseTensor(file, field);
        graph.initializers.set(tensor.name, tensor);
        break;
      }
      case 11:
        expectWireType(field, "bytes");
        if (graph.inputs.length >= MAX_VALUES) throw tooLargeFile("it has too many inputs");
        graph.inputs.push(await parseValue(file, field));
        break;
      case 12:
      case 13: {
        expectWireType(field, "bytes");
        if (graph.shapes.size >= MAX_VALUES) throw tooLargeFile("it names too many values");
        const value = await parseValue(file, field);
        if (value.dimensions !== null) graph.shapes.set(value.name, value.dimensions);
        break;
      }
    }
  }
}

async function parseNode(file: ChunkedFile, range: ByteRange): Promise<OnnxNode> {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, OnnxAttribute>();
  let name = "";
  let operator = "";
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    switch (field.number) {
      case 1:
        inputs.push(await bytesAsText(file, field));
        break;
      case 2:
        outputs.push(await bytesAsText(file, field));
        break;
      case 3:
        name = await bytesAsText(file, field);
        break;
      case 4:
        operator = await bytesAsText(file, field);
        break;
      case 5: {
        expectWireType(field, "bytes");
        const attribute = await parseAttribute(file, field);
        attributes.set(attribute.name, attribute);
        break;
      }
    }
    if (Math.max(inputs.length, outputs.length, attributes.size) > MAX_NODE_PARTS) {
      throw tooLargeFile("one of its nodes has too many inputs");
    }
  }
  return { name, operator, inputs, outputs, attributes };
}

async function parseAttribute(
  file: ChunkedFile,
  range: ByteRange,
): Promise<OnnxAttribute & { readonly name: string }> {
  const ints: number[] = [];
  const floats: number[] = [];
  let name = "";
  let int: number | null = null;
  let float: number | null = null;
  let text: string | null = null;
  let tensor: OnnxTensor | null = null;
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    switch (field.number) {
      case 1:
        name = await bytesAsText(file, field);
        break;
      case 2:
        expectWireType(field, "fixed32");
        float = (await floatsAt(file, field))[0];
        break;
      case 3:
        expectWireType(field, "varint");
        int = field.value;
        break;
      case 4:
        expectWireType(field, "bytes");
        // Only short words matter (auto_pad); compiled programs can be megabytes.
        text = field.end - field.start <= 256 ? await file.text(field) : "";
        break;
      case 5:
        expectWireType(field, "bytes");
        tensor = await parseTensor(file, field);
        break;
      case 7:
        await appendFloats(file, field, floats);
        break;
      case 8:
        await appendIntegers(file, field, ints);
        break;
    }
  }
  return { name, int, float, text, ints, floats, tensor };
}

async function floatsAt(file: ChunkedFile, range: ByteRange): Promise<number[]> {
  const bytes = await file.bytes(range.start, range.end);
  if (bytes.length % 4 !== 0) throw malformedFile("a list of numbers in it is cut off");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 4 }, (_, index) => view.getFloat32(4 * index, true));
}

async function appendFloats(file: ChunkedFile, field: WireField, to: number[]): Promise<void> {
  if (to.length + (field.end - field.start) / 4 > MAX_NODE_PARTS) {
    throw tooLargeFile("a list of numbers in one of its nodes is too long");
  }
  for (const value of await floatsAt(file, field)) to.push(value);
}

async function parseValue(file: ChunkedFile, range: ByteRange): Promise<OnnxValue> {
  let name = "";
  let dimensions: Dimensions | null = null;
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    if (field.number === 1) name = await bytesAsText(file, field);
    if (field.number !== 2) continue;
    // ValueInfoProto.type (2) > TypeProto.tensor_type (1) > Tensor.shape (2).
    const tensorType = await lastMessage(file, field, 1);
    const shape = tensorType === null ? null : await lastMessage(file, tensorType, 2);
    if (shape !== null) dimensions = await parseShape(file, shape);
  }
  return { name, dimensions };
}

async function lastMessage(
  file: ChunkedFile,
  range: ByteRange,
  number: number,
): Promise<ByteRange | null> {
  let found: ByteRange | null = null;
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    if (field.number === number && field.wireType === "bytes") found = field;
  }
  return found;
}

async function parseShape(file: ChunkedFile, range: ByteRange): Promise<Dimensions | null> {
  const dimensions: (number | null)[] = [];
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    if (field.number !== 1 || field.wireType !== "bytes") continue;
    let length: number | null = null;
    const axis = new FieldWalk(file, field);
    for (let part = await axis.next(); part !== null; part = await axis.next()) {
      // Some exporters write 0 or -1 for an axis of any length.
      if (part.number === 1 && part.value > 0) length = part.value;
    }
    dimensions.push(length);
    if (dimensions.length > MAX_STATED_RANK) return null;
  }
  return dimensions;
}

async function parseDefaultOpset(file: ChunkedFile, range: ByteRange): Promise<number> {
  let domain = "";
  let version = 0;
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    if (field.number === 1) domain = await bytesAsText(file, field);
    if (field.number === 2) version = field.value;
  }
  return domain === "" || domain === "ai.onnx" ? version : 0;
}

async function parseFunctionName(file: ChunkedFile, range: ByteRange): Promise<string> {
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    if (field.number === 1) return bytesAsText(file, field);
  }
  return "";
}

async function bytesAsText(file: ChunkedFile, field: WireField): Promise<string> {
  expectWireType(field, "bytes");
  return file.text(field);
}
