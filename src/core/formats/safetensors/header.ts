import type { ByteSource } from "../../bytes/byteSource.ts";
import { FLOAT_BYTES, type FloatType } from "../../bytes/floatNumbers.ts";
import { ConvAtlasError } from "../../errors.ts";
import { MAX_TENSORS, tooManyTensors } from "../weights/namedTensor.ts";

/** The cap of the reference implementation (safetensors/src/tensor.rs, MAX_HEADER_SIZE). */
const MAX_HEADER_BYTES = 100_000_000;
/** PyTorch allows 64 axes, NumPy as many. */
const MAX_RANK = 64;
/** Length of the header, unsigned, little-endian. */
const LENGTH_BYTES = 8;
const OPENING_BRACE = 0x7b;

/** Floating-point types that are read, by the names of the format. */
const FLOAT_TYPES: ReadonlyMap<string, FloatType> = new Map([
  ["F64", "float64"],
  ["F32", "float32"],
  ["F16", "float16"],
  ["BF16", "bfloat16"],
  ["F8_E4M3", "float8-e4m3"],
  ["F8_E5M2", "float8-e5m2"],
  ["F8_E4M3FNUZ", "float8-e4m3-fnuz"],
  ["F8_E5M2FNUZ", "float8-e5m2-fnuz"],
]);

/** Bits of one number of the other types (safetensors/src/tensor.rs, Dtype::bitsize). */
const OTHER_TYPE_BITS: ReadonlyMap<string, number> = new Map([
  ["BOOL", 8],
  ["F4", 4],
  ["F6_E2M3", 6],
  ["F6_E3M2", 6],
  ["U8", 8],
  ["I8", 8],
  ["F8_E8M0", 8],
  ["I16", 16],
  ["U16", 16],
  ["I32", 32],
  ["U32", 32],
  ["I64", 64],
  ["U64", 64],
  ["C64", 64],
]);

export interface StoredTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Null for types that hold no weights that are read. */
  readonly type: FloatType | null;
  /** Range of its bytes in the file. */
  readonly start: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  /** In the order of their bytes in the file. */
  readonly tensors: readonly StoredTensor[];
  /** Free text by key; `format` says which library wrote the file. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** True if the file starts with the length of a header and its brace. */
export async function looksLikeSafetensors(source: ByteSource): Promise<boolean> {
  const head = await source.slice(0, Math.min(LENGTH_BYTES + 2, source.byteLength));
  if (head.length < LENGTH_BYTES + 2 || head[LENGTH_BYTES] !== OPENING_BRACE) return false;
  const next = head[LENGTH_BYTES + 1];
  // A quote, a closing brace or white space; text has no zero byte among its first eight.
  return [0x22, 0x7d, 0x20, 0x09, 0x0a, 0x0d].includes(next) && head.subarray(0, 8).includes(0);
}

/**
 * Reads and checks the header.
 *
 * @throws ConvAtlasError `truncated`, `malformed`, `unsupported` (an unknown type) or
 * `too-large`.
 */
export async function readHeader(source: ByteSource): Promise<SafetensorsHeader> {
  if (source.byteLength < LENGTH_BYTES) throw cutShort(source, LENGTH_BYTES);
  const head = await source.slice(0, LENGTH_BYTES);
  const length = Number(new DataView(head.buffer, head.byteOffset).getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES) {
    throw malformed(source.name, "its header claims an impossible length", `${length} bytes`);
  }
  const dataStart = LENGTH_BYTES + length;
  if (dataStart > source.byteLength) throw cutShort(source, dataStart);
  const entries = Object.entries(parseHeader(source.name, await source.slice(8, dataStart)));
  if (entries.length > MAX_TENSORS + 1) throw tooManyTensors(source.name);
  const tensors = entries
    .filter(([name]) => name !== "__metadata__")
    .map(([name, entry]) => storedTensor(source.name, name, entry, dataStart));
  // Writers put the entries of the header in any order, but the bytes one behind the other.
  const inOrder = tensors.toSorted((one, other) => one.start - other.start || one.end - other.end);
  requireApart(source.name, inOrder);
  const last = inOrder.reduce((most, { end }) => Math.max(most, end), 0);
  if (last > source.byteLength) throw cutShort(source, last);
  const metadata = entries.find(([name]) => name === "__metadata__")?.[1];
  return { tensors: inOrder, metadata: textsOf(metadata) };
}

