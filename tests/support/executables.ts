import * as ort from "onnxruntime-web/wasm";
import { editModel } from "../../src/core/execution/editModel.ts";
import type {
  ExecutableNetwork,
  ExternalData,
  ReplaceableWeights,
} from "../../src/core/execution/executable.ts";
import { EXECUTABLE_FORMATS } from "../../src/core/execution/registry.ts";
import type { PlacedFile } from "../../src/core/files/fileSet.ts";
import { chooseModel } from "../../src/core/formats/recognise.ts";
import { storedFromSlices } from "../../src/core/network/kernelTensor.ts";
import type { ConvolutionLayer, Network } from "../../src/core/network/network.ts";

// More threads fetch their script by a file: address, which Node does not do.
ort.env.wasm.numThreads = 1;
ort.env.logLevel = "error";

export interface ReadExecutable {
  readonly network: Network;
  readonly executable: ExecutableNetwork;
}

/** Reads the network among the files and makes it run, as the page does. */
export async function readExecutable(files: readonly PlacedFile[]): Promise<ReadExecutable> {
  const { source, companions, format } = await chooseModel(files);
  const { signal } = new AbortController();
  const context = { source, companions, onProgress: () => undefined, signal };
  const network = await format.read(context);
  return { network, executable: await EXECUTABLE_FORMATS[format.id].build(context, network) };
}

export function startSession(
  model: Uint8Array<ArrayBuffer>,
  externalData: readonly ExternalData[] = [],
): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(model, {
    externalData: externalData.map(({ path, bytes }) => ({ path, data: bytes })),
  });
}

/** A session with all maps and activations as outputs and all weights as inputs. */
export interface ExposedSession {
  readonly session: ort.InferenceSession;
  /** The inputs that take no weights. */
  readonly imageInputs: readonly string[];
  /** The weights of each layer whose kernels can be replaced, as its input takes them. */
  readonly weights: ReadonlyMap<string, LayerWeights>;
}

export interface LayerWeights {
  readonly input: string;
  readonly original: ort.Tensor;
}

export async function exposedSession({
  network,
  executable,
}: ReadExecutable): Promise<ExposedSession> {
  const { convolutions } = executable;
  const replaceable = convolutions.flatMap(({ layer, weights }) =>
    typeof weights === "string" ? [] : [{ layer, weights }],
  );
  const { model, weightInputs } = editModel(executable.model, {
    expose: convolutions.flatMap(({ output, activated }) =>
      activated === null ? [output] : [output, activated],
    ),
    replace: replaceable.map(({ weights }) => weights),
  });
  const session = await startSession(model, executable.externalData);
  const weights = new Map(
    replaceable.map(({ layer, weights }, at) => {
      const original = originalWeights(layerOf(network, layer), weights);
      return [layer, { input: weightInputs[at], original }] as const;
    }),
  );
  const imageInputs = session.inputNames.filter((name) => !weightInputs.includes(name));
  return { session, imageInputs, weights };
}

/** Everything that a run of the session has to be given, the weights being the network's own. */
export function ownFeeds(
  { imageInputs, weights }: ExposedSession,
  image: ort.Tensor,
): Record<string, ort.Tensor> {
  const feeds: Record<string, ort.Tensor> = {};
  for (const name of imageInputs) feeds[name] = image;
  for (const { input, original } of weights.values()) feeds[input] = original;
  return feeds;
}

export function layerOf(network: Network, name: string): ConvolutionLayer {
  const layer = network.layers.find((one) => one.name === name);
  if (layer === undefined) throw new Error(`no layer ${name}`);
  return layer;
}

function originalWeights(layer: ConvolutionLayer, weights: ReplaceableWeights): ort.Tensor {
  const stored = storedFromSlices(layer.kernels, layer, weights.layout);
  return new ort.Tensor("float32", Float32Array.from(stored), weights.dimensions);
}
