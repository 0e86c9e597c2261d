/** Runs small TensorFlow Lite networks in ONNX Runtime. */

import type { FlatFields } from "./flatBufferWriter.ts";
import { floatBytes } from "./onnxWriter.ts";
import { type Numbers, noise, slowConvolution, slowTranspose } from "./slowMaps.ts";
import { expectClose, runFiles } from "./tensorflowRuns.ts";
import { int8Bytes, int32Bytes } from "./tfliteModels.ts";
import {
  CODE,
  convolutionOptions,
  type OperatorParts,
  type QuantizationParts,
  type TensorParts,
  TYPE,
  writeTflite,
} from "./tfliteWriter.ts";

/** Numbers of `BuiltinOperator` that only running needs. */
export const MORE = {
  ...CODE,
  fullyConnected: 9,
  l2Normalization: 11,
  relu6: 21,
  softmax: 25,
  tanh: 28,
  batchToSpace: 37,
  sub: 41,
  div: 42,
  squeeze: 43,
  exp: 47,
  split: 49,
  cast: 53,
  prelu: 54,
  argMax: 56,
  padV2: 60,
  slice: 65,
  expandDims: 70,
  sum: 74,
  reduceMax: 82,
  unpack: 88,
  resizeNearest: 97,
  leakyRelu: 98,
  mirrorPad: 100,
  depthToSpace: 5,
  spaceToDepth: 26,
  elu: 111,
  hardSwish: 117,
  gelu: 150,
  unknown: 99_999,
} as const;

/** Puts a network together operator by operator; each method returns a tensor's index. */
export class LiteGraph {
  private readonly tensors: TensorParts[] = [];
  private readonly operators: OperatorParts[] = [];

  tensor(parts: TensorParts): number {
    return this.tensors.push(parts) - 1;
  }

  floats({ shape, values }: Numbers): number {
    return this.tensor({ name: "stored", shape, data: floatBytes([...values]) });
  }

  integers(values: readonly number[], shape = [values.length]): number {
    return this.tensor({ name: "list", shape, type: TYPE.int32, data: int32Bytes(values) });
  }

  /** Whole numbers that stand for real ones. */
  bytes(values: readonly number[], shape: readonly number[], quantization: QuantizationParts) {
    return this.tensor({
      name: "bytes",
      shape,
      type: TYPE.int8,
      data: int8Bytes(values),
      quantization,
    });
  }

  run(
    code: number,
    inputs: readonly number[],
    parts: Partial<TensorParts> & { readonly options?: FlatFields; readonly count?: number } = {},
  ): number {
    const { options = {}, count = 1, shape = [], name = "made", ...rest } = parts;
    const outputs = Array.from({ length: count }, (_, at) =>
      this.tensor({ name: at === 0 ? name : `${name}:${at}`, shape, ...rest }),
    );
    this.operators.push({ code, inputs, outputs, options });
    return outputs[0];
  }

  /** An operator that the schema does not know. */
  runCustom(custom: string, inputs: readonly number[], shape: readonly number[]): number {
    const output = this.tensor({ name: "made", shape });
    this.operators.push({ code: CODE.custom, inputs, outputs: [output], custom });
    return output;
  }

  files() {
    return {
      "network.tflite": writeTflite([{ tensors: this.tensors, operators: this.operators }]),
    };
  }
}

export const LITE_IMAGE = noise([1, 7, 5, 3], 2);
const MIXING = noise([1, 1, 3, 4], 5);
/** What the convolution of `liteMaps` makes of the image. */
export const LITE_MAPS = slowConvolution(LITE_IMAGE, MIXING, { padding: "SAME" });

export type Form = "as a convolution leaves them" | "in the order of the file" | "of open size";
const LITE_FORMS: readonly Form[] = [
  "as a convolution leaves them",
  "in the order of the file",
  "of open size",
];

/** A network with maps (1,7,5,4) of an image: the graph and the index of the maps. */
export function liteMaps(form: Form): readonly [LiteGraph, number] {
  const graph = new LiteGraph();
  const isOpen = form === "of open size";
  const image = graph.tensor({
    name: "image",
    shape: isOpen ? [1, 1, 1, 3] : LITE_IMAGE.shape,
    ...(isOpen ? { signature: [-1, -1, -1, 3] } : {}),
  });
  const kernel = graph.floats(slowTranspose(MIXING, [3, 0, 1, 2]));
  const options = convolutionOptions();
  const maps = graph.run(CODE.conv2d, [image, kernel], { shape: [1, 7, 5, 4], options });
  if (form !== "in the order of the file") return [graph, maps];
  const shape = graph.integers([1, 7, 5, 4]);
  return [graph, graph.run(CODE.reshape, [maps, shape], { shape: [1, 7, 5, 4] })];
}

/** What the last operator of a network makes. */
export async function lastOf(graph: LiteGraph, image = LITE_IMAGE): Promise<Numbers> {
  const { results } = await runFiles(graph.files(), image);
  return Object.values(results)[0];
}

/** Puts operators behind the maps, in each form that they may come in. */
export async function expectLite(
  wanted: Numbers,
  add: (graph: LiteGraph, maps: number) => void,
): Promise<void> {
  for (const form of LITE_FORMS) {
    const [graph, maps] = liteMaps(form);
    add(graph, maps);
    expectClose(await lastOf(graph), wanted);
  }
}
