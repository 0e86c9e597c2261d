/**
 * The opcodes of pickle protocols 0 to 5 and what follows each in the stream (CPython,
 * Lib/pickletools.py). Those of protocols 0 and 1 are printable characters.
 */
export type PickleArgument =
  | "none"
  | "byte"
  | "uint16"
  | "int32"
  | "uint32"
  | "uint64"
  | "float64"
  /** A line of text. */
  | "line"
  /** Two lines: module and name. */
  | "two lines"
  /** Bytes after a length of 1, 4 or 8 bytes. */
  | "bytes1"
  | "bytes4"
  | "bytes8";

export const OPCODE = {
  mark: 0x28,
  emptyTuple: 0x29,
  stop: 0x2e,
  pop: 0x30,
  popMark: 0x31,
  duplicate: 0x32,
  binBytes: 0x42,
  shortBinBytes: 0x43,
  float: 0x46,
  binFloat: 0x47,
  int: 0x49,
  binInt: 0x4a,
  binInt1: 0x4b,
  long: 0x4c,
  binInt2: 0x4d,
  none: 0x4e,
  persistentId: 0x50,
  binPersistentId: 0x51,
  reduce: 0x52,
  string: 0x53,
  binString: 0x54,
  shortBinString: 0x55,
  unicode: 0x56,
  binUnicode: 0x58,
  emptyList: 0x5d,
  append: 0x61,
  build: 0x62,
  global: 0x63,
  dictionary: 0x64,
  appends: 0x65,
  get: 0x67,
  binGet: 0x68,
  instance: 0x69,
  longBinGet: 0x6a,
  list: 0x6c,
  object: 0x6f,
  put: 0x70,
  binPut: 0x71,
  longBinPut: 0x72,
  setItem: 0x73,
  tuple: 0x74,
  setItems: 0x75,
  emptyDictionary: 0x7d,
  protocol: 0x80,
  newObject: 0x81,
  extension1: 0x82,
  extension2: 0x83,
  extension4: 0x84,
  tuple1: 0x85,
  tuple2: 0x86,
  tuple3: 0x87,
  newTrue: 0x88,
  newFalse: 0x89,
  long1: 0x8a,
  long4: 0x8b,
  shortBinUnicode: 0x8c,
  binUnicode8: 0x8d,
  binBytes8: 0x8e,
  emptySet: 0x8f,
  addItems: 0x90,
  frozenSet: 0x91,
  newObjectKeywords: 0x92,
  stackGlobal: 0x93,
  memoize: 0x94,
  frame: 0x95,
  byteArray8: 0x96,
  nextBuffer: 0x97,
  readOnlyBuffer: 0x98,
} as const;

export type Opcode = (typeof OPCODE)[keyof typeof OPCODE];

const WITH_ARGUMENT: readonly (readonly [PickleArgument, readonly Opcode[]])[] = [
  ["byte", [OPCODE.binInt1, OPCODE.binGet, OPCODE.binPut, OPCODE.protocol, OPCODE.extension1]],
  ["uint16", [OPCODE.binInt2, OPCODE.extension2]],
  ["int32", [OPCODE.binInt]],
  ["uint32", [OPCODE.longBinGet, OPCODE.longBinPut, OPCODE.extension4]],
  ["uint64", [OPCODE.frame]],
  ["float64", [OPCODE.binFloat]],
  [
    "line",
    [
      OPCODE.float,
      OPCODE.int,
      OPCODE.long,
      OPCODE.persistentId,
      OPCODE.string,
      OPCODE.unicode,
      OPCODE.get,
      OPCODE.put,
    ],
  ],
  ["two lines", [OPCODE.global, OPCODE.instance]],
  ["bytes1", [OPCODE.shortBinString, OPCODE.shortBinBytes, OPCODE.shortBinUnicode, OPCODE.long1]],
  ["bytes4", [OPCODE.binString, OPCODE.binBytes, OPCODE.binUnicode, OPCODE.long4]],
  ["bytes8", [OPCODE.binUnicode8, OPCODE.binBytes8, OPCODE.byteArray8]],
];

/** By opcode; looked up millions of times. */
const ARGUMENTS = new Array<PickleArgument | undefined>(256).fill(undefined);
for (const code of Object.values(OPCODE)) ARGUMENTS[code] = "none";
for (const [argument, codes] of WITH_ARGUMENT) {
  for (const code of codes) ARGUMENTS[code] = argument;
}

/** Memory that opcodes take, roughly, in units of 32 bytes; the others take one. */
const MEMORY: readonly (readonly [number, readonly Opcode[]])[] = [
  [
    2,
    [
      OPCODE.put,
      OPCODE.binPut,
      OPCODE.longBinPut,
      OPCODE.memoize,
      OPCODE.string,
      OPCODE.shortBinString,
      OPCODE.unicode,
      OPCODE.binUnicode,
      OPCODE.shortBinUnicode,
      OPCODE.long1,
    ],
  ],
  [
    4,
    [
      OPCODE.emptyTuple,
      OPCODE.tuple,
      OPCODE.tuple1,
      OPCODE.tuple2,
      OPCODE.tuple3,
      OPCODE.emptyList,
      OPCODE.list,
      OPCODE.emptySet,
      OPCODE.frozenSet,
      OPCODE.global,
      OPCODE.stackGlobal,
      OPCODE.binBytes,
      OPCODE.shortBinBytes,
    ],
  ],
  [
    12,
    [
      OPCODE.emptyDictionary,
      OPCODE.dictionary,
      OPCODE.reduce,
      OPCODE.newObject,
      OPCODE.newObjectKeywords,
      OPCODE.instance,
      OPCODE.object,
      OPCODE.binPersistentId,
      OPCODE.persistentId,
    ],
  ],
];

const STEPS = new Array<number>(256).fill(1);
for (const [steps, codes] of MEMORY) {
  for (const code of codes) STEPS[code] = steps;
}

/** What an opcode counts for in the limit of a pickle's time and memory. */
export function stepsOf(opcode: Opcode): number {
  return STEPS[opcode];
}

export function isOpcode(byte: number): byte is Opcode {
  return ARGUMENTS[byte] !== undefined;
}

export function argumentOf(opcode: Opcode): PickleArgument {
  return ARGUMENTS[opcode] ?? "none";
}

/** True for opcodes whose bytes may be an array's: anything but text and numbers. */
export function isRawBytes(opcode: Opcode): boolean {
  switch (opcode) {
    case OPCODE.binBytes:
    case OPCODE.binBytes8:
    case OPCODE.byteArray8:
    case OPCODE.binString:
      return true;
    default:
      return false;
  }
}
