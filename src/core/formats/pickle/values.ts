import type { ByteSource } from "../../bytes/byteSource.ts";
import { memorySource } from "../../bytes/memorySource.ts";
import { sectionSource } from "../../bytes/sectionSource.ts";

/**
 * What a pickle holds, as plain data. Classes and functions that it names stay names: nothing
 * in a pickle is ever called.
 */
export type PickledValue =
  | null
  | boolean
  | number
  /** Integers that a number does not hold exactly. */
  | bigint
  | string
  | PickledBytes
  | PickledSequence
  | PickledDictionary
  | PickledGlobal
  | PickledObject
  | Constructed;

/** Raw bytes: left in the file where they are long, so that arrays inside a pickle cost nothing. */
export class PickledBytes {
  readonly byteLength: number;
  /** Bytes [start, end) of the pickle's file, or the bytes themselves. */
  readonly place: { readonly start: number; readonly end: number } | Uint8Array<ArrayBuffer>;

  constructor(place: PickledBytes["place"]) {
    this.place = place;
    this.byteLength = place instanceof Uint8Array ? place.byteLength : place.end - place.start;
  }
}

/** Bytes as a source to read from; `source` is the file that the pickle stands in. */
export function openBytes({ place }: PickledBytes, source: ByteSource): ByteSource {
  return place instanceof Uint8Array
    ? memorySource(source.name, place)
    : sectionSource(source.name, source, place.start, place.end);
}

export class PickledSequence {
  readonly type: "list" | "tuple" | "set";
  readonly items: PickledValue[];

  constructor(type: PickledSequence["type"], items: PickledValue[]) {
    this.type = type;
    this.items = items;
  }
}

/** A dict or one of its standard kinds (OrderedDict, defaultdict, Counter), in order. */
export class PickledDictionary {
  readonly entries = new Map<PickledValue, PickledValue>();
}

/** The name of a class or function. */
export class PickledGlobal {
  /** As Python 3 calls it. */
  readonly module: string;
  readonly name: string;

  constructor(module: string, name: string) {
    this.module = PYTHON_3_MODULES.get(module) ?? module;
    this.name = name;
  }

  get path(): string {
    return `${this.module}.${this.name}`;
  }
}

/** Names that changed from Python 2 to 3 (Lib/_compat_pickle.py), or within NumPy and pathlib. */
const PYTHON_3_MODULES: ReadonlyMap<string, string> = new Map([
  ["__builtin__", "builtins"],
  ["copy_reg", "copyreg"],
  ["numpy._core.multiarray", "numpy.core.multiarray"],
  ["numpy._core.numeric", "numpy.core.numeric"],
]);

/** An instance of a class that is not known, or the result of a function: a record of both. */
export class PickledObject {
  /** Null where the pickle does not call anything by name. */
  readonly type: PickledGlobal | null;
  readonly args: readonly PickledValue[];
  /** What `__setstate__` would be called with, one for each time. */
  readonly states: PickledValue[] = [];
  /** What would be appended, for subclasses of list. */
  readonly items: PickledValue[] = [];
  /** What would be set by key, for subclasses of dict. */
  readonly entries = new Map<PickledValue, PickledValue>();

  constructor(type: PickledGlobal | null, args: readonly PickledValue[]) {
    this.type = type;
    this.args = args;
  }
}

/** A value that one of the reader's own constructors made, such as a tensor. */
export abstract class Constructed {
  readonly isConstructed = true;

  /** Takes the state that a `BUILD` opcode brings; most need none. */
  setState(_state: PickledValue): void {}
}

/** The items of a list, tuple or set; null for anything else. */
export function itemsOf(value: PickledValue | undefined): readonly PickledValue[] | null {
  return value instanceof PickledSequence ? value.items : null;
}
