import { createStore } from "zustand/vanilla";
import type { Analysis } from "../../core/analysis/analysis.ts";
import { type AnalysisEvent, applyEvent } from "../../core/analysis/progress.ts";
import { compareModels } from "../../core/comparison/compareModels.ts";
import { ConvAtlasError } from "../../core/errors.ts";
import { NO_CORRECTIONS } from "../../core/network/corrections.ts";
import type { AnalysisSession } from "../../worker/client.ts";
import type { ModelInput, PickedFile } from "../../worker/protocol.ts";
import { answersRequest, withAddedFiles } from "../files/missingFiles.ts";
import type { AnalysisKey } from "./analyses.ts";
import {
  type ComparedModels,
  type ComparisonParts,
  type ComparisonProgress,
  type ComparisonRunner,
  type ComparisonState,
  type ComparisonStore,
  NO_COMPARISON,
} from "./comparisonState.ts";
import { pageErrorOf } from "./pageError.ts";
import type { PageError } from "./pageState.ts";
import { inputName } from "./runner.ts";
import { progressOf } from "./runProgress.ts";
import { isSame, type SessionModel } from "./session.ts";

/** A second model in the hands of its own worker. */
interface Other {
  readonly session: AnalysisSession;
  readonly input: ModelInput;
  readonly modelName: string;
  readonly remarks: readonly string[];
  /** Id of a sample; null for a file of the person's own. */
  readonly sample: string | null;
  readonly key: AnalysisKey;
  analysis: Analysis | null;
}

interface Result extends ComparedModels {
  readonly keyOfA: AnalysisKey;
  readonly other: Other;
}

/** Shortest time between two reports of progress, ms: more often nobody can read. */
const PROGRESS_INTERVAL_MS = 200;

/** True if B was analysed as A is; what a person corrected belongs to A alone. */
function isUnderSettingsOf(b: Analysis, a: Analysis): boolean {
  const settings = { ...a.settings, corrections: NO_CORRECTIONS };
  return isSame([b.settings, b.features], [settings, a.features]);
}

/** True if the model that was read is the one that a link or picture compared with. */
function isWanted(wanted: SessionModel, { sha256, sample }: SessionModel): boolean {
  // A sample may be made anew from one version to the next: it is named, not hashed.
  return wanted.sha256 === sha256 || (wanted.sample !== null && wanted.sample === sample);
}

/**
 * Keeps a second model compared with the one on the page. Rules: the newest request wins; a new
 * second model takes the place of the old one once it is analysed; when the page's model or its
 * settings change, the second one is analysed and compared anew, at once if the comparison is in
 * view, else when it is looked at or exported. The page's own model is never touched.
 */
