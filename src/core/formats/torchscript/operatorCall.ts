import type { Size2d } from "../../network/size2d.ts";
import { ScriptList, type ScriptValue, SizeNumber } from "./values.ts";

/** A call of an operator of PyTorch, with its arguments looked up. */
export interface OperatorCall {
  /** Without the namespaces torch and aten, and without the line that in-place ones end in. */
  readonly name: string;
  readonly args: readonly ScriptValue[];
  readonly keywords: ReadonlyMap<string, ScriptValue>;
}

/** Namespaces whose operators are called like those of torch itself. */
const PLAIN_NAMESPACE = /^(?:torch\.)?(?:ops\.)?(?:(?:aten|prim)\.)?/;

export function operatorName(path: string): string {
  const name = path.replace(PLAIN_NAMESPACE, "");
  return /[^_]_$/.test(name) ? name.slice(0, -1) : name;
}

export function itemsOf(value: ScriptValue | undefined): readonly ScriptValue[] | null {
  return value instanceof ScriptList ? value.items : null;
}

/** Two numbers out of a list of two or one, or out of one number; null if they are not known. */
export function pairOf(value: ScriptValue | undefined): Size2d | null {
  const items = value instanceof ScriptList ? value.items : [value];
  const [height, width = height, ...more] = items;
  const isPair = typeof height === "number" && typeof width === "number" && more.length === 0;
  return isPair ? [height, width] : null;
}

/** The pair that an argument gives, `fallback` where it is left out, null if it is not known. */
export function pairOr(value: ScriptValue | undefined, fallback: Size2d): Size2d | null {
  return value === undefined || value === null ? fallback : pairOf(value);
}

export function isNumber(value: ScriptValue | undefined): value is number | SizeNumber {
  return typeof value === "number" || value instanceof SizeNumber;
}
