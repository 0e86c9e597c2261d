import type { SkipReason } from "../../network/network.ts";
import { combineBroadcast } from "../arrays/broadcast.ts";
import { dequantize, quantize } from "../arrays/dequantize.ts";
import { isPermutation, permuteAxes } from "../arrays/permuteAxes.ts";
import { DATA_TYPE, isFloatType, type OnnxNode, type OnnxTensor } from "./model.ts";
import { readTensorNumbers, type TensorFiles, type TensorNumbers } from "./tensorNumbers.ts";
import type { GraphValues } from "./values.ts";

/** Affine quantization: real = (stored - zeroPoint) * scale, per tensor or along `axis`. */
interface Quantization {
  /** Null where no scale was found: 1. */
  readonly scale: OnnxTensor | null;
  readonly zeroPoint: OnnxTensor | null;
  readonly axis: number;
  /** Entries along `axis` that share a scale; 0 if scales depend on the position alone. */
  readonly blockSize: number;
}

/** What a node between a stored tensor and its convolution does to the numbers. */
export type WeightStep =
  | { readonly kind: "transpose"; readonly permutation: readonly number[] }
  | { readonly kind: "reshape"; readonly dimensions: readonly number[] }
  | ({ readonly kind: "dequantize" } & Quantization)
  | ({
      readonly kind: "quantize";
      /** Least and largest number of the type. */
      readonly range: readonly [number, number];
    } & Quantization)
  | {
      readonly kind: "arithmetic";
      readonly operator: "Add" | "Sub" | "Mul" | "Div";
      readonly other: OnnxTensor;
      /** The other operand stands in front. */
      readonly isReversed: boolean;
    };

/** Numbers of short stored vectors by name. */
export type ShapeVectors = ReadonlyMap<string, readonly number[]>;

/** Axes of a tensor on its way to a convolution; none has more than five. */
const MAX_AXES = 32;

const COMPUTED: SkipReason = "weights are computed while the network runs";
const NOT_READ: SkipReason = "quantized weights of a kind not read yet";
const NO_SHAPE: SkipReason = "weights do not have the shape of a convolution";

/** Operators that `stepOf` understands, which leave weights weights. */
const FOLLOWED: ReadonlySet<string> = new Set(
  "Identity Cast Transpose Reshape Squeeze Unsqueeze DequantizeLinear QuantizeLinear Add Sub Mul Div".split(
    " ",
  ),
);

export function isFollowed({ operator }: OnnxNode): boolean {
  return FOLLOWED.has(operator);
}

/** Ranges of the types that floats are quantized to. */
const RANGES: ReadonlyMap<number, readonly [number, number]> = new Map([
  [DATA_TYPE.uint8, [0, 255]],
  [DATA_TYPE.int8, [-128, 127]],
  [DATA_TYPE.uint16, [0, 65_535]],
  [DATA_TYPE.int16, [-32_768, 32_767]],
  [DATA_TYPE.uint4, [0, 15]],
  [DATA_TYPE.int4, [-8, 7]],
]);

/**
 * What `node` does to weights of these axis lengths; null if it leaves them as they are.
 * Operator definitions: https://onnx.ai/onnx/operators/
 */
export function stepOf(
  node: OnnxNode,
  dimensions: readonly number[],
  values: GraphValues,
  vectors: ShapeVectors,
): WeightStep | SkipReason | null {
  switch (node.operator) {
    case "Identity":
    case "Cast":
      return null;
    case "Transpose": {
      const reversed = [...dimensions.keys()].toReversed();
      const permutation = node.attributes.get("perm")?.ints ?? reversed;
      return isPermutation(permutation, dimensions.length)
        ? { kind: "transpose", permutation }
        : NO_SHAPE;
    }
    case "Reshape":
    case "Squeeze":
    case "Unsqueeze": {
      const target = reshaped(node, dimensions, vectors);
      return typeof target === "string" ? target : { kind: "reshape", dimensions: target };
    }
    case "DequantizeLinear": {
      const quantization = quantizationOf(node, dimensions, values);
      return quantization === null ? NOT_READ : { kind: "dequantize", ...quantization };
    }
    case "QuantizeLinear": {
      const quantization = quantizationOf(node, dimensions, values);
      // 0, the default, leaves it to the zero point and without one means uint8.
      const stated = node.attributes.get("output_dtype")?.int || DATA_TYPE.uint8;
      const range = RANGES.get(quantization?.zeroPoint?.dataType ?? stated);
      return quantization === null || range === undefined
        ? NOT_READ
        : { kind: "quantize", range, ...quantization };
    }
    case "Add":
    case "Sub":
    case "Mul":
    case "Div":
      return arithmeticStep(node, node.operator, dimensions, values);
    default:
      return COMPUTED;
  }
}

function quantizationOf(
  node: OnnxNode,
  dimensions: readonly number[],
  { tensors }: GraphValues,
): Quantization | null {
  const scale = tensors.get(node.inputs[1] ?? "");
  const zeroPointName = node.inputs[2] ?? "";
  const zeroPoint = tensors.get(zeroPointName) ?? null;
  if (scale === undefined || !isFloatType(scale.dataType)) return null;
  if (zeroPointName !== "" && zeroPoint === null) return null;
  if (!isNoLarger(scale, dimensions) || !isNoLarger(zeroPoint, dimensions)) return null;
  const axis = node.attributes.get("axis")?.int ?? 1;
  const blockSize = node.attributes.get("block_size")?.int ?? 0;
  if (blockSize < 0) return null;
  return { scale, zeroPoint, axis: axis < 0 ? axis + dimensions.length : axis, blockSize };
}

