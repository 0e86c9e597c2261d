import type { ByteSource } from "../../bytes/byteSource.ts";
import { throwIfCancelled } from "../../errors.ts";
import { tooLargeFile } from "../protobuf/errors.ts";
import { appendIntegers, expectWireType } from "../protobuf/fieldValues.ts";
import { type ByteRange, ChunkedFile, FieldWalk } from "../protobuf/wire.ts";
import { parseEntry, textOf } from "./parseAttribute.ts";
import { elementCount, parseShape, storedShape } from "./shapes.ts";

// The objects behind a TensorFlow 2 model: tensorflow/core/protobuf/trackable_object_graph.proto
// in its checkpoint, saved_object_graph.proto in its saved_model.pb.

/** Layers, variables, lists and dictionaries; large models have some ten thousand. */
const MAX_OBJECTS = 1_000_000;

/** Names of variables by the keys of their tensors in the checkpoint. */
export async function variableNames(
  source: ByteSource,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  const file = new ChunkedFile(source);
  let objects = 0;
  const walk = new FieldWalk(file, { start: 0, end: source.byteLength });
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    throwIfCancelled(signal);
    if (field.number !== 1) continue;
    expectWireType(field, "bytes");
    objects += 1;
    if (objects > MAX_OBJECTS) throw tooLargeFile("it describes too many objects");
    const object = new FieldWalk(file, field);
    for (let part = await object.next(); part !== null; part = await object.next()) {
      if (part.number !== 2 || part.wireType !== "bytes") continue;
      const { key, name } = await parseSerializedTensor(file, part);
      if (key !== "" && name !== "") names.set(key, name);
    }
  }
  return names;
}

async function parseSerializedTensor(file: ChunkedFile, range: ByteRange) {
  let name = "";
  let key = "";
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    if (field.number === 2) name = await textOf(file, field);
    if (field.number === 3) key = await textOf(file, field);
  }
  return { key, name };
}

export interface SavedVariable {
  readonly name: string;
  readonly elements: number;
  readonly isTrainable: boolean;
}

/** A function with the objects that its last arguments are bound to. */
export interface ConcreteFunction {
  readonly name: string;
  /** Indexes into `variables`. */
  readonly boundInputs: readonly number[];
}

/** What a SavedModel says of its objects. */
export interface SavedObjects {
  /** By the number of the object; null for objects that are no variables. */
  readonly variables: readonly (SavedVariable | null)[];
  readonly functions: readonly ConcreteFunction[];
}

/** Reads a SavedObjectGraph. */
export async function parseSavedObjects(
  file: ChunkedFile,
  range: ByteRange,
  signal: AbortSignal,
): Promise<SavedObjects> {
  const variables: (SavedVariable | null)[] = [];
  const functions: ConcreteFunction[] = [];
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    throwIfCancelled(signal);
    if (field.number !== 1 && field.number !== 2) continue;
    expectWireType(field, "bytes");
    if (Math.max(variables.length, functions.length) > MAX_OBJECTS) {
      throw tooLargeFile("it describes too many objects");
    }
    if (field.number === 1) variables.push(await parseObject(file, field));
    else functions.push(await parseConcreteFunction(file, field));
  }
  return { variables, functions };
}

async function parseObject(file: ChunkedFile, range: ByteRange): Promise<SavedVariable | null> {
  let variable: SavedVariable | null = null;
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    if (field.number === 7 && field.wireType === "bytes")
      variable = await parseVariable(file, field);
  }
  return variable;
}

async function parseVariable(file: ChunkedFile, range: ByteRange): Promise<SavedVariable> {
  let name = "";
  let isTrainable = false;
  let shape: readonly number[] = [];
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    if (field.number === 2 && field.wireType === "bytes") {
      const dimensions = await parseShape(file, field);
      // Tables and such have an open shape; they are no weights.
      shape = dimensions?.includes(null) ? [0] : storedShape(dimensions, name);
    }
    if (field.number === 3) isTrainable = field.value !== 0;
    if (field.number === 6) name = await textOf(file, field);
  }
  return { name, elements: elementCount(shape, name), isTrainable };
}

async function parseConcreteFunction(
  file: ChunkedFile,
  range: ByteRange,
): Promise<ConcreteFunction> {
  const { key: name, value } = await parseEntry(file, range);
  const boundInputs: number[] = [];
  const walk = new FieldWalk(file, value);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    if (field.number === 2) await appendIntegers(file, field, boundInputs);
  }
  return { name, boundInputs };
}
