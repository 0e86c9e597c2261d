import type { InferenceSession, Tensor } from "onnxruntime-web/wasm";
import type { ExternalData } from "../../core/execution/executable.ts";
import type { FedNumbers, Feeds } from "./feeds.ts";
import type { LabEngine } from "./protocol.ts";
import { DeviceMemory } from "./providers/deviceMemory.ts";
import type { Runtime } from "./runtime.ts";
import { type RuntimeStep, runtimeFailure, unusableRuntime } from "./runtimeErrors.ts";
import { float32Values } from "./tensorValues.ts";

/** A value that goes into a network or comes out of it, as its file describes it. */
export interface ValueDescription {
  readonly name: string;
  /** ONNX Runtime's name of the numbers' type, "float32"; null for what is no tensor. */
  readonly type: string | null;
  /** Axis lengths; null where one is open. */
  readonly dimensions: readonly (number | null)[];
}

/** Numbers that came out of a network. */
export interface OutputValue {
  readonly dimensions: readonly number[];
  readonly values: Float32Array;
}

/** One network in ONNX Runtime. Its memory is given back by `dispose` alone. */
export interface RunningModel {
  readonly inputs: readonly ValueDescription[];
  readonly outputs: readonly ValueDescription[];
  /**
   * @param wanted names of the outputs to return.
   * @throws ConvAtlasError `cannot-run` or `too-large`.
   */
  run(feeds: Feeds, wanted: readonly string[]): Promise<ReadonlyMap<string, OutputValue>>;
  dispose(): Promise<void>;
}

/** Starts networks, and knows whether ONNX Runtime still works. */
export interface ModelStarter {
  readonly engine: LabEngine;
  /** False after WebAssembly stopped in the middle of its work: nothing runs in this worker any more. */
  isUsable(): boolean;
  /** @throws ConvAtlasError `cannot-run` or `too-large`. */
  start(
    model: Uint8Array<ArrayBuffer>,
    externalData: readonly ExternalData[],
  ): Promise<RunningModel>;
  /** Gives back what models that were started had in common, when all of them are disposed of. */
  clear(): void;
}

export function modelStarter({ ort, provider, threads, device }: Runtime): ModelStarter {
  let isUsable = true;
  /** Of the graphics processor, once a network was started there. */
  let memory: DeviceMemory | null = null;
  /** What runs last; it never rejects. */
  let last: Promise<unknown> = Promise.resolve();

  /** One task after the other: WebAssembly has one memory, and one stack, for all of them. */
  function inTurn<Result>(step: RuntimeStep, task: () => Promise<Result>): Promise<Result> {
    const run = async () => {
      if (!isUsable) throw unusableRuntime();
      try {
        return await task();
      } catch (thrown) {
        const failure = runtimeFailure(thrown, step);
        if (failure.isFatal) isUsable = false;
        throw failure.error;
      }
    };
    const result = last.then(run);
    last = result.catch(() => undefined);
    return result;
  }

  async function created(
    model: Uint8Array<ArrayBuffer>,
    options: InferenceSession.SessionOptions,
  ): Promise<InferenceSession> {
    const session = await ort.InferenceSession.create(model, options);
    if (device !== undefined) {
      const current = await device();
      // ONNX Runtime gives its device up with its last session, and takes another one then.
      if (memory?.device !== current) memory = new DeviceMemory(current, tensorOfBuffer);
    }
    return session;
  }

  function tensorOfBuffer(gpuBuffer: GPUBuffer, dims: readonly number[]): Tensor {
    return ort.Tensor.fromGpuBuffer(gpuBuffer, { dataType: "float32", dims });
  }

  return {
    engine: { provider, threads },
    isUsable: () => isUsable,
    async start(model, externalData) {
      const options: InferenceSession.SessionOptions = {
        executionProviders: [provider],
        // With all of its optimizations ONNX Runtime 1.30 merges a convolution with the sum and the
        // activation behind it even where the convolution's own map is asked for, and fails.
        graphOptimizationLevel: "extended",
        // Threads that wait for work would keep cores busy, which the page and other workers need:
        // on two busy cores that made two threads half as fast as one.
        extra: { session: { intra_op: { allow_spinning: "0" } } },
        externalData: externalData.map(({ path, bytes }) => ({ path, data: bytes })),
      };
      const session = await inTurn("start", () => created(model, options));
      return runningModel(session, ort, memory, (task) => inTurn("run", task));
    },
    clear: () => memory?.clear(),
  };
}

function runningModel(
  session: InferenceSession,
  ort: Runtime["ort"],
  memory: DeviceMemory | null,
  inTurn: <Result>(task: () => Promise<Result>) => Promise<Result>,
): RunningModel {
  const inputs = session.inputMetadata.map(described);
  const types = new Map(inputs.map(({ name, type }) => [name, type]));
  function tensor(name: string, feed: FedNumbers): Tensor {
    const type = types.get(name);
    if (type === undefined || type === null) throw new RangeError(`no input ${name}`);
    const { madeOf, dimensions } = feed;
    if (memory !== null && madeOf !== null && type === "float32") {
      return memory.tensor(name, madeOf, feed);
    }
    // One of the constructor's forms takes any of these types under its name.
    return new ort.Tensor(type as "float32", feed.values() as Float32Array, dimensions);
  }

  return {
    inputs,
    outputs: session.outputMetadata.map(described),
    run: (feeds, wanted) =>
      inTurn(async () => {
        const tensors = Object.entries(feeds).map(([name, feed]) => [name, tensor(name, feed)]);
        const run = session.run(Object.fromEntries(tensors), wanted);
        const results = await (memory?.during(run) ?? run);
        const outputs = new Map<string, OutputValue>();
        for (const name of wanted) {
          const { data, dims, type } = results[name];
          const values = float32Values(data, type);
          if (values !== null) outputs.set(name, { dimensions: dims, values });
        }
        return outputs;
      }),
    dispose: () => inTurn(() => session.release()),
  };
}

function described(value: InferenceSession.ValueMetadata): ValueDescription {
  if (!value.isTensor) return { name: value.name, type: null, dimensions: [] };
  const dimensions = value.shape.map((length) =>
    typeof length === "number" && length >= 0 ? length : null,
  );
  return { name: value.name, type: value.type, dimensions };
}
