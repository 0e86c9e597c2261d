import type { SpeedMemory } from "../core/action/engineRoom.ts";
import type { AnalysisRequest } from "../core/analysis/analyse.ts";
import type { Analysis } from "../core/analysis/analysis.ts";
import type { CompletionRequest } from "../core/analysis/completeLayers.ts";
import type { OperatorRequest } from "../core/analysis/operatorOfLayer.ts";
import { type AnalysisEvent, applyEvent } from "../core/analysis/progress.ts";
import { ConvAtlasError } from "../core/errors.ts";
import type { Findings } from "../core/findings/findings.ts";
import type { FindingsRequest } from "../core/findings/request.ts";
import type { LayerOperator } from "../core/operator/layerOperator.ts";
import type { FromWorker, ModelInput, ToWorker, WorkerEvent } from "./protocol.ts";

/**
 * How long a cancelled worker may take to stop by itself, in milliseconds. Long
 * synchronous steps (a large HDF5 file) do not look at the signal; then the
 * worker is ended, and the next analysis reads the file anew in a fresh one.
 */
const CANCEL_GRACE_MS = 250;

/** One model, held by one worker, to be analysed under one or more settings. */
export interface AnalysisSession {
  /**
   * Runs one analysis. Requests may overlap; each ends by itself or by its signal.
   * @throws ConvAtlasError; `cancelled` when the signal fires.
   */
  analyse(
    request: AnalysisRequest,
    onEvent: (event: AnalysisEvent) => void,
    signal: AbortSignal,
  ): Promise<Analysis>;
  /**
   * Exact distances of some layers, as `labels` events; while an analysis runs or after it.
   * @throws ConvAtlasError as above.
   */
  complete(
    request: CompletionRequest,
    onEvent: (event: AnalysisEvent) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /**
   * The poster's conclusions about a finished analysis.
   * @throws ConvAtlasError as above.
   */
  findings(request: FindingsRequest, signal: AbortSignal): Promise<Findings>;
  /**
   * The operator of one layer, all channels together.
   *
   * @param onProgress share of the work done, 0..1.
   * @throws ConvAtlasError as above; `malformed` for weights that are not finite.
   */
  operator(
    request: OperatorRequest,
    onProgress: (share: number) => void,
    signal: AbortSignal,
  ): Promise<LayerOperator>;
  /** Ends the worker; what runs is rejected as cancelled. */
  close(): void;
}

interface PendingRequest {
  readonly onEvent: (event: WorkerEvent) => void;
  readonly resolve: () => void;
  readonly reject: (error: ConvAtlasError) => void;
}

type RequestMessage = Extract<ToWorker, { readonly request: unknown }>;

/** A request before it has its number. */
type Unnumbered = RequestMessage extends infer Message ? Omit<Message, "id"> : never;

/** @param memory keeps how fast engines are on this machine. */
export function openSession(input: ModelInput, memory: SpeedMemory): AnalysisSession {
  const pending = new Map<number, PendingRequest>();
  /** Cancelled requests that the worker has not yet let go of. */
  const unanswered = new Set<number>();
  let worker: Worker | null = null;
  let nextId = 1;

  function start(): Worker {
    const started = new Worker(new URL("./analysis.worker.ts", import.meta.url), {
      type: "module",
      name: "convatlas-analysis",
    });
    started.addEventListener("message", (event: MessageEvent<FromWorker>) => receive(event.data));
    started.addEventListener("error", (event) => {
      event.preventDefault();
      rejectAll(workerDied(event.message));
      stop();
    });
    started.postMessage({ kind: "open", input, speeds: memory.load() } satisfies ToWorker);
    return started;
  }

  function stop(): void {
    worker?.terminate();
    worker = null;
    unanswered.clear();
  }

  function rejectAll(error: ConvAtlasError): void {
    for (const request of pending.values()) request.reject(error);
    pending.clear();
  }

  function receive(message: FromWorker): void {
    if (message.kind === "speeds") {
      memory.store(message.speeds);
      return;
    }
    if (message.kind !== "event") unanswered.delete(message.id);
    const request = pending.get(message.id);
    if (request === undefined) return;
    switch (message.kind) {
      case "event":
        request.onEvent(message.event);
        return;
      case "done":
        pending.delete(message.id);
        request.resolve();
        return;
      case "failed": {
        pending.delete(message.id);
        const { code, message: text, details, missingFiles } = message.error;
        request.reject(new ConvAtlasError(code, text, details, missingFiles));
        return;
      }
    }
  }

  function cancel(id: number): void {
    const request = pending.get(id);
    if (request === undefined) return;
    pending.delete(id);
    request.reject(cancelled());
    unanswered.add(id);
    worker?.postMessage({ kind: "cancel", id } satisfies ToWorker);
    setTimeout(() => {
      if (unanswered.has(id) && pending.size === 0) stop();
    }, CANCEL_GRACE_MS);
  }

  function ask(
    message: Unnumbered,
    onEvent: (event: WorkerEvent) => void,
    signal: AbortSignal,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(cancelled());
        return;
      }
      const id = nextId++;
      pending.set(id, { onEvent, resolve, reject });
      signal.addEventListener("abort", () => cancel(id), { once: true });
      worker ??= start();
      worker.postMessage({ ...message, id } as ToWorker);
    });
  }

  return {
    async analyse(request, onEvent, signal) {
      let analysis: Analysis | null = null;
      const collect = analysisEvents((event) => {
        analysis = applyEvent(analysis, event);
        onEvent(event);
      });
      await ask({ kind: "analyse", request }, collect, signal);
      if (analysis === null) throw workerDied("no result");
      return analysis;
    },
    complete: (request, onEvent, signal) =>
      ask({ kind: "complete", request }, analysisEvents(onEvent), signal),
    async findings(request, signal) {
      let findings: Findings | null = null;
      const collect = (event: WorkerEvent) => {
        if (event.kind === "findings") findings = event.findings;
      };
      await ask({ kind: "findings", request }, collect, signal);
      if (findings === null) throw workerDied("no result");
      return findings;
    },
    async operator(request, onProgress, signal) {
      let operator: LayerOperator | null = null;
      const collect = (event: WorkerEvent) => {
        if (event.kind === "operator-progress") onProgress(event.share);
        if (event.kind === "operator") operator = event.operator;
      };
      await ask({ kind: "operator", request }, collect, signal);
      if (operator === null) throw workerDied("no result");
      return operator;
    },
    close() {
      rejectAll(cancelled());
      stop();
    },
  };
}

/** Listens to what belongs to an analysis; no other event answers its requests. */
function analysisEvents(onEvent: (event: AnalysisEvent) => void): (event: WorkerEvent) => void {
  return (event) => {
    switch (event.kind) {
      case "operator":
      case "operator-progress":
      case "findings":
        return;
      default:
        onEvent(event);
    }
  };
}

function cancelled(): ConvAtlasError {
  return new ConvAtlasError("cancelled", "The analysis was cancelled.");
}

function workerDied(details: string): ConvAtlasError {
  return new ConvAtlasError(
    "internal",
    "The part of ConvAtlas that reads models stopped unexpectedly, perhaps for lack of memory; close other tabs and try again.",
    details,
  );
}
