import type { LabClient } from "../../worker/lab/labClient.ts";
import type {
  EngineReport,
  ImageInfo,
  ImagesRequest,
  LabEvent,
  ProviderChoice,
} from "../../worker/lab/protocol.ts";
import type { ModelInput } from "../../worker/protocol.ts";
import type { Pixels } from "./drawPicture.ts";
import { drawThumbnail } from "./drawThumbnail.ts";
import { followedView } from "./followedView.ts";
import { createHeldMaps, type HeldMapsRegistry, NOTHING_HELD } from "./heldMaps.ts";
import { keepRun } from "./keptRun.ts";
import { labEngine } from "./labEngine.ts";
import { labErrorOf } from "./labErrors.ts";
import { removedWith, withImages, withMask, withOwnImages, withoutImage } from "./labImages.ts";
import { firstOutput, imageWithId } from "./labSelectors.ts";
import { CLOSED_LAB, type LabState } from "./labState.ts";
import type { LabStore } from "./labStore.ts";
import { type WatchedClient, watchedClient } from "./watchedClient.ts";

/** A lab that nobody looks at for so long gives its memory back, in milliseconds. */
export const IDLE_MS = 10 * 60_000;

/** The network on screen, as the page got it. */
export interface LabNetwork {
  readonly input: ModelInput;
  /** Images that come with it. */
  readonly ownImages: ImagesRequest["files"] | null;
  /** Name of the one of them to look at first. */
  readonly firstImage: string | null;
}

export interface LabParts {
  readonly store: LabStore;
  readonly openClient: (onEngine: (report: EngineReport) => void) => LabClient;
}

export interface Lab {
  readonly held: HeldMapsRegistry;
  /** The one that runs the network; null while none is open. */
  client(): LabClient | null;
  /** True if it is open, or has failed to, for this network. */
  isOf(input: ModelInput | null): boolean;
  /** Opens the lab of this network, unless it is open or has failed; another's is closed. */
  open(network: LabNetwork): Promise<void>;
  /** Tries again after a failure or a cancel. */
  retry(): Promise<void>;
  /** Stops what runs: opening, reading or the network. */
  cancel(): void;
  /** Runs the network again on what is looked at. */
  runAgain(): void;
  /** Has networks run by another part of this computer, and this one at once. */
  chooseEngine(choice: ProviderChoice): Promise<void>;
  /** Reads images; before the network is open they wait for it. After a cancel it is opened for them. */
  addImages(files: ImagesRequest["files"]): Promise<void>;
  /** Reads a mask of the image that is looked at. */
  addMask(files: ImagesRequest["files"]): Promise<void>;
  forgetImage(id: string): void;
  /** A small picture of an image, of its first slice to show; null where it cannot be made. */
  thumbnail(image: ImageInfo): Promise<Pixels | null>;
  /**
   * Nobody looks any more: gives its memory back after a while. Who comes back finds all as it was,
   * once it has been read again.
   */
  leave(): void;
  /** Ends the worker and frees its memory for good: another network is on screen. */
  forget(): void;
}

/**
 * Holds one network that can be run, and the images of a person. Rules: the newest request
 * wins; images that fail do not hinder the others; a failure leaves what is on screen.
 */
