/**
 * Writes pickles for tests, value by value, in the opcodes of protocol 2 without a memo, right or
 * wrong (CPython, Lib/pickletools.py). Each function gives the opcodes that leave its value on
 * the stack.
 */
import { type Bytes, join } from "./onnxWriter.ts";

export function opcode(character: string, ...argument: readonly number[]): Bytes {
  return Uint8Array.from([character.charCodeAt(0), ...argument]);
}

export function uint32(value: number): number[] {
  return [...new Uint8Array(Uint32Array.of(value).buffer)];
}

export const NONE = opcode("N");
export const MARK = opcode("(");
export const REDUCE = opcode("R");
export const STOP = opcode(".");

export function truth(value: boolean): Bytes {
  return opcode(value ? "\x88" : "\x89");
}

export function int(value: number): Bytes {
  if (value >= 0 && value < 256) return opcode("K", value);
  if (value >= -(2 ** 31) && value < 2 ** 31) return opcode("J", ...uint32(value));
  return opcode("\x8a", 8, ...new Uint8Array(BigInt64Array.of(BigInt(value)).buffer));
}

export function double(value: number): Bytes {
  return opcode("G", ...new Uint8Array(Float64Array.of(value).buffer).reverse());
}

export function text(value: string): Bytes {
  const bytes = new TextEncoder().encode(value);
  return join(opcode("X", ...uint32(bytes.length)), bytes);
}

/** Bytes of protocol 3. */
export function bytes(value: Uint8Array): Bytes {
  return join(opcode("B", ...uint32(value.length)), value);
}

export function tuple(...items: readonly Uint8Array[]): Bytes {
  return join(MARK, ...items, opcode("t"));
}

export function ints(...values: readonly number[]): Bytes {
  return tuple(...values.map(int));
}

export function list(...items: readonly Uint8Array[]): Bytes {
  return join(opcode("]"), MARK, ...items, opcode("e"));
}

export function named(module: string, name: string): Bytes {
  return join(opcode("c"), new TextEncoder().encode(`${module}\n${name}\n`));
}

/** callee(*args). */
export function call(callee: Uint8Array, ...args: readonly Uint8Array[]): Bytes {
  return join(callee, tuple(...args), REDUCE);
}

export type Entries = Readonly<Record<string, Uint8Array>>;

function entries(content: Entries): Uint8Array[] {
  return Object.entries(content).flatMap(([key, value]) => [text(key), value]);
}

export function dictionary(content: Entries): Bytes {
  return join(opcode("}"), MARK, ...entries(content), opcode("u"));
}

/** collections.OrderedDict, as state dicts are. */
export function ordered(content: Entries): Bytes {
  const empty = call(named("collections", "OrderedDict"));
  return join(empty, MARK, ...entries(content), opcode("u"));
}

/** An instance of a class with these attributes. */
export function instance(module: string, name: string, attributes: Entries): Bytes {
  return instanceWith(module, name, dictionary(attributes));
}

/** An instance of a class whose `__setstate__` takes any value. */
export function instanceWith(module: string, name: string, state: Uint8Array): Bytes {
  return join(named(module, name), opcode(")"), opcode("\x81"), state, opcode("b"));
}

export function persistent(id: Uint8Array): Bytes {
  return join(id, opcode("Q"));
}

export function pickle(value: Uint8Array, protocol = 2): Bytes {
  return join(opcode("\x80", protocol), value, STOP);
}
