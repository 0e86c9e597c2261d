/** Writes TensorFlow's protobuf messages and checkpoints for tests: any field, right or wrong. */

import { bytesField, floatBytes, intField, join, varint } from "./onnxWriter.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Numbers of `DataType`. */
export const TYPE = {
  float: 1,
  double: 2,
  int32: 3,
  string: 7,
  int64: 9,
  quint8: 12,
  bfloat16: 14,
  half: 19,
  resource: 20,
} as const;

export function shapeProto(dimensions: readonly (number | null)[]): Bytes {
  return join(...dimensions.map((length) => bytesField(2, intField(1, length ?? -1))));
}

/** A TensorProto with its data fields as they are. */
export function tensorProto(dataType: number, shape: readonly number[], data: Uint8Array): Bytes {
  return join(intField(1, dataType), bytesField(2, shapeProto(shape)), data);
}

export function floatTensor(shape: readonly number[], values: readonly number[]): Bytes {
  return tensorProto(TYPE.float, shape, bytesField(4, floatBytes(values)));
}

/** The same in a packed list; fewer values than entries repeat the last one. */
export function floatList(shape: readonly number[], values: readonly number[]): Bytes {
  return tensorProto(TYPE.float, shape, bytesField(5, floatBytes(values)));
}

export function intTensor(shape: readonly number[], values: readonly number[]): Bytes {
  const content = new Uint8Array(Int32Array.from(values).buffer);
  return tensorProto(TYPE.int32, shape, bytesField(4, content));
}

export function textTensor(values: readonly string[]): Bytes {
  const data = join(...values.map((value) => bytesField(8, value)));
  return tensorProto(TYPE.string, [values.length], data);
}

/** AttrValue messages. */
export const attribute = {
  text: (value: string) => bytesField(2, value),
  int: (value: number) => intField(3, value),
  bool: (value: boolean) => intField(5, value ? 1 : 0),
  type: (value: number) => intField(6, value),
  shape: (dimensions: readonly (number | null)[]) => bytesField(7, shapeProto(dimensions)),
  tensor: (proto: Uint8Array) => bytesField(8, proto),
  calls: (name: string) => bytesField(10, bytesField(1, name)),
  ints: (values: readonly number[]) => bytesField(1, bytesField(3, join(...values.map(varint)))),
  texts: (values: readonly string[]) =>
    bytesField(1, join(...values.map((value) => bytesField(2, value)))),
  shapes: (all: readonly (readonly (number | null)[])[]) =>
    bytesField(1, join(...all.map((each) => bytesField(7, shapeProto(each))))),
};

function entry(key: string, value: Uint8Array): Bytes {
  return join(bytesField(1, key), bytesField(2, value));
}

/** A NodeDef. */
export function node(
  name: string,
  op: string,
  inputs: readonly string[] = [],
  attributes: Readonly<Record<string, Uint8Array>> = {},
): Bytes {
  return join(
    bytesField(1, name),
    bytesField(2, op),
    ...inputs.map((input) => bytesField(3, input)),
    ...Object.entries(attributes).map(([key, value]) => bytesField(5, entry(key, value))),
  );
}

export function constant(name: string, tensor: Uint8Array): Bytes {
  return node(name, "Const", [], { value: attribute.tensor(tensor) });
}

export function placeholder(name: string, dimensions: readonly (number | null)[]): Bytes {
  return node(name, "Placeholder", [], {
    dtype: attribute.type(TYPE.float),
    shape: attribute.shape(dimensions),
  });
}

export function variable(name: string, shape: readonly number[]): Bytes {
  return node(name, "VarHandleOp", [], {
    shared_name: attribute.text(name),
    shape: attribute.shape(shape),
  });
}

/** Attributes of a convolution or a pooling. */
export function moving(
  stride: number,
  padding: "SAME" | "VALID",
  more: Readonly<Record<string, Uint8Array>> = {},
): Readonly<Record<string, Uint8Array>> {
  return {
    strides: attribute.ints([1, stride, stride, 1]),
    padding: attribute.text(padding),
    data_format: attribute.text("NHWC"),
    ...more,
  };
}

/** A FunctionDef; `results` are inputs in the words of its nodes. */
export function functionDef(
  name: string,
  parameters: readonly string[],
  nodes: readonly Uint8Array[],
  results: readonly string[],
): Bytes {
  const signature = join(
    bytesField(1, name),
    ...parameters.map((parameter) => bytesField(2, bytesField(1, parameter))),
    ...results.map((_, index) => bytesField(3, bytesField(1, `result_${index}`))),
  );
  return join(
    bytesField(1, signature),
    ...nodes.map((each) => bytesField(3, each)),
    ...results.map((result, index) =>
      bytesField(4, join(bytesField(1, `result_${index}`), bytesField(2, result))),
    ),
  );
}

export function graphDef(
  nodes: readonly Uint8Array[],
  functions: readonly Uint8Array[] = [],
): Bytes {
  return join(
    ...nodes.map((each) => bytesField(1, each)),
    ...(functions.length === 0
      ? []
      : [bytesField(2, join(...functions.map((each) => bytesField(1, each))))]),
  );
}

