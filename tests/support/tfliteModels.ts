import type { FlatFields } from "./flatBufferWriter.ts";
import { floatBytes } from "./onnxWriter.ts";
import {
  CODE,
  convolutionOptions,
  type OperatorParts,
  poolOptions,
  type SubgraphParts,
  type TensorParts,
  TYPE,
  writeTflite,
} from "./tfliteWriter.ts";

/** 1, 2, 3, ... */
export function counted(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

export function int32Bytes(values: readonly number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(values).buffer);
}

export function int8Bytes(values: readonly number[]): Uint8Array {
  return new Uint8Array(Int8Array.from(values).buffer);
}

export function floats(
  name: string,
  shape: readonly number[],
  values = counted(shape.reduce((product, length) => product * length, 1)),
): TensorParts {
  return { name, shape, data: floatBytes(values) };
}

export function sizes(values: readonly number[]): TensorParts {
  return { name: "sizes", shape: [values.length], type: TYPE.int32, data: int32Bytes(values) };
}

interface ConvolutionParts {
  readonly code?: number;
  readonly channels?: number;
  /** Name of the tensor that it makes. */
  readonly output?: string;
  readonly options?: FlatFields;
}

/** One convolution on an 8 x 8 map of `channels`, made by the operator and weights given. */
export function oneConvolution(
  weight: TensorParts,
  {
    code = CODE.conv2d,
    channels = 1,
    output = "conv/Conv2D",
    options = convolutionOptions(),
  }: ConvolutionParts = {},
): SubgraphParts {
  return {
    tensors: [
      { name: "image", shape: [1, 8, 8, channels] },
      weight,
      { name: output, shape: [1, 8, 8, 2] },
    ],
    operators: [{ code, inputs: [0, 1], outputs: [2], options }],
  };
}

/**
 * A small U-Net as TensorFlow's converter writes it: the image side is open, the upsampled size
 * is computed from the shape of the map, the second half transposes.
 */
export function smallUNet(): SubgraphParts {
  const open = (channels: number): Pick<TensorParts, "shape" | "signature"> => ({
    shape: [1, 1, 1, channels],
    signature: [-1, -1, -1, channels],
  });
  const tensors: TensorParts[] = [];
  const operators: OperatorParts[] = [];
  const tensor = (parts: TensorParts) => tensors.push(parts) - 1;
  const run = (code: number, inputs: readonly number[], output: TensorParts, options = {}) => {
    const made = tensor(output);
    operators.push({ code, inputs, outputs: [made], options });
    return made;
  };
  const conv = (name: string, input: number, from: number, to: number) => {
    const output = `model/${name}/Relu;model/${name}/BiasAdd;model/${name}/Conv2D`;
    const inputs = [input, tensor(floats("arith.constant1", [to, 3, 3, from]))];
    return run(CODE.conv2d, inputs, { name: output, ...open(to) }, convolutionOptions());
  };
  const image = tensor({ name: "image", ...open(1) });
  const first = conv("conv2d", image, 1, 4);
  const pooled = run(CODE.maxPool, [first], { name: "pool", ...open(4) }, poolOptions(2, 2));
  const deep = conv("conv2d_1", pooled, 4, 8);
  const shape = run(CODE.shape, [deep], { name: "shape", shape: [4], type: TYPE.int32 });
  const size = run(
    CODE.stridedSlice,
    [shape, tensor(sizes([1])), tensor(sizes([3])), tensor(sizes([1]))],
    { name: "size", shape: [2], type: TYPE.int32 },
  );
  const twice = run(CODE.mul, [size, tensor(sizes([2, 2]))], {
    name: "twice",
    shape: [2],
    type: TYPE.int32,
  });
  const up = run(CODE.resizeBilinear, [deep, twice], { name: "up", ...open(8) });
  const joined = run(
    CODE.concatenation,
    [up, first],
    { name: "joined", ...open(12) },
    { 0: { kind: "scalar", bytes: int32Bytes([3]) } },
  );
  const last = conv("conv2d_2", joined, 12, 4);
  run(
    CODE.transposeConv,
    [tensor(sizes([1, 32, 32, 2])), tensor(floats("t", [2, 3, 3, 4])), last],
    { name: "model/conv2d_transpose/conv2d_transpose", ...open(2) },
    convolutionOptions({ stride: 2 }),
  );
  return { tensors, operators };
}

export const smallUNetFile = () => writeTflite([smallUNet()]);
