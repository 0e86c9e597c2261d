import type { BlockMeasurer } from "../core/action/blockMeasurer.ts";
import {
  modulesPerThread,
  type ThreadAnswer,
  type ThreadPort,
  threadCount,
  threadMeasurer,
} from "../core/action/measuringThread.ts";

/**
 * Cores that are left to the page: where all compute, drawing the atlas stops it for up to
 * 0.1 s, else for half of that.
 */
const CORES_FOR_THE_PAGE = 1;

/** Browsers that keep the number of cores to themselves have two, most likely more. */
const CORES_IF_UNKNOWN = 2;

/** Starts as many computing threads as help on this machine. */
export function startMeasuringThreads(): readonly BlockMeasurer[] {
  const cores = navigator.hardwareConcurrency || CORES_IF_UNKNOWN;
  const threads = threadCount(cores - CORES_FOR_THE_PAGE);
  const modules = modulesPerThread(threads);
  return Array.from({ length: threads }, () => threadMeasurer(workerPort(), modules));
}

function workerPort(): ThreadPort {
  const worker = new Worker(new URL("./measuring.worker.ts", import.meta.url), {
    type: "module",
    name: "convatlas-computing",
  });
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    onAnswer: (receive) =>
      worker.addEventListener("message", (event: MessageEvent<ThreadAnswer>) =>
        receive(event.data),
      ),
    onLost: (lose) =>
      worker.addEventListener("error", (event) => {
        event.preventDefault();
        lose(event.message);
      }),
    close: () => worker.terminate(),
  };
}
