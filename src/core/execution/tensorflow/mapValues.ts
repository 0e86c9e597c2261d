import type { BatchDilation } from "../../formats/tensorflow/batchDilation.ts";
import type { Dimensions } from "../../network/graph.ts";

/**
 * Values of a TensorFlow network on their way into ONNX. TensorFlow's maps are (N,H,W,C), those of
 * ONNX (N,C,H,W): every value knows in which of the two it lies, and is turned only where an
 * operator needs the other. All floats are float32 and all whole numbers int64 there.
 */
export type MapValue = StoredValue | ComputedValue;

export type Elements = "float32" | "int64" | "bool";

/** Numbers of the file; they get into the model when a node takes them. */
export interface StoredValue {
  readonly kind: "stored";
  readonly label: string;
  readonly dimensions: readonly number[];
  /** Row-major; whole numbers as a plain list. */
  readonly numbers: Float32Array | readonly number[];
}

/** What a node of the model makes. */
export interface ComputedValue {
  readonly kind: "computed";
  /** In the ONNX model. */
  readonly name: string;
  /** Axis lengths in TensorFlow's order; null where even the rank is open. */
  readonly dimensions: Dimensions | null;
  /** `channelsFirst`: (N,C,H,W) in the model, though TensorFlow's order is (N,H,W,C). */
  readonly order: MapOrder;
  readonly elements: Elements;
  /**
   * Where TensorFlow takes a map apart into several for a dilated convolution
   * (`SpaceToBatchND`): the value is the whole map, and the convolution is to be dilated.
   */
  readonly apart: BatchDilation | null;
}

export type MapOrder = "asStated" | "channelsFirst";

/** What a node makes; if nothing else is said, whole maps of float32 in TensorFlow's order. */
export function computed(
  name: string,
  dimensions: Dimensions | null,
  { order = "asStated", elements = "float32", apart = null }: Partial<ComputedValue> = {},
): ComputedValue {
  return { kind: "computed", name, dimensions, order, elements, apart };
}

/** Real numbers, row-major. */
export function storedFloats(
  label: string,
  dimensions: readonly number[],
  numbers: Float32Array,
): StoredValue {
  return { kind: "stored", label, dimensions, numbers };
}

/** Whole numbers, row-major; a list if `dimensions` is not given. */
export function storedIntegers(
  label: string,
  numbers: readonly number[],
  dimensions: readonly number[] = [numbers.length],
): StoredValue {
  return { kind: "stored", label, dimensions, numbers };
}

/** What the numbers of a value are in the model. */
export function elementsOf(value: MapValue): Elements {
  if (value.kind === "computed") return value.elements;
  return value.numbers instanceof Float32Array ? "float32" : "int64";
}

/** Longer tensors are no shapes, axes or sizes. */
const LONGEST_KNOWN = 64;

/** The numbers of a short stored value. */
export function knownNumbers(value: MapValue | null): readonly number[] | null {
  if (value?.kind !== "stored" || value.numbers.length > LONGEST_KNOWN) return null;
  return Array.isArray(value.numbers) ? value.numbers : Array.from(value.numbers);
}

/** The same of whole numbers only. */
export function knownIntegers(value: MapValue | null): readonly number[] | null {
  return value !== null && elementsOf(value) === "int64" ? knownNumbers(value) : null;
}
