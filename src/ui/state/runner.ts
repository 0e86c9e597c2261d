import type { EngineChoice } from "../../core/action/engineRoom.ts";
import type { Analysis } from "../../core/analysis/analysis.ts";
import { type AnalysisEvent, applyEvent } from "../../core/analysis/progress.ts";
import type { Settings } from "../../core/analysis/settings.ts";
import type { Feature } from "../../core/features/clinicalKernels.ts";
import { hasCorrections, NO_CORRECTIONS } from "../../core/network/corrections.ts";
import type { AnalysisSession } from "../../worker/client.ts";
import type { ModelInput, PickedFile } from "../../worker/protocol.ts";
import { isAskedAgain, withAddedFiles } from "../files/missingFiles.ts";
import { nameOfFiles } from "../files/pickedFiles.ts";
import type { AnalysisRegistry } from "./analyses.ts";
import { type Choices, NOTHING_SELECTED } from "./choices.ts";
import { featuresOf } from "./features.ts";
import type { KeptCorrections } from "./keptCorrections.ts";
import { type LayerRequests, layerRequests } from "./layerRequests.ts";
import { pageErrorOf } from "./pageError.ts";
import type { PageError, Progress } from "./pageState.ts";
import type { PageStore } from "./pageStore.ts";
import { ANOTHER_FILE, firstLook, isAnotherFile, stillWaiting } from "./restoring.ts";
import { progressOf } from "./runProgress.ts";
import type { Session } from "./session.ts";

/**
 * Shortest time between two redraws while results stream in: quick enough to feel
 * live, slow enough that the main thread stays free for the person's clicks.
 */
export const REDRAW_INTERVAL_MS = 200;

export interface RunnerParts {
  readonly store: PageStore;
  readonly analyses: AnalysisRegistry;
  readonly openSession: (input: ModelInput) => AnalysisSession;
  /** What a person corrected in models that were opened before. */
  readonly kept: KeptCorrections;
  /** Told of each model that has come on screen. */
  readonly onOpened?: (input: ModelInput, analysis: Analysis) => void;
}

export interface Runner extends LayerRequests {
  /**
   * Reads another model; the one on screen stays until this one is complete.
   *
   * @param remarks sentences about how it was chosen, shown if it fails.
   * @param restore the view to show it in, if it is the model of that view.
   */
  openModel(
    input: ModelInput,
    remarks?: readonly string[],
    restore?: Session | null,
  ): Promise<void>;
  /** Reads the model that lacked files once more, with these added to its own. */
  addFiles(files: readonly PickedFile[]): Promise<void>;
  /** Shows why something cannot be opened at all; a model that is being read is given up. */
  refuse(thrown: unknown, name: string): void;
  /** Analyses the model on screen again under changed settings, or other features of one's own. */
  changeSettings(change: Partial<Settings>, ownFeatures?: readonly Feature[]): Promise<void>;
  /** Computes the model on screen again with another engine: the same labels. */
  changeEngine(engine: EngineChoice): Promise<void>;
  /** What the model on screen was read from; the same object until another one is. */
  shownInput(): ModelInput | null;
  /** Stops the run in progress, if any. */
  cancel(): void;
}

/** A model in the hands of a worker, and how it got there. */
interface Opened {
  readonly session: AnalysisSession;
  readonly modelName: string;
  readonly input: ModelInput;
  readonly remarks: readonly string[];
  /** Names that an attempt before this one asked for. */
  readonly askedBefore: readonly string[];
  readonly restore: Session | null;
}

interface Run extends Opened {
  readonly key: string;
  readonly abort: AbortController;
  analysis: Analysis | null;
}

export function inputName(input: ModelInput): string {
  return input.kind === "url" ? input.name : nameOfFiles(input.files);
}

const ASKED_AGAIN =
  "The files that were added do not have the names asked for; the names must be the same.";

/** An attempt that failed; said twice in the same words, it would seem that nothing happened. */
function failureOf(
  thrown: unknown,
  of: Pick<Opened, "modelName" | "remarks" | "askedBefore">,
): PageError {
  const error = pageErrorOf(thrown, of.modelName, of.remarks);
  if (!isAskedAgain(of.askedBefore, error.missingFiles)) return error;
  return { ...error, remarks: [ASKED_AGAIN, ...error.remarks] };
}

