import { parentPort } from "node:worker_threads";
import { type BlockMessage, blockAnswerer } from "../core/action/measuringThread.ts";

// One computing thread; the command starts several.

const answer = blockAnswerer();

parentPort?.on("message", (message: BlockMessage) => {
  void answer(message).then((found) => parentPort?.postMessage(found, [found.distances.buffer]));
});
