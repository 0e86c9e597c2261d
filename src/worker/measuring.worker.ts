import { type ThreadMessage, threadReceiver } from "../core/action/measuringThread.ts";

// One computing thread; the analysis worker starts several.

const receive = threadReceiver((answer) =>
  postMessage(answer, { transfer: "failure" in answer ? [] : [answer.distances.buffer] }),
);

addEventListener("message", (event: MessageEvent<ThreadMessage>) => receive(event.data));