export function createComparison({
  page,
  analyses,
  openSession,
  onOpened,
}: ComparisonParts): ComparisonRunner {
  const store = createStore<ComparisonState>(() => NO_COMPARISON);
  let other: Other | null = null;
  /** Read for the first time; takes the place of `other` once it is analysed. */
  let candidate: Other | null = null;
  let work: AbortController | null = null;
  let result: Result | null = null;
  let modelsSoFar = 0;
  let resultsSoFar = 0;
  /** Files of an attempt that lacked others. File objects have no place in a store. */
  let lacking: readonly PickedFile[] = [];

  function stop(): void {
    work?.abort();
    work = null;
  }

  function letGo(model: Other | null): void {
    if (model === null) return;
    model.session.close();
    analyses.delete(model.key);
  }

  /** The page's complete model. */
  function shown(): { readonly key: AnalysisKey; readonly analysis: Analysis } | null {
    const { current } = page.getState();
    const analysis = current === null ? null : analyses.get(current);
    return current === null || !analysis?.timings ? null : { key: current, analysis };
  }

  function isUpToDate(): boolean {
    return candidate === null && result !== null && result.keyOfA === shown()?.key;
  }

  function waitsUntilLookedAt(): void {
    store.setState({ phase: "waiting", progress: null, resultKey: null });
  }

  /** Takes the next step towards an up-to-date comparison. */
  function advance(): void {
    stop();
    const model = candidate ?? other;
    if (model === null) return;
    const a = shown();
    if (a === null) {
      store.setState({ phase: "waiting", modelName: model.modelName, progress: null });
    } else if (model.analysis === null || !isUnderSettingsOf(model.analysis, a.analysis)) {
      void run(model, (abort) => analyse(model, a.analysis, abort));
    } else if (isUpToDate()) {
      store.setState({ phase: "done", modelName: model.modelName, progress: null });
    } else {
      void run(model, (abort) => compare(model, a, abort));
    }
  }

  /** One step; if it is not overtaken, the next one follows. */
  async function run(model: Other, step: (abort: AbortController) => Promise<void>): Promise<void> {
    const abort = new AbortController();
    work = abort;
    try {
      await step(abort);
      if (work === abort) advance();
    } catch (thrown) {
      if (work === abort) fail(model, thrown);
    }
  }

  /** Passes progress on, but not more often than a person can read. */
  function reporter(abort: AbortController): (progress: ComparisonProgress | null) => void {
    let reportedAt = Number.NEGATIVE_INFINITY;
    return (progress) => {
      const now = performance.now();
      if (work !== abort || progress === null || now - reportedAt < PROGRESS_INTERVAL_MS) return;
      reportedAt = now;
      const isRead = progress.kind === "opening" || progress.kind === "reading";
      const phase = isRead ? "reading" : progress.kind === "comparing" ? "comparing" : "analyzing";
      store.setState({ phase, progress });
    };
  }

  async function analyse(model: Other, a: Analysis, abort: AbortController): Promise<void> {
    store.setState({
      phase: model.analysis === null ? "reading" : "analyzing",
      modelName: model.modelName,
      progress: { kind: "opening" },
      // An older comparison stays in view while another model is read, not under other settings.
      ...(model === candidate ? {} : { resultKey: null }),
    });
    const report = reporter(abort);
    const request = {
      settings: { ...a.settings, corrections: NO_CORRECTIONS },
      features: a.features,
      engine: page.getState().engine,
      exactness: "labels",
    } as const;
    let partial: Analysis | null = null;
    const onEvent = (event: AnalysisEvent) => {
      partial = applyEvent(partial, event);
      report(progressOf(event));
    };
    const analysis = await model.session.analyse(request, onEvent, abort.signal);
    if (work !== abort) return;
    model.analysis = analysis;
    analyses.set(model.key, analysis);
    if (model !== candidate) return;
    letGo(other);
    other = model;
    candidate = null;
    result = null;
    const { name, sha256 } = analysis.model;
    const compared = { name, sha256, sample: model.sample };
    const wanted = page.getState().toCompare;
    const insteadOf = wanted === null || isWanted(wanted, compared) ? null : wanted;
    store.setState({ key: model.key, resultKey: null, error: null, insteadOf });
    page.setState({ compared, toCompare: null });
    onOpened?.(model.input, analysis);
  }

  async function compare(
    model: Other,
    a: { readonly key: AnalysisKey; readonly analysis: Analysis },
    abort: AbortController,
  ): Promise<void> {
    const b = model.analysis;
    if (b === null) return;
    const report = reporter(abort);
    report({ kind: "comparing", done: 0, total: 1 });
    const comparison = await compareModels(
      a.analysis,
      b,
      (done, total) => report({ kind: "comparing", done, total }),
      abort.signal,
    );
    if (work !== abort) return;
    resultsSoFar += 1;
    result = { a: a.analysis, b, comparison, keyOfA: a.key, other: model };
    store.setState({ resultKey: `comparison-${resultsSoFar}` });
  }

  function fail(model: Other, thrown: unknown): void {
    work = null;
    const error = pageErrorOf(thrown, model.modelName, model.remarks);
    if (model === candidate) {
      if (error.code === "missing-companion-file" && model.input.kind === "files") {
        lacking = model.input.files;
      }
      letGo(candidate);
      candidate = null;
    }
    halted(error.code === "cancelled" ? null : error);
  }

  /** After a step that did not end well: back to what is up to date, if anything is. */
  function halted(error: PageError | null): void {
    const modelName = other?.modelName ?? error?.modelName ?? null;
    if (isUpToDate()) {
      store.setState({ phase: "done", modelName, progress: null, error });
    } else {
      const phase = error === null ? "cancelled" : "error";
      store.setState({ phase, modelName, progress: null, resultKey: null, error });
    }
  }

  page.subscribe((now, before) => {
    if (other === null && candidate === null) return;
    const isInView = now.view === "compare";
    const { phase } = store.getState();
    if (now.current !== before.current) {
      stop();
      if (isInView) advance();
      else waitsUntilLookedAt();
    } else if (isInView && before.view !== "compare" && phase === "waiting") advance();
  });

  const runner: ComparisonRunner = {
    store,

    add(input, remarks = [], sample = null) {
      stop();
      letGo(candidate);
      candidate = null;
      lacking = [];
      modelsSoFar += 1;
      const modelName = inputName(input);
      store.setState({ error: null });
      try {
        const session = openSession(input);
        const key = `compared-${modelsSoFar}`;
        candidate = { session, input, modelName, remarks, sample, key, analysis: null };
        advance();
      } catch (thrown) {
        halted(pageErrorOf(thrown, modelName, remarks));
      }
    },

    addFiles(files, remarks = []) {
      const { error } = store.getState();
      const joins = error !== null && answersRequest(files, error.missingFiles);
      runner.add({ kind: "files", files: joins ? withAddedFiles(lacking, files) : files }, remarks);
    },

    refuse(thrown, name) {
      stop();
      letGo(candidate);
      candidate = null;
      halted(pageErrorOf(thrown, name));
    },

    cancel() {
      if (work === null) return;
      const model = candidate ?? other;
      stop();
      if (model !== null) {
        fail(model, new ConvAtlasError("cancelled", "The comparison was cancelled."));
      }
    },

    retry() {
      store.setState({ error: null });
      advance();
    },

    remove() {
      stop();
      letGo(candidate);
      letGo(other);
      [candidate, other, result, lacking] = [null, null, null, []];
      store.setState(NO_COMPARISON);
      page.setState({ compared: null, toCompare: null });
    },

    dismissError() {
      const { phase } = store.getState();
      store.setState({
        error: null,
        ...(phase === "error" && other === null ? NO_COMPARISON : {}),
      });
    },

    result() {
      return store.getState().resultKey === null ? null : result;
    },

    async whenReady() {
      if (store.getState().phase === "waiting") advance();
      await settled(store);
      return isUpToDate() ? result : null;
    },
  };
  return runner;
}

/** Resolves when nothing runs. */
function settled(store: ComparisonStore): Promise<void> {
  const runs = ({ phase }: ComparisonState) =>
    phase === "reading" || phase === "analyzing" || phase === "comparing";
  if (!runs(store.getState())) return Promise.resolve();
  return new Promise((resolve) => {
    const stopListening = store.subscribe((state) => {
      if (runs(state)) return;
      stopListening();
      resolve();
    });
  });
}
