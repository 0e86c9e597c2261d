import { ConvAtlasError } from "../../core/errors.ts";
import type { PictureDecoder } from "../../core/images/imageFormat.ts";
import { pixelsWithLabel } from "../../core/images/preparedMask.ts";
import type { Preprocessing } from "../../core/images/preprocessing.ts";
import { smallerPicture } from "../../core/images/smallerPicture.ts";
import { askedClass, chosenLabel } from "../../core/maps/maskLabel.ts";
import { modelOf } from "../modelOf.ts";
import { type ImagesInSight, imageShelf } from "./images.ts";
import { kernelAtWork, layerMaps } from "./kernelAtWork.ts";
import { requireMemory } from "./memoryEstimate.ts";
import { type LayerObserver, layerObserver } from "./observation.ts";
import { preparedSlice } from "./preparedSlice.ts";
import type { EngineReport, LabEvent, LabModel, OpenLabRequest, RunRequest } from "./protocol.ts";
import { ProviderRoom } from "./providers/providerRoom.ts";
import { openRunnable, type RunnableNetwork } from "./runnableNetwork.ts";
import { runNetwork } from "./running.ts";
import type { GraphicsLoader, RuntimeLoader } from "./runtime.ts";
import { type ModelStarter, modelStarter } from "./session.ts";
import { fixedReason, type SubstitutionParts, substitute } from "./substitution.ts";
import type { TrialLanes } from "./trialLanes.ts";
import type { LabAnswering } from "./wire.ts";

export interface LabServiceParts {
  /** Called once, when the first network is started. */
  readonly loadRuntime: RuntimeLoader;
  /** Called when a network is to be tried on the graphics processor; left out, none is. */
  readonly loadGraphics?: GraphicsLoader;
  /** For JPEG and WebP; null where there is no browser. */
  readonly decodePicture: PictureDecoder | null;
  /** For the trials of a test; left out, they are done one after the other. */
  readonly lanes?: TrialLanes;
  /** ONNX Runtime can do nothing more in this worker. */
  readonly onUnusable: () => void;
  /** What computes has changed after an answer. */
  readonly onEngine?: (report: EngineReport) => void;
}

/** A network that is open, with what runs it. */
interface OpenLab {
  readonly runnable: RunnableNetwork;
  readonly room: ProviderRoom;
  readonly observer: LayerObserver;
}

