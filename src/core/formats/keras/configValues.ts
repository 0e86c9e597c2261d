import type { Size2d } from "../../network/size2d.ts";

/** Strides, sizes and channel numbers beyond this are an error of the file. */
const LARGEST_NUMBER = 1_000_000;

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Elements of a list; none if it is not one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A whole number >= 0, or null. */
export function wholeNumber(value: unknown): number | null {
  const isUsable =
    typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= LARGEST_NUMBER;
  return isUsable ? value : null;
}

/** One number for both axes, or one for each; null if it is neither. */
export function pair(value: unknown): Size2d | null {
  const both = wholeNumber(value);
  if (both !== null) return [both, both];
  const numbers = listOf(value).map(wholeNumber);
  const [height, width] = numbers;
  if (numbers.length !== 2 || height == null || width == null) return null;
  return [height, width];
}

/** The same with both numbers at least 1; `otherwise` if they are not. */
export function positivePair<Other>(value: unknown, otherwise: Other): Size2d | Other {
  const numbers = pair(value);
  return numbers === null || numbers[0] === 0 || numbers[1] === 0 ? otherwise : numbers;
}

/**
 * Parses a configuration as Keras wrote it. Python's json module writes NaN and
 * Infinity, which JSON does not know; they become null.
 *
 * @throws SyntaxError if it is not JSON otherwise either.
 */
export function parseConfigText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    const withoutNonFinite = text.replace(
      /("(?:[^"\\]|\\.)*")|-?\bInfinity\b|\bNaN\b/g,
      (_, quoted: string | undefined) => quoted ?? "null",
    );
    if (withoutNonFinite === text) throw thrown;
    return JSON.parse(withoutNonFinite);
  }
}
