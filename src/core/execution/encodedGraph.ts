import { tooLargeFile } from "../formats/protobuf/errors.ts";
import { type ByteRange, fieldsOf, type WireField } from "../formats/protobuf/wire.ts";

// Field numbers are those of onnx.proto3:
// https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3

/** An encoded `ModelProto`, its fields told apart; nothing but names is decoded. */
export interface EncodedModel {
  /** All fields in the order of the file; those of number 7 hold the graph. */
  readonly fields: readonly WireField[];
  /** The fields of the graph in the order of the file. */
  readonly graph: readonly GraphField[];
}

export type GraphField =
  | EncodedNode
  | {
      readonly kind: "initializer" | "input" | "output";
      readonly field: WireField;
      readonly name: string;
    }
  | { readonly kind: "other"; readonly field: WireField };

export interface EncodedNode {
  readonly kind: "node";
  readonly field: WireField;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Names used within its branches and loop bodies, which may be values of the graph. */
  readonly captured: readonly string[];
}

/** The field of a `ModelProto` that holds its graph. */
export const GRAPH_FIELD = 7;
/** Fields of a `GraphProto`. */
export const GRAPH_FIELDS = { node: 1, initializer: 5, input: 11, output: 12, sparse: 15 } as const;
/** The field of a `NodeProto` with the name of an input. */
export const NODE_INPUT_FIELD = 1;

/** Branches within branches, as far as the reader of models follows them. */
const MAX_DEPTH = 8;

const UTF8 = new TextDecoder();

/** @throws FileFault `malformed` if the bytes are no protobuf message, `too-large`. */
export function outlineModel(bytes: Uint8Array<ArrayBuffer>): EncodedModel {
  const fields = [...fieldsOf(bytes, { start: 0, end: bytes.length })];
  const graph: GraphField[] = [];
  const outline = new Outline(bytes);
  for (const field of fields) {
    if (field.number !== GRAPH_FIELD || field.wireType !== "bytes") continue;
    for (const part of fieldsOf(bytes, field)) graph.push(outline.graphField(part));
  }
  return { fields, graph };
}

class Outline {
  private readonly bytes: Uint8Array<ArrayBuffer>;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.bytes = bytes;
  }

  graphField(field: WireField): GraphField {
    if (field.wireType !== "bytes") return { kind: "other", field };
    switch (field.number) {
      case GRAPH_FIELDS.node:
        return this.node(field);
      case GRAPH_FIELDS.initializer:
        return { kind: "initializer", field, name: this.textIn(field, 8) };
      case GRAPH_FIELDS.sparse:
        return { kind: "initializer", field, name: this.sparseName(field) };
      case GRAPH_FIELDS.input:
        return { kind: "input", field, name: this.textIn(field, 1) };
      case GRAPH_FIELDS.output:
        return { kind: "output", field, name: this.textIn(field, 1) };
      default:
        return { kind: "other", field };
    }
  }

  private node(field: WireField): EncodedNode {
    const inputs: string[] = [];
    const outputs: string[] = [];
    const captured: string[] = [];
    this.visitNode(field, inputs, outputs, captured, 0);
    return { kind: "node", field, inputs, outputs, captured };
  }

  private visitNode(
    node: ByteRange,
    inputs: string[],
    outputs: string[],
    captured: string[],
    depth: number,
  ): void {
    for (const field of fieldsOf(this.bytes, node)) {
      if (field.wireType !== "bytes") continue;
      if (field.number === NODE_INPUT_FIELD) inputs.push(this.text(field));
      else if (field.number === 2) outputs.push(this.text(field));
      else if (field.number === 5) this.visitAttribute(field, captured, depth);
    }
  }

  /** Collects the names that the graphs of an attribute use. */
  private visitAttribute(attribute: ByteRange, captured: string[], depth: number): void {
    for (const graph of fieldsOf(this.bytes, attribute)) {
      const isGraph = graph.number === 6 || graph.number === 11;
      if (!isGraph || graph.wireType !== "bytes") continue;
      if (depth >= MAX_DEPTH) throw tooLargeFile("its branches and loops are nested too deep");
      for (const field of fieldsOf(this.bytes, graph)) {
        if (field.wireType !== "bytes") continue;
        if (field.number === GRAPH_FIELDS.node) {
          this.visitNode(field, captured, [], captured, depth + 1);
        } else if (field.number === GRAPH_FIELDS.output) {
          captured.push(this.textIn(field, 1));
        }
      }
    }
  }

  /** A `SparseTensorProto` is called like the tensor of its entries, its field 1. */
  private sparseName(sparse: ByteRange): string {
    for (const field of fieldsOf(this.bytes, sparse)) {
      if (field.number === 1 && field.wireType === "bytes") return this.textIn(field, 8);
    }
    return "";
  }

  /** The text in field `number` of a message, of which the last one counts. */
  private textIn(message: ByteRange, number: number): string {
    let text = "";
    for (const field of fieldsOf(this.bytes, message)) {
      if (field.number === number && field.wireType === "bytes") text = this.text(field);
    }
    return text;
  }

  private text({ start, end }: ByteRange): string {
    return UTF8.decode(this.bytes.subarray(start, end));
  }
}
