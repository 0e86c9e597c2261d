import type { ByteOrder, FloatType } from "../../bytes/floatNumbers.ts";
import { ConvAtlasError } from "../../errors.ts";
import { LiteralError, type PythonValue, parsePythonLiteral } from "./pythonLiteral.ts";

/** "\x93NUMPY" (numpy/lib/format.py). */
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** Magic, version, and the header's length in its longer form. */
const PREFIX_BYTES = 12;
/** NumPy itself refuses headers above 10,000 bytes; descriptions of many fields are longer. */
const MAX_HEADER_BYTES = 2 ** 20;
/** NumPy allows 64 axes. */
const MAX_RANK = 64;

export interface ElementType {
  /** Null for types that hold no weights that are read. */
  readonly float: FloatType | null;
  readonly order: ByteOrder;
  readonly bytes: number;
  /** True for Python objects, which are pickled behind the header. */
  readonly isPickled: boolean;
  /** True where the header only says "two bytes", as it does for bfloat16. */
  readonly isGuessed: boolean;
}

export interface ArrayHeader {
  readonly shape: readonly number[];
  readonly element: ElementType;
  /** First axis fastest, as Fortran and MATLAB store arrays. */
  readonly isFortran: boolean;
  /** Where the entries start. */
  readonly dataStart: number;
}

/** True if the bytes start an .npy file. */
export function startsArray(head: Uint8Array): boolean {
  return MAGIC.every((byte, at) => head[at] === byte);
}

/**
 * Bytes from the start of the file to the entries, from its first twelve or more.
 * @throws ConvAtlasError `malformed` or `unsupported` (a version yet to come).
 */
export function headerEnd(prefix: Uint8Array, fileName: string): number {
  if (!startsArray(prefix) || prefix.length < 10) {
    throw damaged(fileName, "it does not begin as a NumPy array does", "");
  }
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
  const [major, minor] = [prefix[6], prefix[7]];
  if (major < 1 || major > 3 || minor !== 0) {
    throw new ConvAtlasError(
      "unsupported",
      `${fileName} is a NumPy file of a version that ConvAtlas does not know; save it again with numpy.savez.`,
      `version ${major}.${minor}`,
    );
  }
  if (major > 1 && prefix.length < PREFIX_BYTES) {
    throw damaged(fileName, "it ends within its header", "");
  }
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_HEADER_BYTES) {
    throw damaged(fileName, "its header claims an impossible length", `${length} bytes`);
  }
  return (major === 1 ? 10 : 12) + length;
}

/**
 * Shape and type from the bytes up to `headerEnd`.
 * @throws ConvAtlasError `malformed`.
 */
export function parseArrayHeader(bytes: Uint8Array, fileName: string): ArrayHeader {
  const start = bytes[6] === 1 ? 10 : 12;
  const text = new TextDecoder(bytes[6] === 3 ? "utf-8" : "latin1").decode(bytes.subarray(start));
  let header: PythonValue;
  try {
    header = parsePythonLiteral(text);
  } catch (thrown) {
    if (!(thrown instanceof LiteralError)) throw thrown;
    throw damaged(fileName, "its header is not readable", thrown.message);
  }
  const fields = header instanceof Map ? header : new Map<string, PythonValue>();
  const description = fields.get("descr");
  const isFortran = fields.get("fortran_order");
  const shape = fields.get("shape");
  if (description === undefined || typeof isFortran !== "boolean" || !isShape(shape)) {
    throw damaged(fileName, "its header is incomplete", text.slice(0, 200));
  }
  const element = elementType(description);
  if (element === null) {
    throw damaged(fileName, "its header names no type of numbers", String(description));
  }
  return { shape, element, isFortran, dataStart: bytes.length };
}

function isShape(value: PythonValue | undefined): value is readonly number[] {
  return (
    Array.isArray(value) &&
    value.length <= MAX_RANK &&
    value.every((length) => Number.isSafeInteger(length) && length >= 0)
  );
}

/** Null for a description that NumPy never writes. */
function elementType(description: PythonValue): ElementType | null {
  const other = { float: null, order: "little", isPickled: false, isGuessed: false } as const;
  // A structured array: records of several fields, no weights.
  if (Array.isArray(description)) return { ...other, bytes: 0 };
  if (typeof description !== "string") return null;
  const [, order = "|", kind, digits = ""] =
    /^([<>|=])?([?bBiufcOSUVaMm])(\d{0,9})(?:\[\w+\])?$/.exec(description) ?? [];
  if (kind === undefined) return null;
  const bytes = Number(digits) * (kind === "U" ? 4 : 1);
  const byteOrder = order === ">" ? "big" : "little";
  if (kind === "O") return { ...other, bytes, isPickled: true };
  if (kind === "V" && bytes === 2) {
    return { float: "bfloat16", order: byteOrder, bytes, isPickled: false, isGuessed: true };
  }
  const float = kind === "f" ? (FLOATS.get(bytes) ?? null) : null;
  return { ...other, float, order: byteOrder, bytes };
}

const FLOATS: ReadonlyMap<number, FloatType> = new Map([
  [2, "float16"],
  [4, "float32"],
  [8, "float64"],
]);

export function damaged(fileName: string, what: string, details: string): ConvAtlasError {
  return new ConvAtlasError(
    "malformed",
    `${fileName} is damaged: ${what}; download or copy it again.`,
    details,
  );
}
