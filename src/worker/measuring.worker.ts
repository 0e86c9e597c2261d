import { type BlockMessage, blockAnswerer } from "../core/action/measuringThread.ts";

// One computing thread; the analysis worker starts several.

const answer = blockAnswerer();

addEventListener("message", (event: MessageEvent<BlockMessage>) => {
  void answer(event.data).then((message) =>
    postMessage(message, { transfer: [message.distances.buffer] }),
  );
});