/** What the lab's worker does, as a plain object: tests call it without a worker. */
export function labService(parts: LabServiceParts) {
  const { loadRuntime, loadGraphics, decodePicture, lanes, onUnusable, onEngine } = parts;
  const images = imageShelf(decodePicture);
  let loading: Promise<ModelStarter> | null = null;
  let loadingGraphics: Promise<ModelStarter | null> | null = null;
  let lab: Promise<OpenLab> | null = null;

  function starterOnce(): Promise<ModelStarter> {
    loading ??= loadRuntime().then(modelStarter);
    // A connection that fails once may work the next time.
    loading.catch(() => {
      loading = null;
    });
    return loading;
  }

  /** Tried once: what fails to load is not asked for again and again. */
  function graphicsOnce(): Promise<ModelStarter | null> {
    loadingGraphics ??= (loadGraphics?.() ?? Promise.resolve(null)).then(
      (runtime) => runtime && modelStarter(runtime),
    );
    return loadingGraphics;
  }

  async function open(
    { input, choice, known }: OpenLabRequest,
    onEvent: (event: LabEvent) => void,
    signal: AbortSignal,
  ): Promise<OpenLab> {
    const chosen = await modelOf(input, signal);
    const room = starterOnce().then((wasm) => {
      const onReport = (report: EngineReport) => onEngine?.(report);
      return new ProviderRoom({ wasm, graphics: graphicsOnce, onReport }, choice, known);
    });
    const runnable = await openRunnable(chosen, () => room, onEvent, signal);
    return { runnable, room: await room, observer: layerObserver(runnable, await room) };
  }

  /** Opens a network when the one before has given its memory back. */
  async function replaceLab(before: typeof lab, ...request: Parameters<typeof open>) {
    const previous = await before?.catch(() => null);
    await previous?.observer.dispose();
    await previous?.room.dispose();
    return open(...request);
  }

  function openedLab(): Promise<OpenLab> {
    if (lab !== null) return lab;
    throw new ConvAtlasError("internal", "No network is open in the lab; open one first.");
  }

  async function prepared(
    { runnable }: OpenLab,
    { slice, preprocessing }: RunRequest,
    from: ImagesInSight = images,
  ) {
    const { input } = runnable;
    const picture = await from.picture(slice);
    requireInputSize(runnable, preprocessing);
    return preparedSlice(slice, picture, input, preprocessing);
  }

  const answer: LabAnswering = async (question, onEvent, signal) => {
    switch (question.name) {
      case "open": {
        const before = lab;
        const opening = replaceLab(before, question.request, onEvent, signal);
        lab = opening;
        opening.catch(() => {
          if (lab === opening) lab = null;
        });
        return labModel(await opening);
      }
      case "images":
        return images.read(question.request, question.ids, onEvent, signal);
      case "forget":
        images.forget(question.request.image);
        return null;
      case "picture":
        return smallerPicture(await images.picture(question.request), question.request.side);
      case "mask":
        return images.mask(question.request);
      case "run": {
        const opened = await openedLab();
        return runNetwork(opened.runnable, await prepared(opened, question.request), opened.room);
      }
      case "kernel": {
        const { layer, kernel, features } = question.request;
        const opened = await openedLab();
        const input = await prepared(opened, question.request);
        const observed = await opened.observer.observe(layer, input);
        return kernelAtWork(observed, opened.runnable.network, kernel, features);
      }
      case "maps": {
        const opened = await openedLab();
        const input = await prepared(opened, question.request);
        return layerMaps(await opened.observer.observe(question.request.layer, input));
      }
      case "engine":
        return (await openedLab()).room.choose(question.request.choice);
      case "substitute": {
        const { request } = question;
        // One that is removed meanwhile was asked about all the same.
        const tested = images.asTheyAre();
        const opened = await openedLab();
        const { provider } = opened.room.report().engine;
        const parts = {
          input: (slice: RunRequest) => prepared(opened, slice, tested),
          mask: rightAreas(tested),
          // There is one graphics processor, and it is busy with one run.
          lanes: provider === "wasm" && lanes !== undefined ? lanes : null,
        };
        return substitute(opened.runnable, request, parts, onEvent, signal);
      }
    }
  };

  return {
    answer: (async (question, onEvent, signal) => {
      try {
        return await answer(question, onEvent, signal);
      } finally {
        if (loading !== null && !(await isUsable(loading))) onUnusable();
      }
    }) satisfies LabAnswering,
  };
}

/** The right answers of a test, from masks among these images. */
function rightAreas(images: ImagesInSight): SubstitutionParts["mask"] {
  return async (mask, of, output, { rule, label = "proposed" }) => {
    const placed = await images.mask({ mask, of, size: output });
    const asked = askedClass(rule, output.channels);
    const right = chosenLabel(label, asked, placed);
    return pixelsWithLabel(placed, right.label, right.leftOut);
  };
}

async function isUsable(loading: Promise<ModelStarter>): Promise<boolean> {
  try {
    return (await loading).isUsable();
  } catch {
    // What was not loaded can be loaded again.
    return true;
  }
}

function labModel({ runnable, room }: OpenLab): LabModel {
  const { input: image, outputs, layers, remarks } = runnable;
  const { batch: _, ...input } = image;
  return {
    input,
    outputs: outputs.map(({ name, kind, channels }) => ({ name, kind, channels })),
    layers: [...layers.values()].map(({ layer, convolution }) => ({
      layer: layer.name,
      fixed: fixedReason(convolution?.weights),
    })),
    engine: room.report(),
    remarks,
  };
}

/** @throws ConvAtlasError `bad-setting`, or `too-large` for a size that the file leaves open. */
function requireInputSize({ input, network }: RunnableNetwork, size: Preprocessing): void {
  const isFixed = input.height !== null && input.width !== null;
  const fits = (length: number | null, asked: number) => length === null || length === asked;
  if (!fits(input.height, size.height) || !fits(input.width, size.width)) {
    throw new ConvAtlasError(
      "bad-setting",
      `This network takes images of ${input.height ?? "any"} x ${input.width ?? "any"} pixels, not ${size.height} x ${size.width}.`,
    );
  }
  if (!isFixed) {
    const weights = network.parameters * Float32Array.BYTES_PER_ELEMENT;
    requireMemory(network, weights, Math.max(size.height, size.width));
  }
}
