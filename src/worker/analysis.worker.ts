import type { Speeds } from "../core/action/calibration.ts";
import type { SpeedMemory } from "../core/action/engineRoom.ts";
import { toConvAtlasError } from "../core/errors.ts";
import { startEngines } from "./engines.ts";
import type { FromWorker, ToWorker, WorkerEvent } from "./protocol.ts";
import { type AnalysisService, analysisService } from "./service.ts";

// The protocol is described in protocol.ts.

let service: AnalysisService | null = null;
const running = new Map<number, AbortController>();

/** A worker has no storage of its own: the page keeps what was measured. */
function memoryOf(known: Speeds | null): SpeedMemory {
  return { load: () => known, store: (speeds) => send({ kind: "speeds", speeds }) };
}

function send(message: FromWorker): void {
  postMessage(message);
}

/** What runs must be asked for after `open`. */
function openedService(): AnalysisService {
  if (service === null) throw new Error("a request before open");
  return service;
}

async function run(
  id: number,
  task: (onEvent: (event: WorkerEvent) => void, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const controller = new AbortController();
  running.set(id, controller);
  try {
    await task((event) => send({ kind: "event", id, event }), controller.signal);
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
      service = analysisService(message.input, startEngines(memoryOf(message.speeds)));
      break;
    case "analyse":
      void run(message.id, (onEvent, signal) =>
        openedService().analyse(message.request, onEvent, signal),
      );
      break;
    case "complete":
      void run(message.id, (onEvent, signal) =>
        openedService().complete(message.request, onEvent, signal),
      );
      break;
    case "findings":
      void run(message.id, (onEvent, signal) =>
        openedService().findings(message.request, onEvent, signal),
      );
      break;
    case "operator":
      void run(message.id, (onEvent, signal) =>
        openedService().operator(message.request, onEvent, signal),
      );
      break;
    case "cancel":
      running.get(message.id)?.abort();
      break;
  }
});
