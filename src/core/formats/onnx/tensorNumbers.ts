import type { ByteSource } from "../../bytes/byteSource.ts";
import {
  float8E4M3FnuzToFloat32,
  float8E4M3ToFloat32,
  float8E5M2FnuzToFloat32,
  float8E5M2ToFloat32,
} from "../../bytes/float8.ts";
import { bfloat16ToFloat32, float16ToFloat32 } from "../../bytes/halfPrecision.ts";
import { unpackFourBits } from "../../bytes/packedIntegers.ts";
import { ConvAtlasError } from "../../errors.ts";
import type { Companions } from "../../files/fileSet.ts";
import { type FileFault, malformedFile, truncatedFile } from "../protobuf/errors.ts";
import { fixedNumbers, type Segment, varintNumbers } from "../protobuf/numberLists.ts";
import { shownName } from "../shownName.ts";
import { missingCompanions } from "./companionFiles.ts";
import { withoutScope } from "./flatten.ts";
import { DATA_TYPE, type OnnxTensor } from "./model.ts";

/** Numbers of a tensor in a type that holds them (64-bit integers rounded beyond 2^53). */
export type TensorNumbers =
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>;

/** Where the bytes of tensors lie. */
export interface TensorFiles {
  readonly source: ByteSource;
  readonly companions: Companions;
}

/** Bits of one element in raw data. */
const BITS_PER_ELEMENT: ReadonlyMap<number, number> = new Map([
  [DATA_TYPE.float, 32],
  [DATA_TYPE.uint8, 8],
  [DATA_TYPE.int8, 8],
  [DATA_TYPE.uint16, 16],
  [DATA_TYPE.int16, 16],
  [DATA_TYPE.int32, 32],
  [DATA_TYPE.int64, 64],
  [DATA_TYPE.bool, 8],
  [DATA_TYPE.float16, 16],
  [DATA_TYPE.double, 64],
  [DATA_TYPE.uint32, 32],
  [DATA_TYPE.uint64, 64],
  [DATA_TYPE.bfloat16, 16],
  [DATA_TYPE.float8E4M3, 8],
  [DATA_TYPE.float8E4M3Fnuz, 8],
  [DATA_TYPE.float8E5M2, 8],
  [DATA_TYPE.float8E5M2Fnuz, 8],
  [DATA_TYPE.uint4, 4],
  [DATA_TYPE.int4, 4],
]);

export function isReadableType(dataType: number): boolean {
  return BITS_PER_ELEMENT.has(dataType);
}

/**
 * Reads all numbers of a tensor.
 * @throws ConvAtlasError `malformed` if their count disagrees with the shape, `truncated` if
 * they lie beyond the end of a file, `missing-companion-file` if that file is not there,
 * `unsupported` if the element type is unknown.
 */
export async function readTensorNumbers(
  tensor: OnnxTensor,
  files: TensorFiles,
): Promise<TensorNumbers> {
  const { data } = tensor;
  switch (data.kind) {
    case "values":
      return Float64Array.from(data.values);
    case "typed":
      return typedNumbers(tensor, data.field, data.segments, files.source);
    case "raw":
      expectLength(tensor, data.range.end - data.range.start);
      return rawNumbers(tensor, await files.source.slice(data.range.start, data.range.end));
    case "external": {
      const file = companion(data.location, files);
      const end = data.offset + (data.length ?? bytesOf(tensor));
      expectLength(tensor, end - data.offset);
      if (end > file.byteLength) {
        throw truncatedFile(file, end, `the weights ${tensor.name}`);
      }
      return rawNumbers(tensor, await file.slice(data.offset, end));
    }
  }
}

function companion(location: string, { source, companions }: TensorFiles): ByteSource {
  const file = companions.get(location);
  if (file === undefined) throw missingCompanions(source.name, [location]);
  return file;
}

function bytesOf(tensor: OnnxTensor): number {
  const bits = BITS_PER_ELEMENT.get(tensor.dataType);
  if (bits === undefined) {
    throw new ConvAtlasError(
      "unsupported",
      `The tensor ${shownName(withoutScope(tensor.name))} has an element type that ConvAtlas does not read; export the network in float32.`,
      `TensorProto.DataType ${tensor.dataType}`,
    );
  }
  return Math.ceil((tensor.elements * bits) / 8);
}

function expectLength(tensor: OnnxTensor, found: number): void {
  if (found !== bytesOf(tensor)) throw wrongLength(tensor, `${found} bytes`);
}

