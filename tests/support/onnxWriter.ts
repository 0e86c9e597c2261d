/** Writes ModelProto bytes for tests: any field, right or wrong. */

export type Bytes = Uint8Array<ArrayBuffer>;

export function join(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function varint(value: number): Bytes {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

export function intField(number: number, value: number): Bytes {
  return join(varint(number * 8), varint(value));
}

export function bytesField(number: number, content: Uint8Array | string): Bytes {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return join(varint(number * 8 + 2), varint(bytes.length), bytes);
}

export function floatBytes(values: readonly number[]): Bytes {
  return new Uint8Array(Float32Array.from(values).buffer);
}

export function doubleBytes(values: readonly number[]): Bytes {
  return new Uint8Array(Float64Array.from(values).buffer);
}

/** A TensorProto: name, axis lengths, `TensorProto.DataType`, and its data fields. */
export function tensor(
  name: string,
  dimensions: readonly number[],
  dataType: number,
  data: Uint8Array,
): Bytes {
  return join(
    ...dimensions.map((length) => intField(1, length)),
    intField(2, dataType),
    bytesField(8, name),
    data,
  );
}

export function floatTensor(
  name: string,
  dimensions: readonly number[],
  values: readonly number[],
): Bytes {
  return tensor(name, dimensions, 1, bytesField(9, floatBytes(values)));
}

export function int64Tensor(name: string, values: readonly number[]): Bytes {
  const data = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
  return tensor(name, [values.length], 7, bytesField(9, data));
}

/** A tensor whose numbers lie in another file. */
export function externalTensor(
  name: string,
  dimensions: readonly number[],
  entries: Readonly<Record<string, string>>,
  dataType = 1,
): Bytes {
  const pairs = Object.entries(entries).map(([key, text]) =>
    bytesField(13, join(bytesField(1, key), bytesField(2, text))),
  );
  return tensor(name, dimensions, dataType, join(...pairs, intField(14, 1)));
}

/** A graph as the value of an attribute: a branch or the body of a loop. */
export interface GraphValue {
  readonly graph: Uint8Array;
}

/** Inside a function: the attribute of the caller whose value is meant. */
export interface ReferenceValue {
  readonly reference: string;
}

type AttributeValue =
  | number
  | string
  | readonly number[]
  | Uint8Array
  | GraphValue
  | ReferenceValue;

export function attribute(name: string, value: AttributeValue): Bytes {
  const named = bytesField(1, name);
  if (typeof value === "object" && "graph" in value) {
    return join(named, bytesField(6, value.graph), intField(20, 5));
  }
  if (typeof value === "object" && "reference" in value) {
    return join(named, bytesField(21, value.reference));
  }
  if (value instanceof Uint8Array) return join(named, bytesField(5, value), intField(20, 4));
  if (typeof value === "number") return join(named, intField(3, value), intField(20, 2));
  if (typeof value === "string") return join(named, bytesField(4, value), intField(20, 3));
  return join(named, ...value.map((entry) => intField(8, entry)), intField(20, 7));
}

export interface NodeOptions {
  readonly name?: string;
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

/** A NodeProto. An attribute given as bytes is a tensor. */
export function node(
  operator: string,
  inputs: readonly string[],
  output: string | readonly string[],
  { name = "", domain = "", attributes = {} }: NodeOptions = {},
): Bytes {
  return join(
    ...inputs.map((input) => bytesField(1, input)),
    ...[output].flat().map((one) => bytesField(2, one)),
    bytesField(3, name),
    bytesField(4, operator),
    ...(domain === "" ? [] : [bytesField(7, domain)]),
    ...Object.entries(attributes).map(([key, value]) => bytesField(5, attribute(key, value))),
  );
}

/** A ValueInfoProto of float32; null leaves an axis open. */
/** @param dataType `TensorProto.DataType` */
export function value(name: string, dimensions: readonly (number | null)[], dataType = 1): Bytes {
  const axes = dimensions.map((length) =>
    bytesField(1, length === null ? bytesField(2, "any") : intField(1, length)),
  );
  const tensorType = join(intField(1, dataType), bytesField(2, join(...axes)));
  return join(bytesField(1, name), bytesField(2, bytesField(1, tensorType)));
}

export interface GraphParts {
  readonly nodes?: readonly Uint8Array[];
  readonly initializers?: readonly Uint8Array[];
  readonly inputs?: readonly Uint8Array[];
  readonly outputs?: readonly Uint8Array[];
  /** SparseTensorProtos. */
  readonly sparse?: readonly Uint8Array[];
}

export function graph({
  nodes = [],
  initializers = [],
  inputs = [],
  outputs = [],
  sparse = [],
}: GraphParts): Bytes {
  return join(
    ...nodes.map((one) => bytesField(1, one)),
    bytesField(2, "main"),
    ...initializers.map((one) => bytesField(5, one)),
    ...inputs.map((one) => bytesField(11, one)),
    ...outputs.map((one) => bytesField(12, one)),
    ...sparse.map((one) => bytesField(15, one)),
  );
}

export interface FunctionParts {
  readonly name: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly Uint8Array[];
  /** AttributeProtos that a caller may leave out. */
  readonly defaults?: readonly Uint8Array[];
}

/** A field of a ModelProto with a function of the model's own. */
export function functionField(parts: FunctionParts): Bytes {
  const { name, domain, inputs, outputs, nodes, defaults = [] } = parts;
  return bytesField(
    25,
    join(
      bytesField(1, name),
      ...inputs.map((one) => bytesField(4, one)),
      ...outputs.map((one) => bytesField(5, one)),
      ...nodes.map((one) => bytesField(7, one)),
      bytesField(10, domain),
      ...defaults.map((one) => bytesField(11, one)),
    ),
  );
}

/** A ModelProto around a graph. */
export function model(parts: GraphParts, opset = 13): Bytes {
  return join(
    intField(1, 7),
    bytesField(2, "writer"),
    bytesField(7, graph(parts)),
    bytesField(8, intField(2, opset)),
  );
}
