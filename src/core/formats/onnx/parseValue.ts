import type { Dimensions } from "../../network/graph.ts";
import { textOf } from "../protobuf/fieldValues.ts";
import { type ByteRange, type ChunkedFile, FieldWalk } from "../protobuf/wire.ts";
import type { OnnxValue } from "./model.ts";

/** Stated shapes longer than this are not shapes. */
const MAX_STATED_RANK = 32;

/** A ValueInfoProto: the name of a value and its shape as far as it is stated. */
export async function parseValue(file: ChunkedFile, range: ByteRange): Promise<OnnxValue> {
  let name = "";
  let dimensions: Dimensions | null = null;
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    if (field.number === 1) name = await textOf(file, field);
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
