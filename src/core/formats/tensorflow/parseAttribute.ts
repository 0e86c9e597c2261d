import type { Dimensions } from "../../network/graph.ts";
import { malformedFile, tooLargeFile } from "../protobuf/errors.ts";
import { appendIntegers, expectWireType, textOf } from "../protobuf/fieldValues.ts";
import { type ByteRange, type ChunkedFile, FieldWalk, type WireField } from "../protobuf/wire.ts";
import { dataTypeName } from "./dataTypes.ts";
import type { TensorFlowAttribute } from "./graphDef.ts";
import { parseShape } from "./shapes.ts";

// tensorflow/core/framework/attr_value.proto

/** Modes, names of variables; longer texts are serialised settings. */
const LONGEST_TEXT = 4096;
/** Output shapes of one node, names in one list. */
const MAX_LIST = 20_000;

/** What an attribute holds: a value, or where its tensor lies. */
export type ParsedAttribute =
  | TensorFlowAttribute
  | { readonly kind: "tensor"; readonly range: ByteRange };

/** Null for kinds that are not needed. */
export async function parseAttribute(
  file: ChunkedFile,
  range: ByteRange,
): Promise<ParsedAttribute | null> {
  let parsed: ParsedAttribute | null = null;
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    parsed = await parseValue(file, field);
  }
  return parsed;
}

async function parseValue(file: ChunkedFile, field: WireField): Promise<ParsedAttribute | null> {
  switch (field.number) {
    case 1:
      expectWireType(field, "bytes");
      return parseList(file, field);
    case 2:
      return { kind: "text", value: await shortText(file, field) };
    case 3:
      expectWireType(field, "varint");
      return { kind: "int", value: field.value };
    case 4: {
      expectWireType(field, "fixed32");
      const bytes = await file.bytes(field.start, field.end);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      return { kind: "float", value: view.getFloat32(0, true) };
    }
    case 5:
      expectWireType(field, "varint");
      return { kind: "bool", value: field.value !== 0 };
    case 6:
      expectWireType(field, "varint");
      return { kind: "type", value: dataTypeName(field.value) };
    case 7:
      expectWireType(field, "bytes");
      return { kind: "shape", dimensions: await parseShape(file, field) };
    case 8:
      expectWireType(field, "bytes");
      return { kind: "tensor", range: { start: field.start, end: field.end } };
    case 10:
      expectWireType(field, "bytes");
      return { kind: "function", name: await functionName(file, field) };
    default:
      return null;
  }
}

async function parseList(file: ChunkedFile, range: ByteRange): Promise<TensorFlowAttribute> {
  const ints: number[] = [];
  const texts: string[] = [];
  const shapes: (Dimensions | null)[] = [];
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    if (field.number === 2) texts.push(await shortText(file, field));
    if (field.number === 3) await appendIntegers(file, field, ints);
    if (field.number === 7) {
      expectWireType(field, "bytes");
      shapes.push(await parseShape(file, field));
    }
    if (Math.max(texts.length, shapes.length) > MAX_LIST) {
      throw tooLargeFile("a list in one of its nodes is too long");
    }
  }
  if (shapes.length > 0) return { kind: "shapes", values: shapes };
  if (texts.length > 0) return { kind: "texts", values: texts };
  return { kind: "ints", values: ints };
}

/** A NameAttrList's name. */
async function functionName(file: ChunkedFile, range: ByteRange): Promise<string> {
  let name = "";
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    if (field.number === 1) name = await textOf(file, field);
  }
  return name;
}

async function shortText(file: ChunkedFile, field: WireField): Promise<string> {
  expectWireType(field, "bytes");
  return field.end - field.start > LONGEST_TEXT ? "" : file.text(field);
}

/** Entries of a `map<string, message>`, in the file's order; a key that comes twice, twice. */
export async function parseEntry(
  file: ChunkedFile,
  range: ByteRange,
): Promise<{ readonly key: string; readonly value: ByteRange }> {
  let key = "";
  let value: ByteRange = { start: range.end, end: range.end };
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    if (field.number !== 1 && field.number !== 2) continue;
    if (field.wireType !== "bytes") throw malformedFile("an entry of a table in it is no entry");
    if (field.number === 1) key = await file.text(field);
    else value = field;
  }
  return { key, value };
}
