import * as ort from "onnxruntime-web/wasm";
import { memorySource } from "../../src/core/bytes/memorySource.ts";
import type { ExecutableNetwork } from "../../src/core/execution/executable.ts";
import { buildKeras } from "../../src/core/execution/keras/buildKeras.ts";
import { assembleModel } from "../../src/core/formats/keras/assembleNetwork.ts";
import { weightName } from "../../src/core/formats/keras/storedWeights.ts";
import type { Network } from "../../src/core/network/network.ts";
import { startSession } from "./executables.ts";
import { functional, layer } from "./kerasModels.ts";
import { translated } from "./kerasReading.ts";
import type { Tensor } from "./kerasReference.ts";

/** Weights by layer of the outermost model, then by name, in Keras's order. */
export type LayerTensors = Readonly<Record<string, Readonly<Record<string, Tensor>>>>;

export interface ModelOptions {
  readonly version?: string;
  readonly isTheano?: boolean;
  readonly signal?: AbortSignal;
}

const never = new AbortController().signal;

export interface BuiltModel {
  readonly network: Network;
  readonly executable: ExecutableNetwork;
}

/** Reads and writes in ONNX a model of this configuration and these weights. */
export async function buildModel(
  config: unknown,
  weights: LayerTensors,
  { version = "2.4.0", isTheano = false, signal = never }: ModelOptions = {},
): Promise<BuiltModel> {
  const groups = Object.entries(weights).map(([name, tensors]) => ({
    layer: name,
    weights: Object.entries(tensors).map(([weight, { shape, values }]) => ({
      name: weightName(weight),
      shape,
      isFloat: true,
      read: () => Float32Array.from(values),
    })),
  }));
  const model = { architecture: translated(config), groups, version, isTheano, warnings: [] };
  const source = memorySource("model.h5", new Uint8Array(0));
  const context = { source, onProgress: () => undefined, signal: never };
  const assembled = await assembleModel(model, context);
  const network: Network = { format: "keras-hdf5", producer: null, ...assembled, questions: [] };
  return { network, executable: await buildKeras(model, { source, signal }, network) };
}

/** What the model makes of its inputs, given in its order. */
export async function runExecutable(
  { model }: Pick<ExecutableNetwork, "model">,
  ...inputs: readonly Tensor[]
): Promise<readonly Tensor[]> {
  const session = await startSession(model as Uint8Array<ArrayBuffer>);
  const feeds: Record<string, ort.Tensor> = {};
  for (const [at, { shape, values }] of inputs.entries()) {
    const numbers = Float32Array.from(values);
    feeds[session.inputNames[at]] = new ort.Tensor("float32", numbers, shape);
  }
  const results = await session.run(feeds);
  const outputs = session.outputNames.map((name) => {
    const { dims, data } = results[name];
    return { shape: dims, values: Float64Array.from(data as Float32Array) };
  });
  await session.release();
  return outputs;
}

export async function runModel(
  config: unknown,
  weights: LayerTensors,
  inputs: readonly Tensor[],
  options: ModelOptions = {},
): Promise<readonly Tensor[]> {
  const { executable } = await buildModel(config, weights, options);
  return runExecutable(executable, ...inputs);
}

/** What a single layer makes of its inputs; its name is "it". */
export async function runLayer(
  className: string,
  settings: Record<string, unknown>,
  weights: Readonly<Record<string, Tensor>>,
  inputs: readonly Tensor[],
  options: ModelOptions = {},
): Promise<Tensor> {
  const [made] = await runModel(
    oneLayer(className, settings, inputs),
    { it: weights },
    inputs,
    options,
  );
  return made;
}

/** A model of one layer whose inputs are of these shapes, the batch left open. */
export function oneLayer(
  className: string,
  settings: Record<string, unknown>,
  inputs: readonly Pick<Tensor, "shape">[],
): Record<string, unknown> {
  const names = inputs.map((_, at) => `input_${at}`);
  const layers = inputs.map(({ shape }, at) =>
    layer("InputLayer", names[at], { batch_input_shape: [null, ...shape.slice(1)] }),
  );
  return functional([...layers, layer(className, "it", settings, ...names)], "it", names[0]);
}
