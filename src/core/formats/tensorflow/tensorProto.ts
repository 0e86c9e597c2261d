import type { ByteSource } from "../../bytes/byteSource.ts";
import { FLOAT_BYTES, floatsFromBytes } from "../../bytes/floatNumbers.ts";
import { bfloat16ToFloat32, float16ToFloat32 } from "../../bytes/halfPrecision.ts";
import { malformedFile, tooLargeFile } from "../protobuf/errors.ts";
import { expectWireType } from "../protobuf/fieldValues.ts";
import { addSegment, fixedNumbers, type Segment, varintNumbers } from "../protobuf/numberLists.ts";
import { type ByteRange, type ChunkedFile, FieldWalk } from "../protobuf/wire.ts";
import { dataTypeName, floatType, type IntegerType, integerType } from "./dataTypes.ts";
import type { StoredTensor } from "./graphDef.ts";
import { elementCount, parseShape, storedShape } from "./shapes.ts";

// tensorflow/core/framework/tensor.proto

/** Shapes, paddings and sizes have at most twice the rank of a tensor as entries. */
const LONGEST_SHAPE_VECTOR = 64;
/** Names of all variables in the node that restores them; large networks have some thousand. */
const MAX_TEXTS = 100_000;

/** Entries that one number may stand for; initial values are repeated, trained weights are not. */
const MAX_REPEATED = 2 ** 24;

/** A TensorProto whose numbers stay in the file. */
export interface TensorProto {
  readonly dataType: string;
  readonly shape: readonly number[];
  readonly elements: number;
  readonly content: ByteRange | null;
  readonly list: NumberList | null;
  /** Entries of a short integer tensor. */
  readonly smallInts: readonly number[] | null;
  /** Entries of a string tensor. */
  readonly texts: readonly string[];
}

interface NumberList {
  /** Number of the field, which tells how its numbers are written. */
  readonly field: number;
  readonly segments: readonly Segment[];
}

/** `float_val` and `double_val`; all other lists are varints. */
const FIXED_BYTES: ReadonlyMap<number, 4 | 8> = new Map([
  [5, 4],
  [6, 8],
]);
const LIST_FIELDS: ReadonlySet<number> = new Set([5, 6, 7, 10, 11, 13, 16, 17]);

/**
 * Reads a TensorProto but for the numbers of long ones.
 * @param name of the node that holds it, for error messages.
 */
export async function parseTensorProto(
  file: ChunkedFile,
  range: ByteRange,
  name: string,
): Promise<TensorProto> {
  let dataType = "DT_INVALID";
  let shape: readonly number[] = [];
  let content: ByteRange | null = null;
  let listField = 0;
  const segments: Segment[] = [];
  const texts: string[] = [];
  const walk = new FieldWalk(file, range);
  for (let field = await walk.next(); field !== null; field = await walk.next()) {
    if (field.number === 1) dataType = dataTypeName(field.value);
    if (field.number === 2) {
      expectWireType(field, "bytes");
      shape = storedShape(await parseShape(file, field), name);
    }
    if (field.number === 4) {
      expectWireType(field, "bytes");
      // Writers leave out empty content; some write it with a list beside it.
      if (field.end > field.start) content = { start: field.start, end: field.end };
    }
    if (field.number === 8 && field.wireType === "bytes") {
      if (texts.length >= MAX_TEXTS) throw tooLargeFile("a list of names in it is too long");
      texts.push(await file.text(field));
    }
    if (LIST_FIELDS.has(field.number)) {
      listField = field.number;
      addSegment(segments, field);
    }
  }
  const elements = elementCount(shape, name);
  const list = segments.length === 0 ? null : { field: listField, segments };
  const tensor = { dataType, shape, elements, content, list, texts, smallInts: null };
  return { ...tensor, smallInts: await shortIntegers(tensor, file, name) };
}

async function shortIntegers(
  tensor: TensorProto,
  file: ChunkedFile,
  name: string,
): Promise<readonly number[] | null> {
  const isShort = tensor.shape.length <= 2 && tensor.elements <= LONGEST_SHAPE_VECTOR;
  if (!isShort || integerType(tensor.dataType) === null) return null;
  return Array.from(await readNumbers(tensor, file.asSource(), name));
}

