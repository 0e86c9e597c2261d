import type { SkipReason } from "../../network/network.ts";
import { isFloatType, isIntegerType, type OnnxNode, type OnnxTensor } from "./model.ts";
import { readTensorNumbers, type TensorFiles } from "./tensorNumbers.ts";
import type { GraphValues } from "./values.ts";

/** Affine quantization: real = (stored - zeroPoint) * scale, per tensor or along `axis`. */
export interface Quantization {
  readonly scale: OnnxTensor;
  readonly zeroPoint: OnnxTensor | null;
  readonly axis: number;
}

/** A stored weight tensor and what the graph does to it before a convolution takes it. */
export interface WeightSource {
  readonly tensor: OnnxTensor;
  readonly quantization: Quantization | null;
  /** Axis lengths as the convolution sees them. */
  readonly dimensions: readonly number[];
  /** Axis `i` of the weights is axis `permutation[i]` of the stored tensor. */
  readonly permutation: readonly number[];
}

export type WeightLookup =
  | { readonly kind: "found"; readonly weight: WeightSource }
  | { readonly kind: "skipped"; readonly reason: SkipReason };

/** Nodes between a stored tensor and its convolution; exporters write one to three. */
const MAX_STEPS = 32;

/** Where each convolution operator takes its weights from. */
const WEIGHT_INPUT: ReadonlyMap<string, number> = new Map([
  ["Conv", 1],
  ["ConvTranspose", 1],
  ["FusedConv", 1],
  ["QLinearConv", 3],
  ["ConvInteger", 1],
]);

export function isConvolution(node: OnnxNode): boolean {
  return WEIGHT_INPUT.has(node.operator);
}

/** Name of the value that the convolution takes as its weights; empty if it has none. */
export function weightInput(node: OnnxNode): string {
  return node.inputs[WEIGHT_INPUT.get(node.operator) ?? 1] ?? "";
}

/** Finds the stored tensor behind the weights of a convolution node. */
export function findWeight(node: OnnxNode, values: GraphValues): WeightLookup {
  if (node.operator === "ConvInteger") {
    // Its scales stand in other nodes, after the sum.
    return { kind: "skipped", reason: "quantized weights of a kind not read yet" };
  }
  if (node.operator !== "QLinearConv") return followWeight(weightInput(node), values);
  const tensor = values.tensors.get(weightInput(node));
  if (tensor === undefined) return followWeight(weightInput(node), values);
  const quantization = quantizationFrom(node, 4, 5, 0, values);
  if (quantization === null || !isIntegerType(tensor.dataType)) {
    return { kind: "skipped", reason: "quantized weights of a kind not read yet" };
  }
  const permutation = tensor.dimensions.map((_, axis) => axis);
  return {
    kind: "found",
    weight: { tensor, quantization, dimensions: tensor.dimensions, permutation },
  };
}

function followWeight(name: string, values: GraphValues): WeightLookup {
  let value = name;
  let quantization: Quantization | null = null;
  const transposes: (readonly number[] | null)[] = [];
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const tensor = values.tensors.get(value);
    if (tensor !== undefined) return weightOf(tensor, quantization, transposes);
    const node = values.producers.get(value);
    if (node === undefined) return { kind: "skipped", reason: "weights are not in the file" };
    switch (node.operator) {
      case "Identity":
      case "Cast":
        break;
      case "Transpose":
        transposes.push(node.attributes.get("perm")?.ints ?? null);
        break;
      case "DequantizeLinear": {
        const axis = node.attributes.get("axis")?.int ?? 1;
        const blocked = (node.attributes.get("block_size")?.int ?? 0) !== 0;
        const found = quantizationFrom(node, 1, 2, axis, values);
        // A transpose after it would move the axis of its scales.
        if (found === null || blocked || quantization !== null || transposes.length > 0) {
          return { kind: "skipped", reason: "quantized weights of a kind not read yet" };
        }
        quantization = found;
        break;
      }
      case "QuantizeLinear":
        return { kind: "skipped", reason: "quantized weights of a kind not read yet" };
      default:
        return { kind: "skipped", reason: "weights are computed while the network runs" };
    }
    value = node.inputs[0] ?? "";
  }
  return { kind: "skipped", reason: "weights are computed while the network runs" };
}

