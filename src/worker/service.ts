import type { EngineRoom } from "../core/action/engineRoom.ts";
import { type AnalysisRequest, analyse, type OpenedModel } from "../core/analysis/analyse.ts";
import { type CompletionRequest, completeLayers } from "../core/analysis/completeLayers.ts";
import { openModel } from "../core/analysis/openModel.ts";
import { type OperatorRequest, operatorOfLayer } from "../core/analysis/operatorOfLayer.ts";
import type { AnalysisEvent } from "../core/analysis/progress.ts";
import { findingsInTurns } from "../core/findings/findingsInTurns.ts";
import type { FindingsRequest } from "../core/findings/request.ts";
import type { ReadStep } from "../core/formats/format.ts";
import { correctNetwork } from "../core/network/corrections.ts";
import { modelOf } from "./modelOf.ts";
import type { ModelInput, WorkerEvent } from "./protocol.ts";

/**
 * What the worker does, as a plain object: tests call it without a worker. The
 * file is read at the first analysis and kept for those with other settings.
 */
export interface AnalysisService {
  analyse(
    request: AnalysisRequest,
    onEvent: (event: AnalysisEvent) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** Exact distances of layers of the model, see `completeLayers`. */
  complete(
    request: CompletionRequest,
    onEvent: (event: AnalysisEvent) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** The poster's conclusions about a finished analysis of the model. */
  findings(
    request: FindingsRequest,
    onEvent: (event: WorkerEvent) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** The operator of one layer, all channels together. */
  operator(
    request: OperatorRequest,
    onEvent: (event: WorkerEvent) => void,
    signal: AbortSignal,
  ): Promise<void>;
}

export function analysisService(input: ModelInput, engines: EngineRoom): AnalysisService {
  let model: OpenedModel | null = null;
  async function opened(onEvent: (event: AnalysisEvent) => void, signal: AbortSignal) {
    const onProgress = (step: ReadStep) => onEvent({ kind: "reading", step });
    model ??= await openModel(await modelOf(input, signal), engines, onProgress, signal);
    return model;
  }
  return {
    async analyse(request, onEvent, signal) {
      await analyse(await opened(onEvent, signal), request, onEvent, signal);
      void engines.measureLate();
    },
    async complete(request, onEvent, signal) {
      await completeLayers(await opened(onEvent, signal), request, onEvent, signal);
    },
    async findings(request, onEvent, signal) {
      const { network } = await opened(onEvent, signal);
      const { layers } = correctNetwork(network, request.settings.corrections);
      const kernels = layers.map((layer) => layer.kernels);
      const findings = await findingsInTurns(request, kernels, signal);
      onEvent({ kind: "findings", findings });
    },
    async operator(request, onEvent, signal) {
      const onProgress = (share: number) => onEvent({ kind: "operator-progress", share });
      const operator = await operatorOfLayer(
        await opened(onEvent, signal),
        request,
        onProgress,
        signal,
      );
      onEvent({ kind: "operator", operator });
    },
  };
}
