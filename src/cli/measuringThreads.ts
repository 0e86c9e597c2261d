import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { BlockMeasurer } from "../core/action/blockMeasurer.ts";
import {
  modulesPerThread,
  type ThreadPort,
  threadCount,
  threadMeasurer,
} from "../core/action/measuringThread.ts";

/**
 * Starts as many computing threads as help on this machine, or as asked for.
 *
 * @param file what a thread runs: `measuringThread.ts`, built.
 */
export function startMeasuringThreads(
  count = threadCount(availableParallelism()),
  file = new URL("./measuringThread.js", import.meta.url),
): readonly BlockMeasurer[] {
  const modules = modulesPerThread(count);
  return Array.from({ length: count }, () => threadMeasurer(workerPort(file), modules));
}

function workerPort(file: URL): ThreadPort {
  const worker = new Worker(file);
  // Threads that wait for work must not keep the command alive.
  worker.unref();
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    onAnswer: (receive) => worker.on("message", receive),
    onLost: (lose) => worker.on("error", (error) => lose(String(error))),
    close: () => void worker.terminate(),
  };
}
