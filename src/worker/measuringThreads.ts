import type { BlockMeasurer } from "../core/action/blockMeasurer.ts";
import {
  type DistancesMessage,
  type ThreadPort,
  threadCount,
  threadMeasurer,
} from "../core/action/measuringThread.ts";

/** Starts as many computing threads as help on this machine. */
export function startMeasuringThreads(): readonly BlockMeasurer[] {
  return Array.from({ length: threadCount(navigator.hardwareConcurrency) }, () =>
    threadMeasurer(workerPort()),
  );
}

function workerPort(): ThreadPort {
  const worker = new Worker(new URL("./measuring.worker.ts", import.meta.url), {
    type: "module",
    name: "convatlas-computing",
  });
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    onAnswer: (receive) =>
      worker.addEventListener("message", (event: MessageEvent<DistancesMessage>) =>
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