/** Collects what streams in and passes it on at most every REDRAW_INTERVAL_MS. */
function throttled(flush: () => void): { readonly touch: () => void; readonly stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | null = null;
  return {
    touch() {
      if (timer !== null) return;
      timer = setTimeout(() => {
        timer = null;
        flush();
      }, REDRAW_INTERVAL_MS);
    },
    stop() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}

/** An attempt that lacked files, and may be made again with them. */
interface Lacking {
  readonly files: readonly PickedFile[];
  readonly missing: readonly string[];
  readonly restore: Session | null;
}

const NOTHING_LACKING: Lacking = { files: [], missing: [], restore: null };

/**
 * Runs analyses for the page. Rules: the newest request wins; a run is `pending` until
 * it has finished; an error or a cancel drops it and leaves the analysis on screen, and
 * its session, as they were.
 */
export function createRunner(parts: RunnerParts): Runner {
  const { store, analyses, openSession, kept } = parts;
  let shown: Run | null = null;
  let pending: Run | null = null;
  let runsSoFar = 0;
  /** The files of an attempt that lacked others. File objects have no place in the store. */
  let lacking: Lacking = NOTHING_LACKING;

  function drop(run: Run): void {
    if (pending === run) pending = null;
    run.abort.abort();
    analyses.delete(run.key);
    if (run.session !== shown?.session) run.session.close();
  }

  function settingsOnScreen(): Partial<Choices> {
    if (!shown?.analysis) return {};
    const { settings, features } = shown.analysis;
    return settings.features === "custom" ? { settings, ownFeatures: features } : { settings };
  }

  /** Corrections belong to a file: they are kept with it, and come back with it. */
  function recallCorrections(run: Run, reason: "model" | "settings"): void {
    if (run.analysis === null) return;
    const { model, settings } = run.analysis;
    if (reason === "settings" || hasCorrections(settings.corrections)) {
      kept.set(model.sha256, settings.corrections);
      return;
    }
    const corrections = kept.get(model.sha256);
    if (corrections !== null) void runner.changeSettings({ corrections });
  }

  function succeed(run: Run, reason: "model" | "settings"): void {
    const before = shown;
    shown = run;
    pending = null;
    if (run.analysis !== null) analyses.set(run.key, run.analysis);
    store.setState({
      phase: "done",
      current: run.key,
      pending: null,
      error: null,
      // A first model is already looked at while it runs: keep what was chosen in it.
      ...(reason === "model"
        ? firstLook(run.restore, run.analysis, before !== null, store.getState())
        : {}),
      ...(reason === "model" ? { waiting: stillWaiting(run.restore, run.analysis) } : {}),
    });
    if (reason === "model" && run.analysis !== null) {
      parts.onOpened?.(run.input, run.analysis);
      warnOfAnotherFile(run);
    }
    if (before !== null) {
      analyses.delete(before.key);
      // Its layers may still be completed, for nobody.
      before.abort.abort();
      if (before.session !== run.session) before.session.close();
    }
    recallCorrections(run, reason);
  }

  /** A link's view may be opened with another file than its own: that is said, not refused. */
  function warnOfAnotherFile(run: Run): void {
    const { key, analysis } = run;
    if (analysis === null || !isAnotherFile(run.restore, analysis)) return;
    analyses.set(key, { ...analysis, warnings: [ANOTHER_FILE, ...analysis.warnings] });
  }

  function fail(run: Run, thrown: unknown): void {
    const error = failureOf(thrown, run);
    drop(run);
    if (error.code === "cancelled") showStopped("cancelled", null);
    else {
      if (error.code === "missing-companion-file" && run.input.kind === "files") {
        const { restore } = run;
        lacking = { files: run.input.files, missing: error.missingFiles, restore };
      }
      showStopped("error", error);
    }
  }

  /** Back to what was on the screen before. */
  function showStopped(phase: "error" | "cancelled", error: PageError | null): void {
    store.setState({
      phase,
      pending: null,
      error,
      ...settingsOnScreen(),
      ...(shown === null ? { selection: NOTHING_SELECTED } : {}),
    });
  }

  async function open(
    input: ModelInput,
    remarks: readonly string[],
    askedBefore: readonly string[],
    restore: Session | null,
  ): Promise<void> {
    lacking = NOTHING_LACKING;
    const choice = { input, modelName: inputName(input), remarks, askedBefore, restore };
    let session: AnalysisSession;
    try {
      session = openSession(input);
    } catch (thrown) {
      store.setState({ phase: "error", error: failureOf(thrown, choice) });
      return;
    }
    const state = store.getState();
    const { settings, ownFeatures } = restore?.choices ?? {
      settings: { ...state.settings, corrections: NO_CORRECTIONS },
      ownFeatures: state.ownFeatures,
    };
    // Nothing is on screen: what comes in is looked at in the view that it shall have.
    if (shown === null && restore !== null) store.setState(restore.choices);
    await start({ ...choice, session }, "model", settings, ownFeatures);
  }

  async function start(
    opened: Opened,
    reason: "model" | "settings",
    settings: Settings,
    ownFeatures: readonly Feature[],
  ): Promise<void> {
    const { session, modelName } = opened;
    if (pending !== null) drop(pending);
    runsSoFar += 1;
    const run: Run = {
      ...opened,
      key: `analysis-${runsSoFar}`,
      abort: new AbortController(),
      analysis: null,
    };
    pending = run;
    let progress: Progress = { kind: "opening" };
    store.setState({
      phase: reason === "model" ? "reading" : "analyzing",
      pending: { key: run.key, modelName, reason, progress },
      error: null,
      settings,
      ownFeatures,
    });
    const redraw = throttled(() => {
      if (pending !== run) return;
      if (run.analysis !== null) analyses.set(run.key, run.analysis);
      store.setState({
        phase: run.analysis === null && reason === "model" ? "reading" : "analyzing",
        pending: { key: run.key, modelName, reason, progress },
      });
    });
    const onEvent = (event: AnalysisEvent) => {
      run.analysis = applyEvent(run.analysis, event);
      progress = progressOf(event) ?? progress;
      redraw.touch();
    };
    try {
      const { engine } = store.getState();
      const features = featuresOf(settings, ownFeatures);
      const request = { settings, features, engine, exactness: "affordable" } as const;
      run.analysis = await session.analyse(request, onEvent, run.abort.signal);
      if (pending === run) succeed(run, reason);
    } catch (thrown) {
      if (pending === run) fail(run, thrown);
    } finally {
      redraw.stop();
    }
  }

  const runner: Runner = {
    openModel(input, remarks = [], restore = null) {
      return open(input, remarks, [], restore);
    },

    addFiles(added) {
      const { files, missing, restore } = lacking;
      return open({ kind: "files", files: withAddedFiles(files, added) }, [], missing, restore);
    },

    refuse(thrown, name) {
      if (pending !== null) drop(pending);
      showStopped("error", pageErrorOf(thrown, name));
    },

    async changeSettings(change, ownFeatures = store.getState().ownFeatures) {
      const settings = { ...store.getState().settings, ...change };
      const base = pending ?? shown;
      if (base === null) {
        store.setState({ settings, ownFeatures });
        return;
      }
      if (pending !== null && pending.session !== shown?.session) {
        // The file of a first run is still being read: start over in the same session.
        const stopped = pending;
        pending = null;
        stopped.abort.abort();
        analyses.delete(stopped.key);
        await start(stopped, "model", settings, ownFeatures);
        return;
      }
      await start(base, "settings", settings, ownFeatures);
    },

    changeEngine(engine) {
      store.setState({ engine });
      return store.getState().phase === "idle" ? Promise.resolve() : runner.changeSettings({});
    },

    ...layerRequests({ store, analyses, shown: () => shown, errorOf: failureOf }),

    shownInput: () => shown?.input ?? null,

    cancel() {
      if (pending === null) return;
      drop(pending);
      showStopped("cancelled", null);
    },
  };
  return runner;
}
