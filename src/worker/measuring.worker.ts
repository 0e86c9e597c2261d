import { type ThreadMessage, threadReceiver } from "../core/action/measuringThread.ts";

// One computing thread; the analysis worker starts several.

const receive = threadReceiver((message) =>
  postMessage(message, { transfer: [message.distances.buffer] }),
);

addEventListener("message", (event: MessageEvent<ThreadMessage>) => receive(event.data));
