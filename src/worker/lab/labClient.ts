import { ConvAtlasError } from "../../core/errors.ts";
import { type AskedWorker, type Bridge, bridgeTo } from "../bridge.ts";
import type {
  EngineReport,
  ImageFile,
  ImagesRequest,
  LabCalls,
  LabEvent,
  OpenLabRequest,
  ReadImages,
} from "./protocol.ts";
import type { LabAnswer, LabGreeting, LabNote, LabQuestion } from "./wire.ts";

/** The lab of one model, in a worker of its own that starts with the first call. */
export interface LabClient {
  /**
   * A worker that has ended (it ran out of memory, or did not hear that it was cancelled) is
   * replaced with the next call, which opens the network and the images again first.
   *
   * @throws ConvAtlasError; `cancelled` when the signal fires, `cannot-run` where the network
   * cannot run, with what to try.
   */
  call<Name extends keyof LabCalls>(
    name: Name,
    request: LabCalls[Name]["request"],
    signal: AbortSignal,
    onEvent?: (event: LabEvent) => void,
  ): Promise<LabCalls[Name]["result"]>;
  /** Ends the worker and frees its memory; the next call starts it again with what it knew. */
  rest(): void;
  /** The same for good: what it knew is forgotten. What runs is rejected as cancelled. */
  close(): void;
}

/**
 * How long a cancelled worker may take to stop by itself, in milliseconds. A run cannot be
 * interrupted; of a large network it takes seconds, and then a fresh worker, which reads the
 * model again, is there sooner.
 */
const CANCEL_GRACE_MS = 3000;

const CANCELLED_MESSAGE = "The image lab was cancelled.";

type LabBridge = Bridge<LabQuestion, LabEvent, LabAnswer>;

/**
 * @param onEngine called when what computes has changed by itself.
 * @param start how a worker is started; tests give one of their own.
 */
export function openLab(
  onEngine: (report: EngineReport) => void,
  start: () => AskedWorker = startWorker,
): LabClient {
  // What a fresh worker has to be told again.
  let network: OpenLabRequest | null = null;
  const images = new Map<string, ImageFile>();

  let imagesSoFar = 0;
  let isSpent = false;
  let timesClosed = 0;
  let restoring: Promise<void> | null = null;
  const bridge: LabBridge = bridgeTo<LabGreeting, LabQuestion, LabEvent, LabAnswer, LabNote>({
    start,
    greeting: () => null,
    onNote(note) {
      switch (note.kind) {
        case "unusable":
          // What is pending still gets its own error; the next call starts anew.
          isSpent = true;
          break;
        case "engine":
          if (network !== null) network = { ...network, known: note.report };
          onEngine(note.report);
          break;
      }
    },
    diedMessage:
      "The part of ConvAtlas that runs networks stopped unexpectedly, perhaps for lack of memory; choose a smaller input size, or close other tabs and try again.",
    cancelledMessage: CANCELLED_MESSAGE,
    cancelGraceMs: CANCEL_GRACE_MS,
  });

  async function restore(onEvent: (event: LabEvent) => void): Promise<void> {
    const { signal } = new AbortController();
    try {
      if (network !== null) {
        await bridge.ask({ name: "open", request: network, ids: null }, onEvent, signal);
      }
      if (images.size > 0) {
        const request = { files: [...images.values()] };
        await bridge.ask({ name: "images", request, ids: [...images.keys()] }, onEvent, signal);
      }
    } catch (error) {
      // Half of it would only lead to other errors.
      bridge.close();
      throw error;
    }
  }

  /** Resolves when there is a worker that knows what the one before it knew. */
  function ready(onEvent: (event: LabEvent) => void): Promise<void> {
    if (isSpent) bridge.close();
    isSpent = false;
    if (restoring === null && !bridge.isRunning()) {
      restoring = restore(onEvent).finally(() => {
        restoring = null;
      });
    }
    return restoring ?? Promise.resolve();
  }

  function idsOf(name: keyof LabCalls, request: unknown): readonly string[] | null {
    if (name !== "images") return null;
    return (request as ImagesRequest).files.map(() => `image-${++imagesSoFar}`);
  }

  /** After a call that succeeded. */
  function remember({ name, request, ids }: LabQuestion, answer: LabAnswer): void {
    switch (name) {
      case "open":
        network = request;
        break;
      case "images": {
        const read = new Set((answer as ReadImages).images.map(({ id }) => id));
        for (const [index, id] of ids.entries()) {
          if (read.has(id)) images.set(id, request.files[index]);
        }
        break;
      }
      case "engine":
        if (network !== null) network = { input: network.input, choice: request.choice };
        break;
      case "forget":
        images.delete(request.image);
        break;
    }
  }

  return {
    async call<Name extends keyof LabCalls>(
      name: Name,
      request: LabCalls[Name]["request"],
      signal: AbortSignal,
      onEvent: (event: LabEvent) => void = () => undefined,
    ) {
      if (name === "open") network = null;
      const closedBefore = timesClosed;
      await unlessCancelled(ready(onEvent), signal);
      if (timesClosed > closedBefore) throw cancelled();
      // The compiler does not see that a name and its request stay together.
      const question = { name, request, ids: idsOf(name, request) } as unknown as LabQuestion;
      const answer = await bridge.ask(question, onEvent, signal);
      remember(question, answer);
      return answer as LabCalls[Name]["result"];
    },
    rest: () => bridge.close(),
    close() {
      timesClosed += 1;
      network = null;
      images.clear();
      bridge.close();
    },
  };
}

function startWorker(): AskedWorker {
  return new Worker(new URL("./lab.worker.ts", import.meta.url), {
    type: "module",
    name: "convatlas-lab",
  });
}

function cancelled(): ConvAtlasError {
  return new ConvAtlasError("cancelled", CANCELLED_MESSAGE);
}

/** As the promise; rejects at once when the signal fires. */
function unlessCancelled(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = () => reject(cancelled());
    if (signal.aborted) cancel();
    signal.addEventListener("abort", cancel, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", cancel));
  });
}
