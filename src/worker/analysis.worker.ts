import { toConvAtlasError } from "../core/errors.ts";
import type { FromWorker, ToWorker } from "./protocol.ts";
import { type AnalysisService, analysisService } from "./service.ts";

// The protocol is described in protocol.ts.

let service: AnalysisService | null = null;
const running = new Map<number, AbortController>();

function send(message: FromWorker): void {
  postMessage(message);
}

async function run(message: Extract<ToWorker, { kind: "analyse" }>): Promise<void> {
  const { id, request } = message;
  const controller = new AbortController();
  running.set(id, controller);
  try {
    if (service === null) throw new Error("analyse before open");
    await service.analyse(
      request,
      (event) => send({ kind: "event", id, event }),
      controller.signal,
    );
    send({ kind: "done", id });
  } catch (thrown) {
    const { code, message: text, details, missingFiles } = toConvAtlasError(thrown);
    send({ kind: "failed", id, error: { code, message: text, details, missingFiles } });
  } finally {
    running.delete(id);
  }
}

addEventListener("message", (event: MessageEvent<ToWorker>) => {
  const message = event.data;
  switch (message.kind) {
    case "open":
      service = analysisService(message.input);
      break;
    case "analyse":
      void run(message);
      break;
    case "cancel":
      running.get(message.id)?.abort();
      break;
  }
});
