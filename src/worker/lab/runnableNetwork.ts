import { ConvAtlasError, throwIfCancelled } from "../../core/errors.ts";
import { editModel } from "../../core/execution/editModel.ts";
import type { ExecutableConvolution, ExternalData } from "../../core/execution/executable.ts";
import { EXECUTABLE_FORMATS } from "../../core/execution/registry.ts";
import type { ChosenModel } from "../../core/formats/recognise.ts";
import type { NetworkInput } from "../../core/images/preprocessing.ts";
import type { ConvolutionLayer, Network } from "../../core/network/network.ts";
import { type BatchInput, inputFeed } from "./inputFeed.ts";
import { type WeightSlot, weightFeeds } from "./layerWeights.ts";
import { requireMemory } from "./memoryEstimate.ts";
import { isOpen, networkInput, type ShownOutput, shownOutput } from "./modelValues.ts";
import type { LabEvent } from "./protocol.ts";
import type { ModelStarter, RunningModel } from "./session.ts";

const ARRAYS = {
  float32: Float32Array,
  float16: Uint16Array,
  float64: Float64Array,
  uint8: Uint8Array,
  int8: Int8Array,
  int32: Int32Array,
} as const satisfies Record<NetworkInput["elements"], unknown>;

/** Of a network that takes any size, the side of the image on which its outputs are tried. */
const TRIED_SIDE = 256;

/** A layer, and where it stands in the graph that runs; null where that does not apply it. */
export interface RunnableLayer {
  readonly layer: ConvolutionLayer;
  readonly convolution: ExecutableConvolution | null;
}

/**
 * A network that runs. The weights of its layers are inputs of the model: they lie in memory
 * once, as kernels, and a trial with other kernels needs no model of its own.
 */
export interface RunnableNetwork {
  readonly network: Network;
  readonly input: BatchInput;
  readonly outputs: readonly ShownOutput[];
  /** In the network's order, by name. */
  readonly layers: ReadonlyMap<string, RunnableLayer>;
  readonly slots: readonly WeightSlot[];
  /** Makes the network's outputs. */
  readonly running: RunningModel;
  /** The encoded model without the weights that are inputs, to be edited further. */
  readonly model: Uint8Array<ArrayBuffer>;
  readonly externalData: readonly ExternalData[];
  readonly remarks: readonly string[];
}

/**
 * Reads a model and starts it.
 * @throws ConvAtlasError as the reader, `cannot-run`, `too-large` or `cancelled`.
 */
export async function openRunnable(
  chosen: ChosenModel,
  starter: () => Promise<Pick<ModelStarter, "start">>,
  onEvent: (event: LabEvent) => void,
  signal: AbortSignal,
): Promise<RunnableNetwork> {
  const { source, companions, format } = chosen;
  const reading = (share: number) => onEvent({ kind: "progress", step: "reading", share });
  reading(0);
  const context = { source, companions, onProgress: () => undefined, signal };
  const network = await format.read({
    ...context,
    onProgress: ({ doneBytes, totalBytes }) => reading((0.5 * doneBytes) / (totalBytes || 1)),
  });
  reading(0.5);
  const executable = await EXECUTABLE_FORMATS[format.id].build(context, network);
  throwIfCancelled(signal);
  const externalBytes = executable.externalData.reduce((sum, { bytes }) => sum + bytes.length, 0);
  requireMemory(network, executable.model.length + externalBytes);
  reading(1);

  onEvent({ kind: "progress", step: "starting", share: 0 });
  const layers = runnableLayers(network, executable.convolutions);
  const replaceable = [...layers.values()].flatMap(({ layer, convolution }) => {
    const weights = convolution?.weights ?? "";
    return typeof weights === "string" ? [] : [{ layer, weights }];
  });
  const { model, weightInputs } = editModel(executable.model, {
    replace: replaceable.map(({ weights }) => weights),
  });
  const slots = replaceable.map((slot, index) => ({ ...slot, input: weightInputs[index] }));
  const { externalData, remarks } = executable;
  const start = await starter();
  throwIfCancelled(signal);
  onEvent({ kind: "progress", step: "starting", share: 0.5 });
  const running = await start.start(model, externalData);
  try {
    throwIfCancelled(signal);
    const taken = new Set(weightInputs);
    const images = running.inputs.filter(({ name }) => !taken.has(name));
    const input = networkInput(images, executable, network);
    const outputs = await shownOutputs(running, input, slots);
    onEvent({ kind: "progress", step: "starting", share: 1 });
    return { network, input, outputs, layers, slots, running, model, externalData, remarks };
  } catch (error) {
    await running.dispose();
    throw error;
  }
}

function runnableLayers(
  { layers }: Network,
  convolutions: readonly ExecutableConvolution[],
): ReadonlyMap<string, RunnableLayer> {
  const byLayer = new Map(convolutions.map((convolution) => [convolution.layer, convolution]));
  return new Map(
    layers.map((layer) => [layer.name, { layer, convolution: byLayer.get(layer.name) ?? null }]),
  );
}

/**
 * The outputs that can be shown. Where the file leaves their axes open, one run on a black image
 * tells them.
 */
async function shownOutputs(
  running: RunningModel,
  input: BatchInput,
  slots: readonly WeightSlot[],
): Promise<readonly ShownOutput[]> {
  const { outputs } = running;
  let described = outputs;
  let ran = input;
  if (outputs.some((output) => shownOutput(output, input) === null && isOpen(output))) {
    const { channels, height, width } = input;
    const size = [height ?? TRIED_SIDE, width ?? TRIED_SIDE] as const;
    const zeros = new ARRAYS[input.elements](channels * size[0] * size[1]);
    const black = { values: zeros, height: size[0], width: size[1] };
    const feeds = { ...weightFeeds(slots), ...inputFeed(input, black) };
    const results = await running.run(
      feeds,
      outputs.map(({ name }) => name),
    );
    // Axes that are open now have the proportions of what was tried.
    ran = { ...input, height: size[0], width: size[1] };
    described = outputs.map((output) => ({
      ...output,
      dimensions: results.get(output.name)?.dimensions ?? output.dimensions,
    }));
  }
  const shown = described.flatMap((output) => shownOutput(output, ran) ?? []);
  if (shown.length > 0) return shown;
  throw new ConvAtlasError(
    "cannot-run",
    "What this network makes of an image is neither a map nor a list of numbers, so there is nothing to show; its kernels can be looked at all the same.",
  );
}
