import { describe, expect, test } from "vitest";
import type { Analysis } from "../../../src/core/analysis/analysis.ts";
import type { AnalysisEvent } from "../../../src/core/analysis/progress.ts";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import { NO_CORRECTIONS } from "../../../src/core/network/corrections.ts";
import { createAnalysisRegistry } from "../../../src/ui/state/analyses.ts";
import { keptCorrections } from "../../../src/ui/state/keptCorrections.ts";
import { createPageStore } from "../../../src/ui/state/pageStore.ts";
import { createRunner, REDRAW_INTERVAL_MS } from "../../../src/ui/state/runner.ts";
import type { AnalysisSession } from "../../../src/worker/client.ts";
import type { ModelInput } from "../../../src/worker/protocol.ts";
import { sampleAnalysis } from "./sampleAnalysis.ts";

/** One request that a test answers when it likes. */
interface Request {
  readonly onEvent: (event: AnalysisEvent) => void;
  readonly signal: AbortSignal;
  readonly resolve: (analysis: Analysis) => void;
  readonly reject: (error: unknown) => void;
}

class FakeSession implements AnalysisSession {
  readonly requests: Request[] = [];
  isClosed = false;

  analyse(
    _request: unknown,
    onEvent: (event: AnalysisEvent) => void,
    signal: AbortSignal,
  ): Promise<Analysis> {
    return new Promise((resolve, reject) => {
      this.requests.push({ onEvent, signal, resolve, reject });
      signal.addEventListener("abort", () =>
        reject(new ConvAtlasError("cancelled", "The analysis was cancelled.")),
      );
    });
  }

  close(): void {
    this.isClosed = true;
  }
}

function model(name: string): ModelInput {
  return { kind: "url", url: `https://example.org/${name}`, name };
}

