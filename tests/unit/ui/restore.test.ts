import { describe, expect, test } from "vitest";
import { DEFAULT_SETTINGS } from "../../../src/core/analysis/settings.ts";
import { type Choices, FIRST_CHOICES } from "../../../src/ui/state/choices.ts";
import type { Session } from "../../../src/ui/state/session.ts";
import { model, named, open, page } from "./fakePage.ts";

/** The hash of the sample analysis. */
const SHA256 = "0".repeat(64);

const choices: Choices = {
  ...FIRST_CHOICES,
  settings: { ...DEFAULT_SETTINGS, clusters: 5, features: "custom" },
  ownFeatures: [{ id: "own", label: "Own", kernel: [1, 0, 0, 0, 0, 0, 0, 0, 0] }],
  view: "layer",
  selection: { layer: "up", kernel: 1, group: { kind: "cluster", layer: "up", cluster: 0 } },
};

function session(sha256: string, sample: string | null = null): Session {
  return { model: { name: "a", sha256, sample }, choices, compared: null };
}

describe("a view from a link or a picture", () => {
  test("is there from the first moment, analysed once, under its settings", async () => {
    const of = page();
    const run = of.runner.openModel(model("a"), [], session(SHA256));
    expect(of.store.getState()).toMatchObject({ view: "layer", selection: choices.selection });
    const [{ asked, resolve }] = of.sessions[0].requests;
    expect(asked).toMatchObject({ settings: choices.settings, features: choices.ownFeatures });
    resolve(named("a"));
    await run;
    expect(of.store.getState()).toMatchObject({ ...choices, phase: "done", waiting: null });
    expect(of.sessions[0].requests).toHaveLength(1);
  });

  test("replaces what is on screen only once its model is complete", async () => {
    const of = page();
    await open(of, "a");
    of.store.setState({ selection: { layer: "down", kernel: null, group: null } });
    const run = of.runner.openModel(model("b"), [], session(SHA256));
    expect(of.store.getState()).toMatchObject({ view: "atlas", selection: { layer: "down" } });
    of.sessions[1].requests[0].resolve(named("b"));
    await run;
    expect(of.store.getState()).toMatchObject({ view: "layer", selection: choices.selection });
  });

  test("says so where another file is opened, and takes no selection over", async () => {
    const of = page();
    const run = of.runner.openModel(model("a"), [], session("f".repeat(64)));
    of.sessions[0].requests[0].resolve(named("a"));
    await run;
    expect(of.store.getState().selection).toEqual(FIRST_CHOICES.selection);
    expect(of.store.getState().waiting).toEqual(session("f".repeat(64)));
    const { current } = of.store.getState();
    expect(of.analyses.get(current ?? "")?.warnings[0]).toMatch(/not the file that the link/);
  });

  test("knows a sample by its name, so that a link to it outlives a new version of it", async () => {
    const of = page();
    const run = of.runner.openModel(model("a"), [], session("f".repeat(64), "brain-unet"));
    of.sessions[0].requests[0].resolve(named("a"));
    await run;
    expect(of.store.getState()).toMatchObject({
      sample: "brain-unet",
      selection: choices.selection,
    });
  });

  test("asks for the model that it compared with, unless that one is there", async () => {
    const compared = { name: "b", sha256: "b".repeat(64), sample: null };
    const wanted = { ...session(SHA256), compared };
    for (const [open, toCompare] of [
      [null, compared],
      [{ ...compared, sha256: "c".repeat(64) }, compared],
      [{ ...compared, name: "renamed" }, null],
    ] as const) {
      const of = page();
      of.store.setState({ compared: open });
      const run = of.runner.openModel(model("a"), [], wanted);
      of.sessions[0].requests[0].resolve(named("a"));
      await run;
      expect(of.store.getState().toCompare).toEqual(toCompare);
    }
  });

  test("asks for no second model where another one than its own is opened", async () => {
    const of = page();
    const compared = { name: "b", sha256: "b".repeat(64), sample: null };
    const restore = { ...session("f".repeat(64)), compared };
    const run = of.runner.openModel(model("a"), [], restore);
    of.sessions[0].requests[0].resolve(named("a"));
    await run;
    expect(of.store.getState().toCompare).toBeNull();
  });

  test("goes on waiting where its model fails to open", async () => {
    const of = page();
    const waiting = session(SHA256);
    of.store.setState({ waiting });
    const run = of.runner.openModel(model("a"), [], waiting);
    of.sessions[0].requests[0].reject(new Error("broken"));
    await run;
    expect(of.store.getState()).toMatchObject({ phase: "error", waiting });
  });

  test("a failed change of settings brings the filters on screen back too", async () => {
    const of = page();
    const run = of.runner.openModel(model("a"), [], session(SHA256));
    const shown = named("a", { settings: choices.settings, features: choices.ownFeatures });
    of.sessions[0].requests[0].resolve(shown);
    await run;
    const other = [{ id: "x", label: "X", kernel: [0, 0, 0, 0, 1, 0, 0, 0, 0] }];
    const change = of.runner.changeSettings({ threshold: 0.2 }, other);
    expect(of.store.getState().ownFeatures).toEqual(other);
    of.sessions[0].requests[1].reject(new Error("broken"));
    await change;
    expect(of.store.getState()).toMatchObject({
      settings: choices.settings,
      ownFeatures: choices.ownFeatures,
    });
  });
});
