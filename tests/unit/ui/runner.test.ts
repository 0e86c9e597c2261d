import { describe, expect, test } from "vitest";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import { NO_CORRECTIONS } from "../../../src/core/network/corrections.ts";
import { NO_FILTER } from "../../../src/ui/layers/layerFilter.ts";
import { createAnalysisRegistry } from "../../../src/ui/state/analyses.ts";
import { keptCorrections } from "../../../src/ui/state/keptCorrections.ts";
import { createPageStore } from "../../../src/ui/state/pageStore.ts";
import { createRunner, REDRAW_INTERVAL_MS } from "../../../src/ui/state/runner.ts";
import { model, named, open, page, pathsOf, picked } from "./fakePage.ts";
import { sampleAnalysis } from "./sampleAnalysis.ts";

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

  test("another engine runs the model again, under the same settings", async () => {
    const of = page();
    await open(of, "a");
    const run = of.runner.changeEngine("webgpu");
    const [first, second] = of.sessions[0].requests;
    expect(second.asked).toEqual({ ...first.asked, engine: "webgpu" });
    second.resolve(named("a"));
    await run;
    expect(of.store.getState()).toMatchObject({ phase: "done", engine: "webgpu" });
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

  test("files that a model asks for are added to its own, outside the store", async () => {
    const of = page();
    await open(of, "a");
    const asks = (...names: readonly string[]) =>
      new ConvAtlasError("missing-companion-file", "Weights lie elsewhere.", "", names);
    const opening = of.runner.openModel({ kind: "files", files: [picked("net.onnx")] });
    of.sessions[1].requests[0].reject(asks("net.data", "net.more"));
    await opening;
    expect(of.store.getState()).toMatchObject({
      phase: "error",
      error: { missingFiles: ["net.data", "net.more"], remarks: [], modelName: "net.onnx" },
    });
    // Plain JSON: what goes through text comes back the same.
    const state = of.store.getState();
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
    expect(of.shownModel()).toBe("a");

    const wrong = of.runner.addFiles([picked("other.data")]);
    of.sessions[2].requests[0].reject(asks("net.data", "net.more"));
    await wrong;
    expect(of.store.getState().error?.remarks.join()).toMatch(/names must be the same/);

    const partly = of.runner.addFiles([picked("net.data")]);
    of.sessions[3].requests[0].reject(asks("net.more"));
    await partly;
    expect(of.store.getState().error).toMatchObject({ missingFiles: ["net.more"], remarks: [] });

    const complete = of.runner.addFiles([picked("net.more")]);
    expect(pathsOf(of.inputs.at(-1))).toEqual(["net.onnx", "other.data", "net.data", "net.more"]);
    of.sessions[4].requests[0].resolve(named("net.onnx"));
    await complete;
    expect(of.store.getState()).toMatchObject({ phase: "done", error: null });
    expect(of.shownModel()).toBe("net.onnx");
  });

  test("another model forgets the files of an attempt that lacked some", async () => {
    const of = page();
    const opening = of.runner.openModel({ kind: "files", files: [picked("net.onnx")] });
    of.sessions[0].requests[0].reject(
      new ConvAtlasError("missing-companion-file", "Weights lie elsewhere.", "", ["net.data"]),
    );
    await opening;
    await open(of, "b");
    void of.runner.addFiles([picked("net.data")]);
    expect(pathsOf(of.inputs.at(-1))).toEqual(["net.data"]);
  });

  test("what cannot be opened at all is said; the analysis on screen stays", async () => {
    const of = page();
    await open(of, "a");
    void of.runner.openModel(model("b"));
    of.runner.refuse(new ConvAtlasError("empty-file", "unet holds no files."), "unet");
    expect(of.store.getState()).toMatchObject({
      phase: "error",
      pending: null,
      error: { code: "empty-file", modelName: "unet" },
    });
    expect(of.sessions[1].isClosed).toBe(true);
    expect(of.shownModel()).toBe("a");
  });

  test("another model is shown whole: search, filter and selection begin anew", async () => {
    const of = page();
    await open(of, "a");
    const filter = { ...NO_FILTER, aboveChance: true };
    of.store.setState({ layerSearch: "up", layerFilter: filter, layerSort: "lift" });
    await open(of, "b");
    expect(of.store.getState()).toMatchObject({
      layerSearch: "",
      layerFilter: NO_FILTER,
      layerSort: "lift",
    });
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