/** The tensor of a `Const` node. */
export function storedConstant(
  name: string,
  tensor: TensorProto,
  source: ByteSource,
): StoredTensor {
  return {
    name,
    shape: tensor.shape,
    isFloat: floatType(tensor.dataType) !== null,
    read: async () => {
      const numbers = await readNumbers(tensor, source, name);
      return numbers instanceof Float32Array ? numbers : Float32Array.from(numbers);
    },
    smallInts: () => tensor.smallInts,
  };
}

type Numbers = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

async function readNumbers(
  tensor: TensorProto,
  source: ByteSource,
  name: string,
): Promise<Numbers> {
  const { content, elements, dataType } = tensor;
  if (content === null) return listedNumbers(tensor, source, name);
  const float = floatType(dataType);
  const integer = integerType(dataType);
  const size = float === null ? (integer?.bytes ?? 0) : FLOAT_BYTES[float];
  const length = content.end - content.start;
  if (size === 0 || length !== elements * size) throw wrongLength(tensor, name, `${length} bytes`);
  const bytes = await source.slice(content.start, content.end);
  if (float !== null) return floatsFromBytes(bytes, float);
  return integer === null ? new Float32Array(0) : integersFromBytes(bytes, integer);
}

/** Whole numbers of little-endian bytes, those beyond 2^53 rounded. */
export function integersFromBytes(
  bytes: Uint8Array,
  { bytes: size, isSigned }: IntegerType,
): Float64Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers = new Float64Array(Math.floor(bytes.byteLength / size));
  for (let index = 0; index < numbers.length; index += 1) {
    numbers[index] = integerAt(view, index * size, size, isSigned);
  }
  return numbers;
}

function integerAt(view: DataView, at: number, size: 1 | 2 | 4 | 8, isSigned: boolean): number {
  switch (size) {
    case 1:
      return isSigned ? view.getInt8(at) : view.getUint8(at);
    case 2:
      return isSigned ? view.getInt16(at, true) : view.getUint16(at, true);
    case 4:
      return isSigned ? view.getInt32(at, true) : view.getUint32(at, true);
    case 8:
      return Number(isSigned ? view.getBigInt64(at, true) : view.getBigUint64(at, true));
  }
}

/** Lists leave out trailing repeats: the last number stands for all that follow it. */
async function listedNumbers(
  tensor: TensorProto,
  source: ByteSource,
  name: string,
): Promise<Numbers> {
  const { list, elements, dataType } = tensor;
  const listed = list?.segments.reduce((sum, { start, end }) => sum + end - start, 0) ?? 0;
  // A number takes a byte at least, so that a small file cannot ask for much memory.
  if (elements > listed + MAX_REPEATED) {
    throw tooLargeFile(`the tensor ${name} repeats one number more often than any network does`);
  }
  const numbers = list?.field === 5 ? new Float32Array(elements) : new Float64Array(elements);
  if (list === null) return numbers;
  let count = 0;
  for (const { start, end, tagged } of list.segments) {
    const bytes = await source.slice(start, end);
    const size = FIXED_BYTES.get(list.field);
    const each =
      size === undefined ? varintNumbers(bytes, tagged) : fixedNumbers(bytes, size, tagged);
    for (const value of each) {
      if (count < elements) numbers[count] = value;
      count += 1;
    }
  }
  if (count > elements) throw wrongLength(tensor, name, `${count} numbers`);
  if (count > 0) numbers.fill(numbers[count - 1], count);
  // half_val holds the bits of the numbers.
  if (dataType === "DT_HALF") return float16ToFloat32(Uint16Array.from(numbers));
  if (dataType === "DT_BFLOAT16") return bfloat16ToFloat32(Uint16Array.from(numbers));
  return numbers;
}

function wrongLength(tensor: TensorProto, name: string, found: string) {
  return malformedFile(
    `the tensor ${name} does not hold as many numbers as its shape says`,
    `shape ${tensor.shape.join(" x ")}, type ${tensor.dataType}, ${found}`,
  );
}
