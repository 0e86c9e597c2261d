import type { Dimensions } from "../../network/graph.ts";
import { malformedFile } from "../protobuf/errors.ts";
import { type ByteRange, type ChunkedFile, FieldWalk } from "../protobuf/wire.ts";

/** TensorFlow itself allows 254 axes; no network has this many. */
const MAX_RANK = 32;

/** A TensorShapeProto; null where the number of axes is open. */
export async function parseShape(file: ChunkedFile, range: ByteRange): Promise<Dimensions | null> {
  const lengths: (number | null)[] = [];
  let isUnknown = false;
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    if (field.number === 3) isUnknown = field.value !== 0;
    if (field.number !== 2 || field.wireType !== "bytes") continue;
    let length = 0; // An empty message is an axis of length 0.
    const axis = new FieldWalk(file, field);
    for (let part = await axis.next(); part !== null; part = await axis.next()) {
      if (part.number === 1) length = part.value;
    }
    lengths.push(length < 0 ? null : length);
    if (lengths.length > MAX_RANK) throw malformedFile(`a tensor in it has over ${MAX_RANK} axes`);
  }
  return isUnknown ? null : lengths;
}

/** The shape of a stored tensor, where no axis may be open. */
export function storedShape(dimensions: Dimensions | null, name: string): readonly number[] {
  const shape = (dimensions ?? []).map((length) => length ?? -1);
  if (shape.includes(-1)) throw malformedFile(`the tensor ${name} is stored without its shape`);
  return shape;
}

/** Product of axis lengths. @throws FileFault `malformed` beyond 2^53. */
export function elementCount(shape: readonly number[], name: string): number {
  const product = shape.reduce((count, length) => count * length, 1);
  if (Number.isSafeInteger(product)) return product;
  throw malformedFile(`the tensor ${name} has more elements than can be counted`);
}
