import { ConvAtlasError } from "../errors.ts";
import { DATA_TYPE } from "../formats/onnx/model.ts";
import { MessageWriter } from "../formats/protobuf/messageWriter.ts";
import { UniqueNames } from "../formats/uniqueNames.ts";

// Field numbers are those of onnx.proto3:
// https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3

/** `TensorProto.DataType` of the element types that a built model may use. */
export const ELEMENT_TYPES = {
  float32: DATA_TYPE.float,
  float16: DATA_TYPE.float16,
  float64: DATA_TYPE.double,
  int64: DATA_TYPE.int64,
  int32: DATA_TYPE.int32,
  uint8: DATA_TYPE.uint8,
  int8: DATA_TYPE.int8,
  bool: DATA_TYPE.bool,
} as const;

export type ElementType = keyof typeof ELEMENT_TYPES;

/** A length, or a name for one that is open. */
export type AxisLength = number | string;

export type AttributeValue =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly text: string }
  /** An element type, as `Cast` takes it. */
  | { readonly elements: ElementType };

/** Numbers of an initializer; the array tells the element type, `Uint16Array` that of float16 bits. */
export type InitializerValues =
  | Float32Array
  | Float64Array
  | Uint16Array
  | BigInt64Array
  | Int32Array
  | Uint8Array
  | Int8Array;

/** Protocol Buffers count the bytes of a message in 31 bits, and ONNX Runtime keeps to that. */
export const LARGEST_MODEL_BYTES = 2 ** 31 - 1;

/** Operators up to this version of the operator set: the newest that every ONNX Runtime since 2022 runs. */
const DEFAULT_OPSET = 17;
/** The IR version that came with that operator set. */
const IR_VERSION = 8;

/** `AttributeProto.AttributeType`. */
const ATTRIBUTE_TYPE = { float: 1, int: 2, text: 3, floats: 6, ints: 7 } as const;

/**
 * Builds an ONNX model node by node. Values are told by their names; each method returns the
 * name it gave, made unique, to be passed on.
 */
export class OnnxModelBuilder {
  private readonly opset: number;
  private readonly names = new UniqueNames();
  private readonly nodes: MessageWriter[] = [];
  private readonly initializers: MessageWriter[] = [];
  private readonly inputs: MessageWriter[] = [];
  private readonly outputs: MessageWriter[] = [];

  constructor(opset = DEFAULT_OPSET) {
    this.opset = opset;
  }

  /** A value that every run has to be given. */
  input(name: string, elements: ElementType, dimensions: readonly AxisLength[]): string {
    const unique = this.names.claim(name);
    this.inputs.push(valueInfo(unique, elements, dimensions));
    return unique;
  }

  /**
   * A tensor stored in the model; `values` must not change until `encode`.
   * @param values row-major, as many as `dimensions` say.
   */
  initializer(name: string, dimensions: readonly number[], values: InitializerValues): string {
    const count = dimensions.reduce((product, length) => product * length, 1);
    if (values.length !== count) {
      throw new RangeError(`${name}: ${values.length} numbers for ${dimensions.join(" x ")}`);
    }
    const unique = this.names.claim(name);
    const tensor = new MessageWriter();
    for (const length of dimensions) tensor.integer(1, length);
    // Typed arrays lie in memory as ONNX wants them: every platform that runs this is little-endian.
    const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    tensor.integer(2, ELEMENT_TYPES[elementType(values)]).text(8, unique).bytes(9, raw);
    this.initializers.push(tensor);
    return unique;
  }

  /**
   * A node with one output.
   * @param inputs names of values; an empty one stands for an input that is left out.
   * @param name of the node and of its output; the operator's where there is none.
   */
  node(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    name = operator,
  ): string {
    const [output] = this.nodeOf(operator, inputs, attributes, [name]);
    return output;
  }

  /** A node with several outputs, named as `names` say; returns their names. */
  nodeOf(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>>,
    names: readonly string[],
  ): readonly string[] {
    const outputs = names.map((name) => this.names.claim(name));
    this.nodes.push(encodedNode(operator, inputs, outputs, attributes));
    return outputs;
  }

  /** Makes a value one of the model's results, under its own name. */
  output(value: string, elements: ElementType, dimensions: readonly AxisLength[]): void {
    this.outputs.push(valueInfo(value, elements, dimensions));
  }

  /**
   * The model as bytes of a `ModelProto`.
   * @throws ConvAtlasError `cannot-run` beyond 2 GB.
   */
  encode(): Uint8Array<ArrayBuffer> {
    const graph = new MessageWriter();
    for (const node of this.nodes) graph.message(1, node);
    graph.text(2, "network");
    for (const initializer of this.initializers) graph.message(5, initializer);
    for (const input of this.inputs) graph.message(11, input);
    for (const output of this.outputs) graph.message(12, output);
    const model = new MessageWriter()
      .integer(1, IR_VERSION)
      .text(2, "ConvAtlas")
      .message(7, graph)
      .message(8, new MessageWriter().text(1, "").integer(2, this.opset));
    if (model.byteLength > LARGEST_MODEL_BYTES) {
      throw new ConvAtlasError(
        "cannot-run",
        "The network cannot be run: its weights take more than the 2 GB that an ONNX model may hold; try a smaller network.",
        `${model.byteLength} bytes`,
      );
    }
    return model.finish();
  }
}

function elementType(values: InitializerValues): ElementType {
  if (values instanceof Float32Array) return "float32";
  if (values instanceof Float64Array) return "float64";
  if (values instanceof Uint16Array) return "float16";
  if (values instanceof BigInt64Array) return "int64";
  if (values instanceof Int32Array) return "int32";
  return values instanceof Uint8Array ? "uint8" : "int8";
}

/** A `NodeProto`, named like its first output. */
export function encodedNode(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, AttributeValue>>,
): MessageWriter {
  const node = new MessageWriter();
  for (const input of inputs) node.text(1, input);
  for (const output of outputs) node.text(2, output);
  node.text(3, outputs[0] ?? "").text(4, operator);
  for (const [name, value] of Object.entries(attributes)) node.message(5, attribute(name, value));
  return node;
}

/** A `ValueInfoProto`: name, element type, axis lengths. */
export function valueInfo(
  name: string,
  elements: ElementType,
  dimensions: readonly AxisLength[],
): MessageWriter {
  const shape = new MessageWriter();
  for (const length of dimensions) {
    const axis = new MessageWriter();
    shape.message(1, typeof length === "number" ? axis.integer(1, length) : axis.text(2, length));
  }
  const tensor = new MessageWriter().integer(1, ELEMENT_TYPES[elements]).message(2, shape);
  return new MessageWriter().text(1, name).message(2, new MessageWriter().message(1, tensor));
}

function attribute(name: string, value: AttributeValue): MessageWriter {
  const written = new MessageWriter().text(1, name);
  const kind = (type: keyof typeof ATTRIBUTE_TYPE) => written.integer(20, ATTRIBUTE_TYPE[type]);
  if ("elements" in value) return kind("int").integer(3, ELEMENT_TYPES[value.elements]);
  if ("int" in value) return kind("int").integer(3, value.int);
  if ("float" in value) return kind("float").float(2, value.float);
  if ("text" in value) return kind("text").text(4, value.text);
  if ("ints" in value) {
    for (const int of value.ints) written.integer(8, int);
    return kind("ints");
  }
  for (const float of value.floats) written.float(7, float);
  return kind("floats");
}