function wrongLength(tensor: OnnxTensor, found: string): FileFault {
  return malformedFile(
    `the tensor ${shownName(withoutScope(tensor.name))} does not hold as many numbers as its shape says`,
    `shape ${tensor.dimensions.join(" x ")}, type ${tensor.dataType}, ${found}`,
  );
}

function rawNumbers(tensor: OnnxTensor, slice: Uint8Array<ArrayBuffer>): TensorNumbers {
  // Typed arrays need aligned starts; every platform that runs this is little-endian.
  const bytes = slice.byteOffset % 8 === 0 ? slice : new Uint8Array(slice);
  const { buffer, byteOffset } = bytes;
  const count = tensor.elements;
  switch (tensor.dataType) {
    case DATA_TYPE.float:
      return new Float32Array(buffer, byteOffset, count);
    case DATA_TYPE.double:
      return new Float64Array(buffer, byteOffset, count);
    case DATA_TYPE.float16:
      return float16ToFloat32(new Uint16Array(buffer, byteOffset, count));
    case DATA_TYPE.bfloat16:
      return bfloat16ToFloat32(new Uint16Array(buffer, byteOffset, count));
    case DATA_TYPE.float8E4M3:
      return float8E4M3ToFloat32(bytes);
    case DATA_TYPE.float8E4M3Fnuz:
      return float8E4M3FnuzToFloat32(bytes);
    case DATA_TYPE.float8E5M2:
      return float8E5M2ToFloat32(bytes);
    case DATA_TYPE.float8E5M2Fnuz:
      return float8E5M2FnuzToFloat32(bytes);
    case DATA_TYPE.uint4:
      return unpackFourBits(bytes, count, false);
    case DATA_TYPE.int4:
      return unpackFourBits(bytes, count, true);
    case DATA_TYPE.int8:
      return new Int8Array(buffer, byteOffset, count);
    case DATA_TYPE.int16:
      return new Int16Array(buffer, byteOffset, count);
    case DATA_TYPE.uint16:
      return new Uint16Array(buffer, byteOffset, count);
    case DATA_TYPE.int32:
      return new Int32Array(buffer, byteOffset, count);
    case DATA_TYPE.uint32:
      return new Uint32Array(buffer, byteOffset, count);
    case DATA_TYPE.int64:
      return Float64Array.from(new BigInt64Array(buffer, byteOffset, count), Number);
    case DATA_TYPE.uint64:
      return Float64Array.from(new BigUint64Array(buffer, byteOffset, count), Number);
    default:
      return bytes; // uint8 and bool; other types were refused by their length.
  }
}

async function typedNumbers(
  tensor: OnnxTensor,
  field: number,
  segments: readonly Segment[],
  source: ByteSource,
): Promise<TensorNumbers> {
  const stored = segments.reduce((sum, { start, end }) => sum + end - start, 0);
  // Two four-bit numbers share an entry (onnx.proto3, TensorProto.int32_data).
  const entries = bytesOf(tensor) < tensor.elements ? bytesOf(tensor) : tensor.elements;
  // An entry takes a byte at least, so that the shape cannot ask for more than is there.
  if (entries > stored) throw wrongLength(tensor, `${stored} bytes in typed lists`);
  const isFixed = field === 4 || field === 10;
  const numbers = field === 4 ? new Float32Array(entries) : new Float64Array(entries);
  let count = 0;
  for (const { start, end, tagged } of segments) {
    const bytes = await source.slice(start, end);
    const each = isFixed
      ? fixedNumbers(bytes, field === 4 ? 4 : 8, tagged)
      : varintNumbers(bytes, tagged);
    for (const value of each) {
      if (count < numbers.length) numbers[count] = value;
      count += 1;
    }
  }
  if (count !== entries) throw wrongLength(tensor, `${count} numbers in typed lists`);
  return fromTyped(tensor, numbers);
}

/** int32_data holds the bits of numbers that JavaScript has no type for (onnx.proto3). */
function fromTyped(
  tensor: OnnxTensor,
  numbers: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>,
): TensorNumbers {
  switch (tensor.dataType) {
    case DATA_TYPE.float16:
    case DATA_TYPE.bfloat16:
      return rawNumbers(tensor, new Uint8Array(Uint16Array.from(numbers).buffer));
    case DATA_TYPE.float8E4M3:
    case DATA_TYPE.float8E4M3Fnuz:
    case DATA_TYPE.float8E5M2:
    case DATA_TYPE.float8E5M2Fnuz:
    case DATA_TYPE.uint4:
    case DATA_TYPE.int4:
      return rawNumbers(tensor, Uint8Array.from(numbers));
    default:
      return numbers;
  }
}
