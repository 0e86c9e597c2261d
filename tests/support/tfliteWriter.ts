import {
  byteVector,
  type FlatFields,
  type FlatValue,
  flatBuffer,
  float32Vector,
  int8,
  int32,
  int32Vector,
  int64Vector,
  table,
  tables,
  text,
  uint64,
} from "./flatBufferWriter.ts";
import { type Bytes, join } from "./onnxWriter.ts";

// Tables and numbers of schema.fbs, see src/core/formats/tflite/model.ts.

export const TYPE = { float32: 0, float16: 1, int32: 2, uint8: 3, int8: 9, int4: 17 } as const;

export const CODE = {
  add: 0,
  averagePool: 1,
  concatenation: 2,
  conv2d: 3,
  depthwise: 4,
  dequantize: 6,
  logistic: 14,
  maxPool: 17,
  mul: 18,
  relu: 19,
  reshape: 22,
  resizeBilinear: 23,
  custom: 32,
  pad: 34,
  spaceToBatch: 38,
  transpose: 39,
  mean: 40,
  stridedSlice: 45,
  transposeConv: 67,
  shape: 77,
  pack: 83,
  quantize: 114,
  conv3d: 132,
} as const;

export interface QuantizationParts {
  readonly scale: readonly number[];
  readonly zeroPoint?: readonly number[];
  readonly axis?: number;
  /** Type of `details`: another kind of quantization. */
  readonly details?: number;
}

export interface TensorParts {
  readonly name?: string;
  readonly shape: readonly number[];
  readonly signature?: readonly number[];
  readonly type?: number;
  /** Numbers, which get a buffer of their own. */
  readonly data?: Uint8Array;
  /** The same behind the FlatBuffer, as in files above 2 GB. */
  readonly dataBehind?: Uint8Array;
  /** Index of the tensor whose buffer this one shares. */
  readonly sharesWith?: number;
  readonly quantization?: QuantizationParts;
  readonly isSparse?: boolean;
}

export interface OperatorParts {
  readonly code: number;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Fields of the settings table. */
  readonly options?: FlatFields;
  readonly custom?: string;
}

export interface SubgraphParts {
  readonly tensors: readonly TensorParts[];
  readonly operators: readonly OperatorParts[];
  readonly inputs?: readonly number[];
}

export interface ModelParts {
  readonly description?: string;
  readonly runtimeVersion?: string;
}

/** The bytes of a TensorFlow Lite model; the first subgraph is the network. */
export function writeTflite(subgraphs: readonly SubgraphParts[], parts: ModelParts = {}): Bytes {
  // Where the numbers behind the FlatBuffer stand does not change how long it is.
  const { length } = new ModelWriter(subgraphs, parts, 0).flatBuffer();
  const writer = new ModelWriter(subgraphs, parts, length);
  return join(writer.flatBuffer(), ...writer.behind);
}

class ModelWriter {
  readonly behind: Uint8Array[] = [];
  private readonly subgraphs: readonly SubgraphParts[];
  private readonly parts: ModelParts;
  private readonly buffers: FlatFields[] = [{}];
  private readonly codes: FlatFields[] = [];
  private end: number;

  constructor(subgraphs: readonly SubgraphParts[], parts: ModelParts, end: number) {
    this.subgraphs = subgraphs;
    this.parts = parts;
    this.end = end;
  }

  flatBuffer(): Bytes {
    const { description = "MLIR Converted.", runtimeVersion = "1.14.0" } = this.parts;
    const subgraphs = this.subgraphs.map((subgraph) => this.subgraph(subgraph));
    const version = new Uint8Array(16);
    version.set(new TextEncoder().encode(runtimeVersion));
    const metadata = { 0: text("min_runtime_version"), 1: int32(this.buffers.length) };
    this.buffers.push({ 0: byteVector(version) });
    return flatBuffer("TFL3", {
      0: int32(3),
      1: tables(this.codes),
      2: tables(subgraphs),
      3: text(description),
      4: tables(this.buffers),
      6: tables([metadata]),
    });
  }

  private subgraph({ tensors, operators, inputs = [0] }: SubgraphParts): FlatFields {
    const buffers: number[] = [];
    const tensorFields = tensors.map((tensor) => {
      const { sharesWith } = tensor;
      buffers.push(sharesWith === undefined ? this.buffer(tensor) : buffers[sharesWith]);
      return tensorTable(tensor, buffers[buffers.length - 1]);
    });
    const last = operators.at(-1)?.outputs ?? [];
    return {
      0: tables(tensorFields),
      1: int32Vector(inputs),
      2: int32Vector(last),
      3: tables(operators.map((operator) => this.operator(operator))),
      4: text("main"),
    };
  }

  private buffer({ data, dataBehind }: TensorParts): number {
    if (data !== undefined) this.buffers.push({ 0: byteVector(data) });
    else if (dataBehind !== undefined) {
      this.buffers.push({ 1: uint64(this.end), 2: uint64(dataBehind.length) });
      this.behind.push(dataBehind);
      this.end += dataBehind.length;
    } else return 0;
    return this.buffers.length - 1;
  }

  private operator({ code, inputs, outputs, options, custom }: OperatorParts): FlatFields {
    this.codes.push({
      0: int8(Math.min(code, 127)),
      ...(custom === undefined ? {} : { 1: text(custom) }),
      3: int32(code),
    });
    return {
      0: int32(this.codes.length - 1),
      1: int32Vector(inputs),
      2: int32Vector(outputs),
      ...(options === undefined ? {} : { 4: table(options) }),
    };
  }
}

function tensorTable(tensor: TensorParts, buffer: number): FlatFields {
  const { name = "", shape, signature, type = TYPE.float32, quantization, isSparse } = tensor;
  return {
    0: int32Vector(shape),
    1: int8(type),
    2: int32(buffer),
    3: text(name),
    ...(quantization === undefined ? {} : { 4: quantizationTable(quantization) }),
    ...(isSparse === true ? { 6: table({ 0: int32Vector([0]) }) } : {}),
    ...(signature === undefined ? {} : { 7: int32Vector(signature) }),
  };
}

function quantizationTable(parts: QuantizationParts): FlatValue {
  const { scale, zeroPoint = scale.map(() => 0), axis = 0, details } = parts;
  return table({
    2: float32Vector(scale),
    3: int64Vector(zeroPoint),
    ...(details === undefined ? {} : { 4: int8(details), 5: table({}) }),
    6: int32(axis),
  });
}

/** Conv2DOptions, or with `multiplier` DepthwiseConv2DOptions; padding SAME. */
export function convolutionOptions({
  stride = 1,
  dilation = 1,
  multiplier = 0,
  padding = 0,
} = {}): FlatFields {
  const steps = { 0: int8(padding), 1: int32(stride), 2: int32(stride) };
  if (multiplier === 0) return { ...steps, 4: int32(dilation), 5: int32(dilation) };
  return { ...steps, 3: int32(multiplier), 5: int32(dilation), 6: int32(dilation) };
}

export function poolOptions(window: number, stride: number): FlatFields {
  return { 0: int8(1), 1: int32(stride), 2: int32(stride), 3: int32(window), 4: int32(window) };
}