function parseHeader(fileName: string, bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    value = JSON.parse(text);
  } catch (thrown) {
    throw malformed(fileName, "its header is not readable", String(thrown));
  }
  if (!isRecord(value)) throw malformed(fileName, "its header is no list of tensors", "");
  if (countKeys(text) !== Object.keys(value).length) {
    throw malformed(fileName, "its header names a tensor twice", "");
  }
  return value;
}

/** Keys of the outermost object of valid JSON, those that come twice counted twice. */
function countKeys(json: string): number {
  let depth = 0;
  let count = 0;
  let isInString = false;
  for (let at = 0; at < json.length; at += 1) {
    const character = json[at];
    if (isInString) {
      if (character === "\\") at += 1;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") depth -= 1;
    else if (character === ":" && depth === 1) count += 1;
  }
  return count;
}

function storedTensor(
  fileName: string,
  name: string,
  entry: unknown,
  dataStart: number,
): StoredTensor {
  if (!isRecord(entry) || typeof entry.dtype !== "string") {
    throw malformed(fileName, `the entry of the tensor ${name} is incomplete`, "");
  }
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!isLengths(shape) || shape.length > MAX_RANK || !isLengths(offsets) || offsets.length !== 2) {
    throw malformed(fileName, `the entry of the tensor ${name} is incomplete`, "");
  }
  const [start, end] = offsets;
  const type = FLOAT_TYPES.get(dtype) ?? null;
  const bits = type === null ? OTHER_TYPE_BITS.get(dtype) : FLOAT_BYTES[type] * 8;
  if (bits === undefined) {
    throw new ConvAtlasError(
      "unsupported",
      `The tensor ${name} in ${fileName} has an element type that ConvAtlas does not read; save the network in float32.`,
      `dtype ${dtype}`,
    );
  }
  const expected = shape.reduce((product, length) => product * length, 1) * (bits / 8);
  if (end - start !== Math.ceil(expected)) {
    throw malformed(
      fileName,
      `the tensor ${name} does not hold as many numbers as its shape says`,
      `${dtype} ${shape.join(" x ")} in ${end - start} bytes`,
    );
  }
  return { name, shape, type, start: dataStart + start, end: dataStart + end };
}

/** Bytes between tensors are tolerated, bytes that belong to two are not. */
function requireApart(fileName: string, inOrder: readonly StoredTensor[]): void {
  let reached = 0;
  for (const { name, start, end } of inOrder) {
    if (start < reached && end > start) {
      throw malformed(fileName, `the tensor ${name} overlaps another one`, `at byte ${start}`);
    }
    reached = Math.max(reached, end);
  }
}

function textsOf(metadata: unknown): Readonly<Record<string, string>> {
  if (!isRecord(metadata)) return {};
  const isText = (entry: [string, unknown]): entry is [string, string] =>
    typeof entry[1] === "string";
  return Object.fromEntries(Object.entries(metadata).filter(isText));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isLengths(value: unknown): value is readonly number[] {
  return (
    Array.isArray(value) && value.every((length) => Number.isSafeInteger(length) && length >= 0)
  );
}

function cutShort({ name, byteLength }: ByteSource, needed: number): ConvAtlasError {
  return new ConvAtlasError(
    "truncated",
    `${name} is cut short: it holds ${byteLength} of ${needed} bytes; download or copy it again.`,
  );
}

function malformed(name: string, what: string, details: string): ConvAtlasError {
  return new ConvAtlasError(
    "malformed",
    `${name} is damaged: ${what}; download or copy it again.`,
    details,
  );
}
