import { type FloatType, floatsFromBytes } from "../../bytes/floatNumbers.ts";
import { unpackFourBits } from "../../bytes/packedIntegers.ts";
import type { SkipReason } from "../../network/network.ts";
import { dequantize } from "../arrays/dequantize.ts";
import { isPermutation, permuteAxes } from "../arrays/permuteAxes.ts";
import type { ByteRange } from "./flatBuffer.ts";
import { elementsOf, isFloatType, TENSOR_TYPE, type TfliteTensor } from "./model.ts";
import { type SubgraphValues, wrongLength } from "./values.ts";

/** What an operator between a stored tensor and its convolution does to the tensor's axes. */
type AxisStep =
  | { readonly kind: "reshape"; readonly shape: readonly number[] }
  | { readonly kind: "transpose"; readonly permutation: readonly number[] };

/** A stored tensor and what the network does to it before a convolution takes it. */
export interface WeightSource {
  readonly tensor: TfliteTensor;
  readonly data: ByteRange;
  /** From the stored tensor to the convolution. */
  readonly steps: readonly AxisStep[];
  /** Axis lengths as the convolution sees them. */
  readonly axes: readonly number[];
}

export type WeightLookup = WeightSource | SkipReason;

/** Operators between a stored tensor and its convolution; converters write one or two. */
const MAX_STEPS = 32;

/** Finds the stored tensor behind the weights of a convolution. */
export async function findWeight(
  index: number | undefined,
  values: SubgraphValues,
): Promise<WeightLookup> {
  const steps: AxisStep[] = [];
  let at = index;
  for (let count = 0; count < MAX_STEPS; count += 1) {
    const tensor = values.tensor(at);
    const operator = values.producers.get(at ?? -1);
    if (tensor === null) return "weights are not in the file";
    if (operator === undefined) return storedWeight(tensor, steps.toReversed(), values);
    switch (operator.operator) {
      case "DEQUANTIZE":
      case "QUANTIZE":
      case "CAST":
        break;
      case "RESHAPE":
      case "SQUEEZE":
      case "EXPAND_DIMS":
        steps.push({ kind: "reshape", shape: tensor.shape });
        break;
      case "TRANSPOSE": {
        const permutation = await values.shapeVector(operator.inputs[1]);
        if (permutation === null) return "weights are computed while the network runs";
        steps.push({ kind: "transpose", permutation });
        break;
      }
      case "DENSIFY":
        return "sparse weights";
      default:
        return "weights are computed while the network runs";
    }
    at = operator.inputs[0];
  }
  return "weights are computed while the network runs";
}

async function storedWeight(
  tensor: TfliteTensor,
  steps: readonly AxisStep[],
  values: SubgraphValues,
): Promise<WeightLookup> {
  if (tensor.isSparse) return "sparse weights";
  const data = await values.dataOf(tensor);
  if (data === null) return "weights are not in the file";
  if (!isFloatType(tensor.type) && !isQuantized(tensor)) {
    return "quantized weights of a kind not read yet";
  }
  let axes = tensor.shape;
  for (const step of steps) {
    const fits =
      step.kind === "reshape"
        ? elementsOf(step.shape) === elementsOf(axes)
        : isPermutation(step.permutation, axes.length);
    if (!fits) return "weights do not have the shape of a convolution";
    axes = axesAfter(step, axes);
  }
  if (data.end - data.start !== storedBytes(tensor)) {
    throw wrongLength(values.buffer, tensor.name, tensor.shape, data);
  }
  return { tensor, data, steps, axes };
}

function axesAfter(step: AxisStep, axes: readonly number[]): readonly number[] {
  return step.kind === "reshape" ? step.shape : step.permutation.map((axis) => axes[axis]);
}

/** Whole numbers that stand for real ones, with scales of the schema's own kind. */
export function isQuantized({ type, quantization }: TfliteTensor): boolean {
  if (quantization === null || !INTEGER_TYPES.has(type)) return false;
  // Field 2 is `scale`; field 4 the type of `details`, another kind of quantization.
  return quantization.has(2) && quantization.int8(4) === 0;
}

const INTEGER_TYPES: ReadonlySet<number> = new Set([
  TENSOR_TYPE.int32,
  TENSOR_TYPE.uint8,
  TENSOR_TYPE.int16,
  TENSOR_TYPE.int8,
  TENSOR_TYPE.int4,
]);

const BITS: ReadonlyMap<number, number> = new Map([
  [TENSOR_TYPE.float64, 64],
  [TENSOR_TYPE.float32, 32],
  [TENSOR_TYPE.int32, 32],
  [TENSOR_TYPE.float16, 16],
  [TENSOR_TYPE.bfloat16, 16],
  [TENSOR_TYPE.int16, 16],
  [TENSOR_TYPE.uint8, 8],
  [TENSOR_TYPE.int8, 8],
  [TENSOR_TYPE.int4, 4],
]);

function storedBytes({ shape, type }: TfliteTensor): number {
  return Math.ceil((elementsOf(shape) * (BITS.get(type) ?? 0)) / 8);
}

/** Numbers of a weight as float32, row-major in the axes that the convolution sees. */
export async function readWeight(
  { tensor, data, steps }: WeightSource,
  { buffer }: SubgraphValues,
): Promise<Float32Array | SkipReason> {
  const bytes = await buffer.source.slice(data.start, data.end);
  let numbers = isFloatType(tensor.type)
    ? floatsFromBytes(bytes, floatType(tensor.type))
    : await dequantized(tensor, bytes);
  if (numbers === null) return "quantized weights of a kind not read yet";
  let axes = tensor.shape;
  for (const step of steps) {
    if (step.kind === "transpose") numbers = permuteAxes(numbers, axes, step.permutation);
    axes = axesAfter(step, axes);
  }
  return numbers;
}

function floatType(type: number): FloatType {
  switch (type) {
    case TENSOR_TYPE.float64:
      return "float64";
    case TENSOR_TYPE.float16:
      return "float16";
    case TENSOR_TYPE.bfloat16:
      return "bfloat16";
    default:
      return "float32";
  }
}

/** schema.fbs, QuantizationParameters: f = scale * (q - zero_point). */
async function dequantized(
  tensor: TfliteTensor,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Float32Array<ArrayBuffer> | null> {
  const { shape, quantization } = tensor;
  if (quantization === null) return null;
  const scales = await quantization.float32s(2);
  const zeroPoints = await quantization.int64s(3);
  const axis = quantization.int32(6);
  if (scales.length === 0) return null;
  return dequantize(integers(tensor, bytes), shape, { scales, zeroPoints, axis });
}

function integers(
  { type, shape }: TfliteTensor,
  bytes: Uint8Array<ArrayBuffer>,
): ArrayLike<number> {
  const { buffer, byteOffset } = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  const count = elementsOf(shape);
  switch (type) {
    case TENSOR_TYPE.int8:
      return new Int8Array(buffer, byteOffset, count);
    case TENSOR_TYPE.int16:
      return new Int16Array(buffer, byteOffset, count);
    case TENSOR_TYPE.int32:
      return new Int32Array(buffer, byteOffset, count);
    case TENSOR_TYPE.int4:
      return unpackFourBits(bytes, count, true);
    default:
      return bytes;
  }
}