function weightOf(
  tensor: OnnxTensor,
  quantization: Quantization | null,
  transposes: readonly (readonly number[] | null)[],
): WeightLookup {
  const isReadable =
    quantization === null ? isFloatType(tensor.dataType) : isIntegerType(tensor.dataType);
  if (!isReadable) {
    return { kind: "skipped", reason: "quantized weights of a kind not read yet" };
  }
  let permutation = tensor.dimensions.map((_, axis) => axis);
  // `transposes` were met on the way from the convolution back to the tensor.
  for (const stated of transposes.toReversed()) {
    const step = stated ?? permutation.map((_, axis) => permutation.length - 1 - axis);
    if (!isPermutation(step, permutation.length)) {
      return { kind: "skipped", reason: "weights do not have the shape of a convolution" };
    }
    permutation = step.map((axis) => permutation[axis]);
  }
  if (quantization !== null && permutation.some((axis, at) => axis !== at)) {
    return { kind: "skipped", reason: "quantized weights of a kind not read yet" };
  }
  const dimensions = permutation.map((axis) => tensor.dimensions[axis]);
  return { kind: "found", weight: { tensor, quantization, dimensions, permutation } };
}

function isPermutation(axes: readonly number[], rank: number): boolean {
  return axes.length === rank && new Set(axes).size === rank && axes.every((axis) => axis < rank);
}

function quantizationFrom(
  node: OnnxNode,
  scaleInput: number,
  zeroPointInput: number,
  axis: number,
  values: GraphValues,
): Quantization | null {
  const scale = values.tensors.get(node.inputs[scaleInput] ?? "");
  const zeroPointName = node.inputs[zeroPointInput] ?? "";
  const zeroPoint = values.tensors.get(zeroPointName) ?? null;
  if (scale === undefined || !isFloatType(scale.dataType)) return null;
  if (zeroPointName !== "" && zeroPoint === null) return null;
  return { scale, zeroPoint, axis };
}

/**
 * Numbers of a weight as float32, row-major in the axes the convolution sees; null if the
 * scales do not fit the shape.
 */
export async function readWeight(
  weight: WeightSource,
  files: TensorFiles,
): Promise<Float32Array | null> {
  const stored = await readTensorNumbers(weight.tensor, files);
  if (weight.quantization !== null) {
    const { scale, zeroPoint, axis } = weight.quantization;
    const scales = Float64Array.from(await readTensorNumbers(scale, files));
    const zeroPoints = zeroPoint
      ? Float64Array.from(await readTensorNumbers(zeroPoint, files))
      : new Float64Array(scales.length);
    return dequantize(Float64Array.from(stored), weight.dimensions, scales, zeroPoints, axis);
  }
  const numbers = stored instanceof Float32Array ? stored : Float32Array.from(stored);
  return permute(numbers, weight.tensor.dimensions, weight.permutation);
}

function dequantize(
  stored: Float64Array,
  dimensions: readonly number[],
  scales: Float64Array,
  zeroPoints: Float64Array,
  axis: number,
): Float32Array | null {
  const perTensor = scales.length === 1;
  const along = axis < 0 ? axis + dimensions.length : axis;
  if (zeroPoints.length !== scales.length) return null;
  if (!perTensor && dimensions[along] !== scales.length) return null;
  const inner = dimensions.slice(along + 1).reduce((product, length) => product * length, 1);
  return Float32Array.from(stored, (value, index) => {
    const channel = perTensor ? 0 : Math.floor(index / inner) % scales.length;
    return (value - zeroPoints[channel]) * scales[channel];
  });
}

function permute(
  numbers: Float32Array,
  dimensions: readonly number[],
  permutation: readonly number[],
): Float32Array {
  if (permutation.every((axis, at) => axis === at)) return numbers;
  const strides = dimensions.map((_, axis) =>
    dimensions.slice(axis + 1).reduce((product, length) => product * length, 1),
  );
  const lengths = permutation.map((axis) => dimensions[axis]);
  const steps = permutation.map((axis) => strides[axis]);
  const index = lengths.map(() => 0);
  const permuted = new Float32Array(numbers.length);
  let from = 0;
  for (let to = 0; to < permuted.length; to += 1) {
    permuted[to] = numbers[from];
    for (let axis = lengths.length - 1; axis >= 0; axis -= 1) {
      index[axis] += 1;
      from += steps[axis];
      if (index[axis] < lengths[axis]) break;
      from -= index[axis] * steps[axis];
      index[axis] = 0;
    }
  }
  return permuted;
}
