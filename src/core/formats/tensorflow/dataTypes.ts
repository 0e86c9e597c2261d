import type { FloatType } from "../../bytes/floatNumbers.ts";

/** Names of `DataType` by number (tensorflow/core/framework/types.proto). */
const NAMES: ReadonlyMap<number, string> = new Map([
  [1, "DT_FLOAT"],
  [2, "DT_DOUBLE"],
  [3, "DT_INT32"],
  [4, "DT_UINT8"],
  [5, "DT_INT16"],
  [6, "DT_INT8"],
  [7, "DT_STRING"],
  [9, "DT_INT64"],
  [10, "DT_BOOL"],
  [11, "DT_QINT8"],
  [12, "DT_QUINT8"],
  [13, "DT_QINT32"],
  [14, "DT_BFLOAT16"],
  [15, "DT_QINT16"],
  [16, "DT_QUINT16"],
  [17, "DT_UINT16"],
  [19, "DT_HALF"],
  [20, "DT_RESOURCE"],
  [21, "DT_VARIANT"],
  [22, "DT_UINT32"],
  [23, "DT_UINT64"],
  [24, "DT_FLOAT8_E5M2"],
  [25, "DT_FLOAT8_E4M3FN"],
]);

/** Types of references to variables are those of the values plus this. */
const REFERENCE_OFFSET = 100;

const FLOATS: ReadonlyMap<string, FloatType> = new Map([
  ["DT_FLOAT", "float32"],
  ["DT_DOUBLE", "float64"],
  ["DT_HALF", "float16"],
  ["DT_BFLOAT16", "bfloat16"],
  ["DT_FLOAT8_E5M2", "float8-e5m2"],
  ["DT_FLOAT8_E4M3FN", "float8-e4m3"],
]);

export interface IntegerType {
  readonly bytes: 1 | 2 | 4 | 8;
  readonly isSigned: boolean;
}

const INTEGERS: ReadonlyMap<string, IntegerType> = new Map([
  ["DT_INT8", { bytes: 1, isSigned: true }],
  ["DT_QINT8", { bytes: 1, isSigned: true }],
  ["DT_UINT8", { bytes: 1, isSigned: false }],
  ["DT_QUINT8", { bytes: 1, isSigned: false }],
  ["DT_BOOL", { bytes: 1, isSigned: false }],
  ["DT_INT16", { bytes: 2, isSigned: true }],
  ["DT_QINT16", { bytes: 2, isSigned: true }],
  ["DT_UINT16", { bytes: 2, isSigned: false }],
  ["DT_QUINT16", { bytes: 2, isSigned: false }],
  ["DT_INT32", { bytes: 4, isSigned: true }],
  ["DT_QINT32", { bytes: 4, isSigned: true }],
  ["DT_UINT32", { bytes: 4, isSigned: false }],
  ["DT_INT64", { bytes: 8, isSigned: true }],
  ["DT_UINT64", { bytes: 8, isSigned: false }],
]);

/** "DT_INVALID" for types that no tensor of weights has. */
export function dataTypeName(number: number): string {
  const value = number > REFERENCE_OFFSET ? number - REFERENCE_OFFSET : number;
  return NAMES.get(value) ?? "DT_INVALID";
}

export function floatType(dataType: string): FloatType | null {
  return FLOATS.get(dataType) ?? null;
}

export function integerType(dataType: string): IntegerType | null {
  return INTEGERS.get(dataType) ?? null;
}
