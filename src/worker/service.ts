import { cpuEngine } from "../core/action/cpuEngine.ts";
import { type AnalysisRequest, analyse, type OpenedModel } from "../core/analysis/analyse.ts";
import { chooseModelFile, type ModelFiles, openModel } from "../core/analysis/openModel.ts";
import type { AnalysisEvent } from "../core/analysis/progress.ts";
import { fileSource } from "./fileSource.ts";
import type { ModelInput } from "./protocol.ts";
import { urlSource } from "./urlSource.ts";

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
}

export function analysisService(input: ModelInput): AnalysisService {
  let model: OpenedModel | null = null;
  return {
    async analyse(request, onEvent, signal) {
      const onProgress = (done: number, total: number) => onEvent({ kind: "reading", done, total });
      model ??= await openModel(await filesOf(input, signal), cpuEngine, onProgress, signal);
      await analyse(model, request, onEvent, signal);
    },
  };
}

async function filesOf(input: ModelInput, signal: AbortSignal): Promise<ModelFiles> {
  switch (input.kind) {
    case "files":
      return chooseModelFile(input.files.map(fileSource));
    case "url":
      return chooseModelFile([await urlSource(input.url, input.name, signal)]);
  }
}
