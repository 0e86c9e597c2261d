import { malformedFile } from "../protobuf/errors.ts";
import { appendIntegers, expectWireType } from "../protobuf/fieldValues.ts";
import { addSegment, type Segment } from "../protobuf/numberLists.ts";
import { type ByteRange, type ChunkedFile, FieldWalk } from "../protobuf/wire.ts";
import { shownName } from "../shownName.ts";
import type { OnnxTensor, TensorData } from "./model.ts";

/** Axes of a tensor; exporters stay below ten. */
const MAX_RANK = 32;

/** Product of axis lengths. @throws ConvAtlasError `malformed` if negative or beyond 2^53. */
export function elementCount(dimensions: readonly number[], name: string): number {
  let product = 1;
  for (const length of dimensions) {
    if (length < 0) throw malformedFile(`the tensor ${shownName(name)} has a negative axis length`);
    product *= length;
    if (!Number.isSafeInteger(product)) {
      throw malformedFile(`the tensor ${shownName(name)} has more elements than can be counted`);
    }
  }
  return product;
}

/** Reads a TensorProto without its numbers. */
export async function parseTensor(file: ChunkedFile, range: ByteRange): Promise<OnnxTensor> {
  const dimensions: number[] = [];
  const segments: Segment[] = [];
  const external = new Map<string, string>();
  let name = "";
  let dataType = 0;
  let typedField = 0;
  let raw: ByteRange | null = null;
  let isExternal = false;
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    switch (field.number) {
      case 1:
        await appendIntegers(file, field, dimensions);
        break;
      case 2:
        expectWireType(field, "varint");
        dataType = field.value;
        break;
      case 4:
      case 5:
      case 7:
      case 10:
      case 11:
        typedField = field.number;
        addSegment(segments, field);
        break;
      case 8:
        expectWireType(field, "bytes");
        name = await file.text(field);
        break;
      case 9:
        expectWireType(field, "bytes");
        raw = { start: field.start, end: field.end };
        break;
      case 13:
        expectWireType(field, "bytes");
        await parseEntry(file, field, external);
        break;
      case 14:
        isExternal = field.value === 1;
        break;
    }
  }
  if (dimensions.length > MAX_RANK) {
    throw malformedFile(`the tensor ${shownName(name)} has ${dimensions.length} axes`);
  }
  const data: TensorData = isExternal
    ? externalData(external, name)
    : raw !== null
      ? { kind: "raw", range: raw }
      : { kind: "typed", field: typedField, segments };
  return { name, dimensions, elements: elementCount(dimensions, name), dataType, data };
}

async function parseEntry(
  file: ChunkedFile,
  range: ByteRange,
  into: Map<string, string>,
): Promise<void> {
  let key = "";
  let value = "";
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    if (field.number === 1) key = await file.text(field);
    if (field.number === 2) value = await file.text(field);
  }
  into.set(key, value);
}

function externalData(entries: ReadonlyMap<string, string>, name: string): TensorData {
  const location = entries.get("location") ?? "";
  const offset = Number(entries.get("offset") ?? "0");
  const stated = entries.get("length");
  const length = stated === undefined ? null : Number(stated);
  const isCount = (count: number) => Number.isSafeInteger(count) && count >= 0;
  if (location === "" || !isCount(offset) || (length !== null && !isCount(length))) {
    throw malformedFile(`it does not say properly where the numbers of ${shownName(name)} lie`);
  }
  return { kind: "external", location, offset, length };
}
