import type { ByteSource } from "../../bytes/byteSource.ts";
import { throwIfCancelled } from "../../errors.ts";
import { tooLargeFile } from "../protobuf/errors.ts";
import { expectWireType, textOf } from "../protobuf/fieldValues.ts";
import { type ByteRange, ChunkedFile, FieldWalk } from "../protobuf/wire.ts";

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

/** What a SavedModel says of one of its variables. */
export interface SavedVariable {
  readonly elements: number;
  readonly isTrainable: boolean;
}

/** Variables of a SavedObjectGraph. */
export async function savedVariables(
  file: ChunkedFile,
  range: ByteRange,
  signal: AbortSignal,
): Promise<readonly SavedVariable[]> {
  const variables: SavedVariable[] = [];
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    throwIfCancelled(signal);
    if (field.number !== 1) continue;
    expectWireType(field, "bytes");
    if (variables.length >= MAX_OBJECTS) throw tooLargeFile("it describes too many objects");
    const variable = await parseObject(file, field);
    if (variable !== null) variables.push(variable);
  }
  return variables;
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
  let isTrainable = false;
  let shape: readonly number[] = [];
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    if (field.number === 2 && field.wireType === "bytes") {
      const dimensions = await parseShape(file, field);
      // Tables and such have an open shape; they are no weights.
      shape = dimensions?.includes(null) ? [0] : storedShape(dimensions, "of a variable");
    }
    if (field.number === 3) isTrainable = field.value !== 0;
  }
  return { elements: elementCount(shape, "of a variable"), isTrainable };
}