/**
 * Whether reading a tensor beside weights takes no more than reading these: a large one could
 * be named by thousands of small weights.
 */
export function isNoLarger(tensor: OnnxTensor | null, dimensions: readonly number[]): boolean {
  return tensor === null || tensor.elements <= elementsOf(dimensions);
}

function arithmeticStep(
  { inputs }: OnnxNode,
  operator: "Add" | "Sub" | "Mul" | "Div",
  dimensions: readonly number[],
  { tensors }: GraphValues,
): WeightStep | SkipReason {
  const [first, second] = inputs.map((input) => tensors.get(input));
  const isReversed =
    first !== undefined && (second === undefined || second.elements > first.elements);
  const other = isReversed ? first : second;
  if (other === undefined) return COMPUTED;
  if (!isNoLarger(other, dimensions)) return NO_SHAPE;
  return { kind: "arithmetic", operator, other, isReversed };
}

function reshaped(
  node: OnnxNode,
  dimensions: readonly number[],
  vectors: ShapeVectors,
): readonly number[] | SkipReason {
  const stored = vectors.get(node.inputs[1] ?? "");
  const axes = stored ?? node.attributes.get("axes")?.ints ?? [];
  if (axes.length > MAX_AXES) return NO_SHAPE;
  const target = targetOf(node.operator, dimensions, axes, stored);
  if (target === null) return COMPUTED;
  return elementsOf(target) === elementsOf(dimensions) ? target : NO_SHAPE;
}

function targetOf(
  operator: string,
  dimensions: readonly number[],
  axes: readonly number[],
  stored: readonly number[] | undefined,
): readonly number[] | null {
  if (operator === "Reshape") {
    if (stored === undefined) return null;
    // 0 keeps the axis, -1 takes what is left.
    const kept = stored.map((length, axis) => (length === 0 ? (dimensions[axis] ?? 0) : length));
    const rest = elementsOf(dimensions) / elementsOf(kept.filter((length) => length !== -1));
    return kept.map((length) => (length === -1 ? rest : length));
  }
  if (operator === "Squeeze") {
    const dropped = axes.map((axis) => (axis < 0 ? axis + dimensions.length : axis));
    return dimensions.filter((length, axis) =>
      dropped.length === 0 ? length !== 1 : !dropped.includes(axis),
    );
  }
  const rank = dimensions.length + axes.length;
  const added = new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)));
  const left = [...dimensions];
  return Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : (left.shift() ?? 0)));
}

function elementsOf(dimensions: readonly number[]): number {
  return dimensions.reduce((product, length) => product * length, 1);
}

/** Axis lengths of what a step makes. */
export function dimensionsAfter(
  step: WeightStep,
  dimensions: readonly number[],
): readonly number[] {
  switch (step.kind) {
    case "transpose":
      return step.permutation.map((axis) => dimensions[axis]);
    case "reshape":
      return step.dimensions;
    case "dequantize":
    case "quantize":
    case "arithmetic":
      return dimensions;
  }
}

/** Stored tensors that a step needs. */
export function tensorsOfStep(step: WeightStep): readonly OnnxTensor[] {
  switch (step.kind) {
    case "transpose":
    case "reshape":
      return [];
    case "dequantize":
    case "quantize":
      return [step.scale, step.zeroPoint].filter((tensor) => tensor !== null);
    case "arithmetic":
      return [step.other];
  }
}

/** Numbers after a step; null if scales or operands do not fit their shape. */
export async function applyStep(
  step: WeightStep,
  numbers: TensorNumbers,
  dimensions: readonly number[],
  files: TensorFiles,
): Promise<TensorNumbers | null> {
  switch (step.kind) {
    case "transpose":
      return permuteAxes(asFloats(numbers), dimensions, step.permutation);
    case "reshape":
      return numbers;
    case "dequantize":
      return dequantize(numbers, dimensions, await scalesOf(step, files));
    case "quantize":
      return quantize(numbers, dimensions, await scalesOf(step, files), step.range);
    case "arithmetic": {
      const others = await readTensorNumbers(step.other, files);
      const combine = COMBINE[step.operator];
      return combineBroadcast(numbers, dimensions, others, step.other.dimensions, (one, other) =>
        step.isReversed ? combine(other, one) : combine(one, other),
      );
    }
  }
}

const COMBINE = {
  Add: (one: number, other: number) => one + other,
  Sub: (one: number, other: number) => one - other,
  Mul: (one: number, other: number) => one * other,
  Div: (one: number, other: number) => one / other,
};

async function scalesOf({ scale, zeroPoint, axis, blockSize }: Quantization, files: TensorFiles) {
  const scales = scale === null ? [1] : await readTensorNumbers(scale, files);
  const zeroPoints = zeroPoint === null ? [] : await readTensorNumbers(zeroPoint, files);
  return { scales, zeroPoints, axis, blockSize };
}

export function asFloats(numbers: TensorNumbers): Float32Array<ArrayBuffer> {
  return numbers instanceof Float32Array ? numbers : Float32Array.from(numbers);
}