function page() {
  const sessions: FakeSession[] = [];
  const store = createPageStore();
  const analyses = createAnalysisRegistry();
  const stored = new Map<string, string>();
  const runner = createRunner({
    store,
    analyses,
    openSession: () => {
      const session = new FakeSession();
      sessions.push(session);
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
  return { sessions, store, analyses, runner, shownModel };
}

function named(name: string, change: Partial<Analysis> = {}): Analysis {
  const analysis = sampleAnalysis(change);
  return { ...analysis, model: { ...analysis.model, name } };
}

/** Runs a model to its end. */
async function open(of: ReturnType<typeof page>, name: string): Promise<void> {
  const run = of.runner.openModel(model(name));
  of.sessions.at(-1)?.requests[0].resolve(named(name));
  await run;
}

const redrawn = () => new Promise((resolve) => setTimeout(resolve, REDRAW_INTERVAL_MS + 20));

describe("runner", () => {
  test("a run goes through reading and analyzing to done", async () => {
    const of = page();
    const run = of.runner.openModel(model("a"));
    expect(of.store.getState().phase).toBe("reading");
    const [request] = of.sessions[0].requests;
    const step = { doneBytes: 5, totalBytes: 10, doneLayers: 1, totalLayers: 4 };
    request.onEvent({ kind: "reading", step });
    await redrawn();
    expect(of.store.getState().pending?.progress).toEqual({ kind: "reading", step });
    request.onEvent({ kind: "values", analysis: named("a", { timings: null }) });
    await redrawn();
    expect(of.store.getState().phase).toBe("analyzing");
    expect(of.analyses.get(of.store.getState().pending?.key ?? "")?.model.name).toBe("a");
    request.resolve(named("a"));
    await run;
    expect(of.store.getState()).toMatchObject({ phase: "done", pending: null, error: null });
    expect(of.shownModel()).toBe("a");
  });

  test("a failed second file leaves the first on screen and its session open", async () => {
    const of = page();
    await open(of, "a");
    const run = of.runner.openModel(model("b"));
    of.sessions[1].requests[0].reject(
      new ConvAtlasError("truncated", "The file is cut off.", "at byte 9"),
    );
    await run;
    expect(of.shownModel()).toBe("a");
    expect(of.store.getState()).toMatchObject({
      phase: "error",
      error: { code: "truncated", message: "The file is cut off.", modelName: "b" },
    });
    expect(of.sessions.map((session) => session.isClosed)).toEqual([false, true]);
  });

  test("a successful second file closes the first session and forgets its analysis", async () => {
    const of = page();
    await open(of, "a");
    const before = of.store.getState().current ?? "";
    await open(of, "b");
    expect(of.shownModel()).toBe("b");
    expect(of.analyses.get(before)).toBeNull();
    expect(of.sessions.map((session) => session.isClosed)).toEqual([true, false]);
  });

  test("a cancelled first run leads back to an empty page", async () => {
    const of = page();
    const run = of.runner.openModel(model("a"));
    of.runner.cancel();
    await run;
    expect(of.store.getState()).toMatchObject({
      phase: "cancelled",
      current: null,
      pending: null,
      error: null,
    });
    expect(of.sessions[0].isClosed).toBe(true);
  });

  test("changed settings use the same session; a cancel brings the old settings back", async () => {
    const of = page();
    await open(of, "a");
    const run = of.runner.changeSettings({ threshold: 0.2 });
    expect(of.store.getState().settings.threshold).toBe(0.2);
    expect(of.sessions[0].requests).toHaveLength(2);
    of.runner.cancel();
    await run;
    expect(of.store.getState()).toMatchObject({ phase: "cancelled" });
    expect(of.store.getState().settings.threshold).toBe(0.1);
    expect(of.shownModel()).toBe("a");
    expect(of.sessions[0].isClosed).toBe(false);
  });

  test("the newest request wins", async () => {
    const of = page();
    await open(of, "a");
    const first = of.runner.changeSettings({ clusters: 4 });
    const second = of.runner.changeSettings({ clusters: 5 });
    const [, old, latest] = of.sessions[0].requests;
    expect(old.signal.aborted).toBe(true);
    expect(of.store.getState().phase).toBe("analyzing");
    const { settings } = of.store.getState();
    latest.resolve(named("a", { settings }));
    await Promise.all([first, second]);
    expect(of.store.getState()).toMatchObject({ phase: "done", settings: { clusters: 5 } });
  });

  test("settings changed while a first file is read keep its session", async () => {
    const of = page();
    const first = of.runner.openModel(model("a"));
    const second = of.runner.changeSettings({ features: "extended" });
    expect(of.sessions).toHaveLength(1);
    expect(of.sessions[0].isClosed).toBe(false);
    of.sessions[0].requests[1].resolve(named("a"));
    await Promise.all([first, second]);
    expect(of.shownModel()).toBe("a");
  });

  test("corrections stay with their file: gone in another, back in the same one", async () => {
    const of = page();
    await open(of, "a");
    const corrections = { ...NO_CORRECTIONS, inputSide: 128 };
    const changing = of.runner.changeSettings({ corrections });
    const { settings } = of.store.getState();
    of.sessions[0].requests[1].resolve(named("a", { settings }));
    await changing;
    const other = sampleAnalysis({}).model;
    const opening = of.runner.openModel(model("b"));
    expect(of.store.getState().settings.corrections).toEqual(NO_CORRECTIONS);
    of.sessions[1].requests[0].resolve(named("b", { model: { ...other, sha256: "b" } }));
    await opening;
    expect(of.sessions[1].requests).toHaveLength(1);
    const again = of.runner.openModel(model("a"));
    of.sessions[2].requests[0].resolve(named("a"));
    await again;
    expect(of.sessions[2].requests).toHaveLength(2);
    expect(of.store.getState().settings.corrections).toEqual(corrections);
  });

  test("a file that cannot even be opened is an error, not a crash", async () => {
    const store = createPageStore();
    const runner = createRunner({
      store,
      analyses: createAnalysisRegistry(),
      openSession: () => {
        throw new Error("no workers here");
      },
      kept: keptCorrections(undefined),
    });
    await runner.openModel(model("a"));
    expect(store.getState()).toMatchObject({ phase: "error", error: { code: "internal" } });
  });
});
