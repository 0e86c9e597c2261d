import { ConvAtlasError } from "../../core/errors.ts";
import { editModel } from "../../core/execution/editModel.ts";
import type { ExecutableConvolution } from "../../core/execution/executable.ts";
import type { ConvolutionLayer } from "../../core/network/network.ts";
import { inputFeed } from "./inputFeed.ts";
import { weightFeeds } from "./layerWeights.ts";
import { mapsOf } from "./maps.ts";
import { fedPicture, type PreparedSlice } from "./preparedSlice.ts";
import type { Maps } from "./protocol.ts";
import type { RunnableNetwork } from "./runnableNetwork.ts";
import type { ModelStarter, RunningModel } from "./session.ts";

/** What one layer receives and makes of it, on one image. */
export interface ObservedLayer {
  readonly layer: ConvolutionLayer;
  readonly input: Maps;
  /** Bias included, before any activation. */
  readonly output: Maps;
  /** The same after the activation; null if none follows at once. */
  readonly activated: Maps | null;
}

/** Looks into the network while it runs. */
export interface LayerObserver {
  /** @throws ConvAtlasError `cannot-run`, `too-large`. */
  observe(layer: string, prepared: PreparedSlice): Promise<ObservedLayer>;
  /** Gives all memory back. */
  dispose(): Promise<void>;
}

/**
 * Models with intermediate values as outputs, one per layer: all behind the layer is left out, and
 * no weights are in them, so that they cost some hundred kilobytes and 20 ms each.
 */
export const MODELS_KEPT = 4;

interface LayerModel {
  readonly layer: string;
  readonly running: RunningModel;
}

export function layerObserver(
  runnable: RunnableNetwork,
  starter: Pick<ModelStarter, "start">,
): LayerObserver {
  /** Last used last. */
  let models: LayerModel[] = [];
  /** The kernels of one layer on one image are looked at one after the other. */
  let latest: { key: string; observed: ObservedLayer } | null = null;

  async function modelOf(layer: string, wanted: readonly string[]): Promise<RunningModel> {
    const known = models.find((model) => model.layer === layer);
    if (known !== undefined) {
      models = [...models.filter((model) => model !== known), known];
      return known.running;
    }
    const edited = editModel(runnable.model, { keep: [], expose: wanted });
    const running = await starter.start(edited.model, runnable.externalData);
    models.push({ layer, running });
    const oldest = models.length > MODELS_KEPT ? models.shift() : undefined;
    await oldest?.running.dispose();
    return running;
  }

  return {
    async observe(name, prepared) {
      const key = `${name}\n${prepared.key}`;
      if (latest?.key === key) return latest.observed;
      const { layer, convolution } = placeOf(runnable, name);
      const { input, output, activated, maps } = convolution;
      // An input of the network is no value that it makes.
      const takesImage = input === runnable.input.name;
      const wanted = [...(takesImage ? [] : [input]), output, ...(activated ? [activated] : [])];
      const running = await modelOf(name, wanted);
      const feeds = {
        ...weightFeeds(runnable.slots),
        ...inputFeed(runnable.input, fedPicture(prepared)),
      };
      const results = await running.run(feeds, wanted);
      const mapsNamed = (value: string): Maps => {
        const found = results.get(value);
        if (found === undefined) throw new Error(`ONNX Runtime made no ${value}`);
        return mapsOf(found, maps);
      };
      const observed = {
        layer,
        input: takesImage ? prepared.maps : mapsNamed(input),
        output: mapsNamed(output),
        activated: activated === null ? null : mapsNamed(activated),
      };
      latest = { key, observed };
      return observed;
    },
    async dispose() {
      const ended = models;
      models = [];
      latest = null;
      for (const { running } of ended) await running.dispose();
    },
  };
}

function placeOf(
  { layers }: RunnableNetwork,
  name: string,
): { layer: ConvolutionLayer; convolution: ExecutableConvolution } {
  const found = layers.get(name);
  if (found === undefined) throw new ConvAtlasError("bad-setting", `There is no layer ${name}.`);
  const { layer, convolution } = found;
  if (convolution !== null) return { layer, convolution };
  throw new ConvAtlasError(
    "cannot-run",
    `${name} is in the file, but the network does not apply it to the image, or only inside a branch, a loop or a function, so its maps cannot be reached.`,
  );
}
