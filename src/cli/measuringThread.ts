import { parentPort } from "node:worker_threads";
import { threadReceiver } from "../core/action/measuringThread.ts";

// One computing thread; the command starts several.

parentPort?.on(
  "message",
  threadReceiver((answer) =>
    parentPort?.postMessage(answer, "failure" in answer ? [] : [answer.distances.buffer]),
  ),
);
