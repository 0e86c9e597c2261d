import type { AnalysisRequest } from "../../../src/core/analysis/analyse.ts";
import type { Analysis } from "../../../src/core/analysis/analysis.ts";
import type { CompletionRequest } from "../../../src/core/analysis/completeLayers.ts";
import type { OperatorRequest } from "../../../src/core/analysis/operatorOfLayer.ts";
import type { AnalysisEvent } from "../../../src/core/analysis/progress.ts";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import type { Findings } from "../../../src/core/findings/findings.ts";
import type { FindingsRequest } from "../../../src/core/findings/request.ts";
import type { LayerOperator } from "../../../src/core/operator/layerOperator.ts";
import { createAnalysisRegistry } from "../../../src/ui/state/analyses.ts";
import { keptCorrections } from "../../../src/ui/state/keptCorrections.ts";
import { createPageStore } from "../../../src/ui/state/pageStore.ts";
import { createRunner } from "../../../src/ui/state/runner.ts";
import type { AnalysisSession } from "../../../src/worker/client.ts";
import type { ModelInput, PickedFile } from "../../../src/worker/protocol.ts";
import { sampleAnalysis } from "./sampleAnalysis.ts";

/** One request that a test answers when it likes. */
export interface Request {
  readonly asked: AnalysisRequest;
  readonly onEvent: (event: AnalysisEvent) => void;
  readonly signal: AbortSignal;
  readonly resolve: (analysis: Analysis) => void;
  readonly reject: (error: unknown) => void;
}

/** One completion that a test answers when it likes. */
export interface Completion {
  readonly request: CompletionRequest;
  readonly onEvent: (event: AnalysisEvent) => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** One request for findings that a test answers when it likes. */
export interface FindingsAsked {
  readonly request: FindingsRequest;
  readonly resolve: (findings: Findings) => void;
  readonly reject: (error: unknown) => void;
}

export class FakeSession implements AnalysisSession {
  readonly requests: Request[] = [];
  readonly completions: Completion[] = [];
  isClosed = false;

  analyse(
    asked: AnalysisRequest,
    onEvent: (event: AnalysisEvent) => void,
    signal: AbortSignal,
  ): Promise<Analysis> {
    return new Promise((resolve, reject) => {
      this.requests.push({ asked, onEvent, signal, resolve, reject });
      signal.addEventListener("abort", () =>
        reject(new ConvAtlasError("cancelled", "The analysis was cancelled.")),
      );
    });
  }

  complete(
    request: CompletionRequest,
    onEvent: (event: AnalysisEvent) => void,
    signal: AbortSignal,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      this.completions.push({ request, onEvent, resolve, reject });
      signal.addEventListener("abort", () =>
        reject(new ConvAtlasError("cancelled", "The analysis was cancelled.")),
      );
    });
  }

  readonly findingsAsked: FindingsAsked[] = [];

  findings(request: FindingsRequest, signal: AbortSignal): Promise<Findings> {
    return new Promise((resolve, reject) => {
      this.findingsAsked.push({ request, resolve, reject });
      signal.addEventListener("abort", () =>
        reject(new ConvAtlasError("cancelled", "The analysis was cancelled.")),
      );
    });
  }

  readonly operators: OperatorRequest[] = [];

  operator(
    request: OperatorRequest,
    onProgress: (share: number) => void,
    signal: AbortSignal,
  ): Promise<LayerOperator> {
    this.operators.push(request);
    onProgress(0.5);
    return new Promise((_, reject) => {
      signal.addEventListener("abort", () =>
        reject(new ConvAtlasError("cancelled", "The analysis was cancelled.")),
      );
    });
  }

  close(): void {
    this.isClosed = true;
  }
}

export function model(name: string): ModelInput {
  return { kind: "url", url: `https://example.org/${name}`, name };
}

export function picked(path: string): PickedFile {
  return { path, file: new File([path], path) };
}

export function pathsOf(input: ModelInput | undefined): readonly string[] {
  return input?.kind === "files" ? input.files.map(({ path }) => path) : [];
}

export function page() {
  const sessions: FakeSession[] = [];
  const inputs: ModelInput[] = [];
  const store = createPageStore();
  const analyses = createAnalysisRegistry();
  const stored = new Map<string, string>();
  const runner = createRunner({
    store,
    analyses,
    openSession: (input) => {
      const session = new FakeSession();
      sessions.push(session);
      inputs.push(input);
      return session;
    },
    kept: keptCorrections({
      getItem: (key) => stored.get(key) ?? null,
      setItem: (key, value) => stored.set(key, value),
      removeItem: (key) => stored.delete(key),
    }),
  });
  const shownModel = () => {
    const { current } = store.getState();
    return current === null ? null : (analyses.get(current)?.model.name ?? null);
  };
  return { sessions, inputs, store, analyses, runner, shownModel };
}

export function named(name: string, change: Partial<Analysis> = {}): Analysis {
  const analysis = sampleAnalysis(change);
  return { ...analysis, model: { ...analysis.model, name } };
}

/** Runs a model to its end. */
export async function open(of: ReturnType<typeof page>, name: string): Promise<void> {
  const run = of.runner.openModel(model(name));
  of.sessions.at(-1)?.requests[0].resolve(named(name));
  await run;
}
