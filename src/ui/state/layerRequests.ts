import type { Analysis } from "../../core/analysis/analysis.ts";
import { applyEvent } from "../../core/analysis/progress.ts";
import { ConvAtlasError } from "../../core/errors.ts";
import { findingsRequest } from "../../core/findings/request.ts";
import type { LayerOperator } from "../../core/operator/layerOperator.ts";
import type { AnalysisSession } from "../../worker/client.ts";
import type { AnalysisRegistry } from "./analyses.ts";
import type { PageError } from "./pageState.ts";
import type { PageStore } from "./pageStore.ts";

/** What is asked about the analysis on screen, once it is complete. */
export interface LayerRequests {
  /**
   * Has the distances of layers computed on their full grids, where so far only labels
   * are of them. Errors are shown as those of a run are.
   *
   * @param layers indexes in the analysis on screen.
   * @returns whether all of these layers are exact now.
   */
  completeLayers(layers: readonly number[]): Promise<boolean>;
  /**
   * Has the poster's conclusions about the analysis on screen computed, if they are not there
   * yet; they become part of it. Errors are shown as those of a run are.
   *
   * @returns whether the analysis on screen has its findings now.
   */
  findings(): Promise<boolean>;
  /**
   * The operator of a layer, all channels together.
   *
   * @param onProgress share of the work done, 0..1.
   * @throws ConvAtlasError; `cancelled` too when another model is opened.
   */
  layerOperator(
    layer: number,
    onProgress: (share: number) => void,
    signal: AbortSignal,
  ): Promise<LayerOperator>;
}

/** The analysis on screen, in the hands of its session. */
export interface ShownRun {
  readonly key: string;
  readonly session: AnalysisSession;
  readonly modelName: string;
  readonly remarks: readonly string[];
  readonly askedBefore: readonly string[];
  /** Fires when another analysis takes its place. */
  readonly abort: AbortController;
  analysis: Analysis | null;
}

export interface LayerRequestParts {
  readonly store: PageStore;
  readonly analyses: AnalysisRegistry;
  readonly shown: () => ShownRun | null;
  readonly errorOf: (thrown: unknown, of: ShownRun) => PageError;
}

export function layerRequests({
  store,
  analyses,
  shown,
  errorOf,
}: LayerRequestParts): LayerRequests {
  /** Layers that are being completed, so that nobody asks for them twice. */
  const completing = new Map<string, Promise<void>>();

  async function complete(run: ShownRun, index: number): Promise<void> {
    const { analysis } = run;
    const layer = analysis?.layers[index];
    if (!analysis || layer?.action?.stage !== "settled") return;
    const { settings, features } = analysis;
    const layers = [{ layer: index, grid: layer.place.grid }];
    const { engine } = store.getState();
    await run.session.complete(
      { settings, features, engine, layers },
      (event) => {
        run.analysis = applyEvent(run.analysis, event);
        if (shown() === run && run.analysis !== null) analyses.set(run.key, run.analysis);
      },
      run.abort.signal,
    );
  }

  /** Findings that are being computed, by analysis. */
  const finding = new Map<ShownRun, Promise<void>>();

  async function find(run: ShownRun): Promise<void> {
    const { analysis } = run;
    if (analysis === null || analysis.findings !== null) return;
    const findings = await run.session.findings(findingsRequest(analysis), run.abort.signal);
    run.analysis = applyEvent(run.analysis, { kind: "findings", findings });
    if (shown() === run && run.analysis !== null) analyses.set(run.key, run.analysis);
  }

  return {
    async findings() {
      const run = shown();
      const timings = run?.analysis?.timings ?? null;
      if (run === null || timings === null) return false;
      const task = finding.get(run) ?? find(run);
      finding.set(run, task);
      try {
        await task.finally(() => finding.delete(run));
        return shown() === run;
      } catch (thrown) {
        const error = errorOf(thrown, run);
        if (error.code !== "cancelled") store.setState({ error });
        return false;
      }
    },

    async completeLayers(layers) {
      const run = shown();
      if (run === null) return false;
      try {
        for (const index of layers) {
          const key = `${run.key} ${index}`;
          const task = completing.get(key) ?? complete(run, index);
          completing.set(key, task);
          await task.finally(() => completing.delete(key));
        }
        return shown() === run;
      } catch (thrown) {
        const error = errorOf(thrown, run);
        if (error.code !== "cancelled") store.setState({ error });
        return false;
      }
    },

    async layerOperator(layer, onProgress, signal) {
      const run = shown();
      const analysed = run?.analysis?.layers[layer];
      if (!run?.analysis || analysed === undefined) {
        throw new ConvAtlasError("cancelled", "The model was closed.");
      }
      const { settings } = run.analysis;
      const request = { settings, layer, grid: analysed.place.grid };
      const either = AbortSignal.any([signal, run.abort.signal]);
      return run.session.operator(request, onProgress, either);
    },
  };
}