export interface SavedModelParts {
  readonly graph: Uint8Array;
  /** Outputs by the names of signatures. */
  readonly signatures?: Readonly<Record<string, readonly string[]>>;
  readonly tags?: readonly string[];
  /** Shapes of trainable variables. */
  readonly trainable?: readonly (readonly number[])[];
}

/** A MetaGraphDef. */
export function metaGraph({
  graph,
  signatures = {},
  tags = ["serve"],
  trainable,
}: SavedModelParts): Bytes {
  const info = join(...tags.map((tag) => bytesField(4, tag)), bytesField(5, "2.9.1"));
  const outputs = (names: readonly string[]) =>
    join(...names.map((name) => bytesField(2, entry(name, bytesField(1, name)))));
  const objects = (trainable ?? []).map((shape) =>
    bytesField(1, bytesField(7, join(bytesField(2, shapeProto(shape)), intField(3, 1)))),
  );
  return join(
    bytesField(1, info),
    bytesField(2, graph),
    ...Object.entries(signatures).map(([name, each]) => bytesField(5, entry(name, outputs(each)))),
    ...(objects.length === 0 ? [] : [bytesField(7, join(...objects))]),
  );
}

export function savedModel(...graphs: readonly SavedModelParts[]): Bytes {
  return join(intField(1, 1), ...graphs.map((parts) => bytesField(2, metaGraph(parts))));
}

export interface StoredVariable {
  readonly key: string;
  readonly shape: readonly number[];
  readonly dataType?: number;
  readonly bytes: Uint8Array;
  readonly shard?: number;
}

export function floatVariable(
  key: string,
  shape: readonly number[],
  values: readonly number[],
  shard = 0,
): StoredVariable {
  return { key, shape, bytes: floatBytes(values), shard };
}

/** The description of a checkpoint's objects: names of variables by their keys. */
export function objectGraph(names: Readonly<Record<string, string>>): StoredVariable {
  const objects = Object.entries(names).map(([key, name]) =>
    bytesField(
      1,
      bytesField(2, join(bytesField(1, "VARIABLE_VALUE"), bytesField(2, name), bytesField(3, key))),
    ),
  );
  const text = join(...objects);
  const bytes = join(varint(text.length), new Uint8Array(4), text);
  return { key: "_CHECKPOINTABLE_OBJECT_GRAPH", shape: [], dataType: TYPE.string, bytes };
}

/** Files of a checkpoint: `prefix`.index and its shards. */
export function checkpoint(
  prefix: string,
  variables: readonly StoredVariable[],
  shards = 1,
): Record<string, Uint8Array> {
  const parts: Uint8Array[][] = Array.from({ length: shards }, () => []);
  const lengths = parts.map(() => 0);
  const entries: [string, Uint8Array][] = [
    ["", join(intField(1, shards), bytesField(3, intField(1, 1)))],
  ];
  for (const { key, shape, dataType = TYPE.float, bytes, shard = 0 } of variables) {
    const value = join(
      intField(1, dataType),
      bytesField(2, shapeProto(shape)),
      intField(3, shard),
      intField(4, lengths[shard]),
      intField(5, bytes.length),
      join(varint(6 * 8 + 5), Uint8Array.of(key.length, shard, bytes.length & 255, 7)),
    );
    entries.push([key, value]);
    parts[shard].push(bytes);
    lengths[shard] += bytes.length;
  }
  const files: Record<string, Uint8Array> = { [`${prefix}.index`]: sortedTable(entries) };
  const digits = (number: number) => String(number).padStart(5, "0");
  for (const [shard, each] of parts.entries()) {
    files[`${prefix}.data-${digits(shard)}-of-${digits(shards)}`] = join(...each);
  }
  return files;
}

/** Entries of one block: keys say only where they differ from the one before. */
const ENTRIES_PER_BLOCK = 3;

/** A table as LevelDB lays it out; `compression` is what its blocks claim. */
export function sortedTable(
  entries: readonly (readonly [string, Uint8Array])[],
  compression = 0,
): Bytes {
  const text = new TextEncoder();
  const sorted = entries.toSorted(([one], [other]) => (one < other ? -1 : 1));
  const parts: Uint8Array[] = [];
  let at = 0;
  const put = (block: Uint8Array) => {
    const handle = join(varint(at), varint(block.length));
    parts.push(block, Uint8Array.of(compression, 1, 2, 3, 4));
    at += block.length + 5;
    return handle;
  };
  const blockOf = (some: readonly (readonly [string, Uint8Array])[]) => {
    let before = "";
    const written = some.map(([key, value]) => {
      let shared = 0;
      while (shared < Math.min(before.length, key.length) && before[shared] === key[shared]) {
        shared += 1;
      }
      before = key;
      const own = text.encode(key.slice(shared));
      return join(varint(shared), varint(own.length), varint(value.length), own, value);
    });
    return join(...written, new Uint8Array(4), Uint8Array.of(1, 0, 0, 0));
  };
  const index: [string, Uint8Array][] = [];
  for (let start = 0; start < sorted.length; start += ENTRIES_PER_BLOCK) {
    const some = sorted.slice(start, start + ENTRIES_PER_BLOCK);
    index.push([some[some.length - 1][0], put(blockOf(some))]);
  }
  const handles = join(put(blockOf([])), put(blockOf(index)));
  const magic = Uint8Array.of(0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb);
  return join(...parts, handles, new Uint8Array(40 - handles.length), magic);
}
