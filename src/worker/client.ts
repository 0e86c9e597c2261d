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
import { bridgeTo } from "./bridge.ts";
import type {
  AnalysisGreeting,
  AnalysisQuestion,
  ModelInput,
  SpeedsNote,
  WorkerEvent,
} from "./protocol.ts";

/**
 * How long a cancelled worker may take to stop by itself, in milliseconds. Long
 * synchronous steps (a large HDF5 file) do not look at the signal; then the
 * worker is ended, and the next analysis reads the file anew in a fresh one.
 */
const CANCEL_GRACE_MS = 250;

const DIED_MESSAGE =
  "The part of ConvAtlas that reads models stopped unexpectedly, perhaps for lack of memory; close other tabs and try again.";

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

/** @param memory keeps how fast engines are on this machine. */
export function openSession(input: ModelInput, memory: SpeedMemory): AnalysisSession {
  const bridge = bridgeTo<AnalysisGreeting, AnalysisQuestion, WorkerEvent, null, SpeedsNote>({
    start: () =>
      new Worker(new URL("./analysis.worker.ts", import.meta.url), {
        type: "module",
        name: "convatlas-analysis",
      }),
    greeting: () => ({ input, speeds: memory.load() }),
    onNote: ({ speeds }) => memory.store(speeds),
    diedMessage: DIED_MESSAGE,
    cancelledMessage: "The analysis was cancelled.",
    cancelGraceMs: CANCEL_GRACE_MS,
  });
  const ask = bridge.ask;

  return {
    async analyse(request, onEvent, signal) {
      let analysis: Analysis | null = null;
      const collect = analysisEvents((event) => {
        analysis = applyEvent(analysis, event);
        onEvent(event);
      });
      await ask({ kind: "analyse", request }, collect, signal);
      if (analysis === null) throw noResult();
      return analysis;
    },
    async complete(request, onEvent, signal) {
      await ask({ kind: "complete", request }, analysisEvents(onEvent), signal);
    },
    async findings(request, signal) {
      let findings: Findings | null = null;
      const collect = (event: WorkerEvent) => {
        if (event.kind === "findings") findings = event.findings;
      };
      await ask({ kind: "findings", request }, collect, signal);
      if (findings === null) throw noResult();
      return findings;
    },
    async operator(request, onProgress, signal) {
      let operator: LayerOperator | null = null;
      const collect = (event: WorkerEvent) => {
        if (event.kind === "operator-progress") onProgress(event.share);
        if (event.kind === "operator") operator = event.operator;
      };
      await ask({ kind: "operator", request }, collect, signal);
      if (operator === null) throw noResult();
      return operator;
    },
    close: bridge.close,
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

function noResult(): ConvAtlasError {
  return new ConvAtlasError("internal", DIED_MESSAGE, "no result");
}