export function createLab({ store, openClient }: LabParts): Lab {
  const held = createHeldMaps();
  const engine = labEngine(store, () => lab.runAgain());
  let client: WatchedClient | null = null;
  let network: LabNetwork | null = null;
  let opening: AbortController | null = null;
  /** Files that come in two drops may be read at once. */
  const readings = new Set<AbortController>();
  let idle: ReturnType<typeof setTimeout> | null = null;
  /** Kept for as long as the images that they are of. */
  const thumbnails = new WeakMap<ImageInfo, Promise<Pixels | null>>();
  /** What a person chose before the network was open. */
  let waiting: ImagesRequest["files"][] = [];
  /** Nobody looked for so long that the worker was ended. */
  let isResting = false;

  function call(): LabClient {
    if (client === null) throw new Error("The lab is not open.");
    return client;
  }

  const view = followedView({ store, held, client: call, onImageFailure: tellFailure });

  /** Of an image, by its id or by its name; the others are there. */
  function tellFailure(image: string, thrown: unknown): void {
    const { code, message } = labErrorOf(thrown);
    if (code === "cancelled") return;
    const { images, failed } = store.getState();
    const name = imageWithId({ images }, image)?.name ?? image;
    store.setState({ failed: [...failed, { name, message }] });
  }

  /** A run that is under way is called off: its picture would come all the same. */
  function showNothing(): void {
    view.cancel();
    held.set(NOTHING_HELD);
    keepRun(null);
  }

  /** Takes what is on screen out of memory, and ends the worker. */
  function rest(): void {
    view.cancel();
    isResting = true;
    client?.rest();
    held.set(NOTHING_HELD);
  }

  function stopReading(): void {
    for (const reading of readings) reading.abort();
  }

  function end(): void {
    opening?.abort();
    stopReading();
    readings.clear();
    opening = null;
    isResting = false;
    client?.close();
    client = null;
    showNothing();
  }

  async function start(): Promise<void> {
    const { part, overlay, engineChoice } = store.getState();
    end();
    if (network === null) return;
    const abort = new AbortController();
    opening = abort;
    store.setState({ ...CLOSED_LAB, part, overlay, engineChoice, phase: "opening" });
    const onEvent = (event: LabEvent) => {
      if (event.kind !== "progress" || opening !== abort) return;
      store.setState({ progress: { step: event.step, share: event.share } });
    };
    const opened = watchedClient(
      openClient((report) => {
        if (client === opened) engine.tell(report);
      }),
    );
    client = opened;
    try {
      const request = { input: network.input, ...engine.wish() };
      const model = await opened.call("open", request, abort.signal, onEvent);
      if (opening !== abort) return;
      opening = null;
      const output = firstOutput(model);
      store.setState({ phase: "ready", progress: null, model, output, engine: model.engine });
      const dropped = waiting;
      waiting = [];
      const { ownImages, firstImage } = network;
      if (ownImages !== null) {
        await read(ownImages, (state, images) => withOwnImages(state, images, firstImage));
      }
      for (const files of dropped) {
        // They are for this network, and not for one that was opened meanwhile.
        if (client === opened) await read(files);
      }
    } catch (thrown) {
      if (opening !== abort) return;
      opening = null;
      opened.close();
      client = null;
      const error = labErrorOf(thrown);
      const isCancelled = error.code === "cancelled";
      store.setState({
        phase: isCancelled ? "cancelled" : "failed",
        progress: null,
        error: isCancelled ? null : error,
      });
    }
  }

  /** @param place where what was read has its place; left out, it is looked at. */
  async function read(
    files: ImagesRequest["files"],
    place: (state: LabState, images: readonly ImageInfo[]) => Partial<LabState> = withImages,
  ): Promise<void> {
    const reader = client;
    if (reader === null) return;
    const abort = new AbortController();
    readings.add(abort);
    store.setState({ reading: 0 });
    const onEvent = (event: LabEvent) => {
      const isNewest = [...readings].at(-1) === abort;
      if (event.kind === "progress" && isNewest) store.setState({ reading: event.share });
    };
    try {
      const { images, failed } = await reader.call("images", { files }, abort.signal, onEvent);
      if (client !== reader) return;
      const state = store.getState();
      store.setState({ failed: [...state.failed, ...failed], ...place(state, images) });
    } catch (thrown) {
      if (client !== reader) return;
      tellFailure(files[0] === undefined ? "" : nameOf(files[0]), thrown);
    } finally {
      if (readings.delete(abort) && readings.size === 0) store.setState({ reading: null });
    }
  }

  function stopIdling(): void {
    if (idle !== null) clearTimeout(idle);
    idle = null;
  }

  const lab: Lab = {
    held,
    client: () => client,
    isOf: (input) => network !== null && network.input === input,

    async open(next) {
      stopIdling();
      const isSame = lab.isOf(next.input);
      // Images that were dropped before the lab was ever open are for this network.
      if (!isSame && network !== null) waiting = [];
      if (!isSame) engine.forget();
      network = next;
      if (!isSame || store.getState().phase === "closed") await start();
      else if (isResting) {
        isResting = false;
        view.refresh();
      }
    },

    retry: start,

    cancel() {
      opening?.abort();
      stopReading();
      view.cancelRun();
      if (store.getState().run.phase === "running") {
        store.setState({ run: { ...store.getState().run, phase: "cancelled" } });
      }
    },

    runAgain: view.runAgain,

    chooseEngine: (choice) => engine.choose(choice, client),

    async addImages(files) {
      const { phase } = store.getState();
      if (phase === "ready") {
        await read(files);
        return;
      }
      waiting = [...waiting, files];
      // An image is there to be run: whoever brings one wants the network after all.
      if (phase === "cancelled") await start();
    },

    async addMask(files) {
      const { current } = store.getState();
      if (current === null) return;
      await read(files, (state, images) => withMask(state, images, current));
    },

    forgetImage(id) {
      const gone = removedWith(store.getState(), id);
      const change = withoutImage(store.getState(), id);
      store.setState(change);
      if (change.current === null) showNothing();
      for (const image of gone) {
        void client?.call("forget", { image }, new AbortController().signal).catch(() => {});
      }
    },

    thumbnail(image) {
      if (client === null) return Promise.resolve(null);
      const known = thumbnails.get(image);
      if (known !== undefined) return known;
      const made = drawThumbnail(client, image);
      thumbnails.set(image, made);
      return made;
    },

    leave() {
      stopIdling();
      const check = (): void => {
        if (client !== null && client.busySince() < IDLE_MS) idle = setTimeout(check, IDLE_MS);
        else rest();
      };
      idle = setTimeout(check, IDLE_MS);
    },

    forget() {
      network = null;
      waiting = [];
      stopIdling();
      const { part, overlay, engineChoice } = store.getState();
      end();
      store.setState({ ...CLOSED_LAB, part, overlay, engineChoice });
    },
  };
  return lab;
}

function nameOf(file: ImagesRequest["files"][number]): string {
  return "file" in file ? file.file.name : file.name;
}
