import type { BinaryOperator, UnaryOperator } from "./entryNodes.ts";
import { elementsOf, knownNumbers, type MapValue, type StoredValue } from "./mapValues.ts";

// Sizes and factors that a graph computes from numbers that are known already.

const UNARY: Partial<Record<UnaryOperator, (value: number) => number>> = {
  ceil: Math.ceil,
  floor: Math.floor,
  negative: (value) => -value,
  square: (value) => value * value,
};

const BINARY: Partial<Record<BinaryOperator, (first: number, second: number) => number>> = {
  add: (first, second) => first + second,
  subtract: (first, second) => first - second,
  multiply: (first, second) => first * second,
  divide: (first, second) => first / second,
  floorDivide: (first, second) => Math.floor(first / second),
  floorRemainder: (first, second) => first - Math.floor(first / second) * second,
  maximum: Math.max,
  minimum: Math.min,
};

/** What an operator makes of known numbers; null where they are not known, or are weights. */
export function foldUnary(
  operator: UnaryOperator,
  value: MapValue,
  label: string,
): StoredValue | null {
  const numbers = knownNumbers(value);
  const compute = UNARY[operator];
  if (value.kind !== "stored" || numbers === null || compute === undefined) return null;
  return folded(value, label, numbers.map(compute));
}

/** The same of two operands; null also where one is of real and one of whole numbers. */
export function foldBinary(
  operator: BinaryOperator,
  first: MapValue,
  second: MapValue,
  label: string,
): StoredValue | null {
  const [ones, others] = [knownNumbers(first), knownNumbers(second)];
  const compute = BINARY[operator];
  if (first.kind !== "stored" || second.kind !== "stored") return null;
  if (ones === null || others === null || compute === undefined) return null;
  if (elementsOf(first) !== elementsOf(second)) return null;
  const isLonger =
    ones.length - others.length || first.dimensions.length - second.dimensions.length;
  const long = isLonger >= 0 ? first : second;
  const count = long.numbers.length;
  // Other broadcasts are left to the model.
  if (![1, count].includes(ones.length) || ![1, count].includes(others.length)) return null;
  const at = (list: readonly number[], index: number) => list[list.length === 1 ? 0 : index];
  const numbers = Array.from({ length: count }, (_, index) =>
    compute(at(ones, index), at(others, index)),
  );
  return folded(long, label, numbers);
}

function folded(like: StoredValue, label: string, numbers: readonly number[]): StoredValue {
  const isFloat = like.numbers instanceof Float32Array;
  return {
    ...like,
    label,
    numbers: isFloat ? Float32Array.from(numbers) : numbers.map(Math.trunc),
  };
}
