import { throwIfCancelled } from "../../errors.ts";
import { malformedFile, tooLargeFile } from "../protobuf/errors.ts";
import { appendIntegers, expectWireType, textOf } from "../protobuf/fieldValues.ts";
import { type ByteRange, type ChunkedFile, FieldWalk, type WireField } from "../protobuf/wire.ts";
import type { OnnxAttribute, OnnxGraph, OnnxNode, OnnxTensor } from "./model.ts";
import { parseTensor } from "./parseTensor.ts";
import { parseValue } from "./parseValue.ts";

/** Large language models have some ten thousand nodes; more is no network. */
export const MAX_NODES = 200_000;
const MAX_TENSORS = 200_000;
const MAX_VALUES = 400_000;
/** Inputs, outputs or attributes of one node; wide concatenations have hundreds. */
const MAX_NODE_PARTS = 20_000;
/** Branches within branches; exporters of detection models reach three. */
const MAX_DEPTH = 8;
/** Only short words matter (auto_pad); compiled programs can be megabytes. */
const LONGEST_ATTRIBUTE_TEXT = 256;

export function emptyGraph(): OnnxGraph {
  return {
    nodes: [],
    initializers: new Map(),
    inputs: [],
    outputs: [],
    sparse: new Set(),
    shapes: new Map(),
  };
}

/** Parses graphs and what they consist of, within limits that hold for the whole file. */
export class GraphParser {
  private readonly file: ChunkedFile;
  private readonly signal: AbortSignal;
  private nodes = 0;
  private tensors = 0;
  private values = 0;

  constructor(file: ChunkedFile, signal: AbortSignal) {
    this.file = file;
    this.signal = signal;
  }

  /** Adds the content of a GraphProto to `graph`. */
  async parseInto(graph: OnnxGraph, range: ByteRange, depth = 0): Promise<void> {
    if (depth > MAX_DEPTH) throw tooLargeFile("its branches and loops are nested too deep");
    const walk = new FieldWalk(this.file, range);
    for (let field = await walk.next(); field !== null; field = await walk.next()) {
      throwIfCancelled(this.signal);
      if (![1, 5, 11, 12, 13, 15].includes(field.number)) continue;
      expectWireType(field, "bytes");
      switch (field.number) {
        case 1:
          graph.nodes.push(await this.node(field, depth));
          break;
        case 5: {
          const tensor = await this.tensor(field);
          graph.initializers.set(tensor.name, tensor);
          break;
        }
        case 11:
          graph.inputs.push(await this.value(field));
          break;
        case 12:
        case 13: {
          const { name, dimensions } = await this.value(field);
          if (dimensions !== null) graph.shapes.set(name, dimensions);
          if (field.number === 12) graph.outputs.push(name);
          break;
        }
        case 15:
          graph.sparse.add(await this.sparseName(field));
          break;
      }
    }
  }

  /** A NodeProto of the graph at `depth`. */
  async node(range: ByteRange, depth: number): Promise<OnnxNode> {
    this.nodes += 1;
    if (this.nodes > MAX_NODES) throw tooLargeFile("it has too many nodes");
    const inputs: string[] = [];
    const outputs: string[] = [];
    const attributes = new Map<string, OnnxAttribute>();
    const texts = ["", "", "", ""];
    const walk = new FieldWalk(this.file, range);
    for (let field = await walk.next(); field !== null; field = await walk.next()) {
      switch (field.number) {
        case 1:
          inputs.push(await textOf(this.file, field));
          break;
        case 2:
          outputs.push(await textOf(this.file, field));
          break;
        case 3:
        case 4:
        case 7:
        case 8:
          texts[[3, 4, 7, 8].indexOf(field.number)] = await textOf(this.file, field);
          break;
        case 5: {
          expectWireType(field, "bytes");
          const attribute = await this.attribute(field, depth);
          attributes.set(attribute.name, attribute);
          break;
        }
      }
      if (Math.max(inputs.length, outputs.length, attributes.size) > MAX_NODE_PARTS) {
        throw tooLargeFile("one of its nodes has too many inputs");
      }
    }
    const [name, operator, domain, overload] = texts;
    return { name, operator, domain, overload, inputs, outputs, attributes };
  }

  /** An AttributeProto of a node in the graph at `depth`. */
  async attribute(
    range: ByteRange,
    depth: number,
  ): Promise<OnnxAttribute & { readonly name: string }> {
    const ints: number[] = [];
    const floats: number[] = [];
    const graphs: OnnxGraph[] = [];
    let name = "";
    let int: number | null = null;
    let float: number | null = null;
    let text: string | null = null;
    let tensor: OnnxTensor | null = null;
    let reference = "";
    let isSparse = false;
    const walk = new FieldWalk(this.file, range);
    for (let field = await walk.next(); field !== null; field = await walk.next()) {
      switch (field.number) {
        case 1:
          name = await textOf(this.file, field);
          break;
        case 2:
          expectWireType(field, "fixed32");
          float = (await floatsAt(this.file, field))[0];
          break;
        case 3:
          expectWireType(field, "varint");
          int = field.value;
          break;
        case 4: {
          expectWireType(field, "bytes");
          const isWord = field.end - field.start <= LONGEST_ATTRIBUTE_TEXT;
          text = isWord ? await this.file.text(field) : "";
          break;
        }
        case 5:
          expectWireType(field, "bytes");
          tensor = await this.tensor(field);
          break;
        case 6:
        case 11:
          expectWireType(field, "bytes");
          graphs.push(emptyGraph());
          await this.parseInto(graphs[graphs.length - 1], field, depth + 1);
          break;
        case 7:
          await appendFloats(this.file, field, floats);
          break;
        case 8:
          await appendIntegers(this.file, field, ints);
          break;
        case 21:
          reference = await textOf(this.file, field);
          break;
        case 22:
          isSparse = true;
          break;
      }
    }
    return { name, int, float, text, ints, floats, tensor, graphs, reference, isSparse };
  }

  private async tensor(range: ByteRange): Promise<OnnxTensor> {
    this.tensors += 1;
    if (this.tensors > MAX_TENSORS) throw tooLargeFile("it has too many tensors");
    return parseTensor(this.file, range);
  }

  private async value(range: ByteRange) {
    this.values += 1;
    if (this.values > MAX_VALUES) throw tooLargeFile("it names too many values");
    return parseValue(this.file, range);
  }

  /** A SparseTensorProto is called like the tensor of its entries, its field 1. */
  private async sparseName(range: ByteRange): Promise<string> {
    const walk = new FieldWalk(this.file, range);
    for (let field = await walk.next(); field !== null; field = await walk.next()) {
      if (field.number === 1 && field.wireType === "bytes") return (await this.tensor(field)).name;
    }
    return "";
  }
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
