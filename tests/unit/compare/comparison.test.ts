import { describe, expect, it } from "vitest";
import type { Analysis } from "../../../src/core/analysis/analysis.ts";
import { DEFAULT_SETTINGS } from "../../../src/core/analysis/settings.ts";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import { EXTENDED_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import { NO_CORRECTIONS } from "../../../src/core/network/corrections.ts";
import { createAnalysisRegistry } from "../../../src/ui/state/analyses.ts";
import { createComparison } from "../../../src/ui/state/comparison.ts";
import { createPageStore } from "../../../src/ui/state/pageStore.ts";
import type { ModelInput } from "../../../src/worker/protocol.ts";
import { FakeSession, model, named, pathsOf, picked } from "../ui/fakePage.ts";

function comparing(view: "compare" | "atlas" = "compare") {
  const told: string[] = [];
  const sessions: FakeSession[] = [];
  const inputs: ModelInput[] = [];
  const page = createPageStore({ view });
  const analyses = createAnalysisRegistry();
  const comparison = createComparison({
    page,
    analyses,
    openSession: (input) => {
      if (input.kind === "url" && input.name === "refused") {
        throw new ConvAtlasError("internal", "No worker.");
      }
      const session = new FakeSession();
      sessions.push(session);
      inputs.push(input);
      return session;
    },
    onOpened: (_input, analysis) => told.push(analysis.model.name),
  });
  let shownSoFar = 0;
  /** Brings a complete model A on the page. */
  const show = (name: string, change: Partial<Analysis> = {}) => {
    shownSoFar += 1;
    const key = `shown-${shownSoFar}`;
    analyses.set(key, named(name, change));
    page.setState({ current: key });
  };
  const state = () => comparison.store.getState();
  /** Answers the last analysis that was asked of a session, under the settings asked for. */
  const answer = (session: FakeSession | undefined, name: string) => {
    const request = session?.requests.at(-1);
    request?.resolve(
      named(name, { settings: request.asked.settings, features: request.asked.features }),
    );
  };
  return { sessions, inputs, page, analyses, comparison, show, state, answer, told };
}

async function phase(of: ReturnType<typeof comparing>, wanted: string): Promise<void> {
  await expect.poll(() => of.state().phase).toBe(wanted);
}

async function compared(view?: "compare" | "atlas") {
  const of = comparing(view);
  of.show("a.onnx");
  of.comparison.add(model("b.onnx"));
  of.answer(of.sessions[0], "b.onnx");
  await phase(of, "done");
  return of;
}

describe("a second model", () => {
  it("is read by a worker of its own, under the settings and features of the first", async () => {
    const of = comparing();
    const corrections = { ...NO_CORRECTIONS, layers: { down: { role: "decoder" } } } as const;
    const settings = { ...DEFAULT_SETTINGS, threshold: 0.2, corrections };
    of.show("a.onnx", { settings, features: EXTENDED_FEATURES.slice(0, 6) });
    of.comparison.add(model("b.onnx"));
    expect(of.state()).toMatchObject({ phase: "reading", modelName: "b.onnx" });
    const { asked } = of.sessions[0].requests[0];
    expect(asked.settings.threshold).toBe(0.2);
    // What a person corrected in A says nothing about B.
    expect(asked.settings.corrections).toEqual(DEFAULT_SETTINGS.corrections);
    expect(asked.features).toHaveLength(6);
    of.answer(of.sessions[0], "b.onnx");
    await phase(of, "done");
    const result = of.comparison.result();
    expect([result?.a.model.name, result?.b.model.name]).toEqual(["a.onnx", "b.onnx"]);
    expect(result?.comparison.pairs).toHaveLength(3);
    expect(of.analyses.get(of.state().key ?? "")?.model.name).toBe("b.onnx");
  });

  it("keeps its state in plain JSON", async () => {
    const { state } = await compared();
    expect(JSON.parse(JSON.stringify(state()))).toEqual(state());
  });

  it("waits until the first one is complete", async () => {
    const of = comparing();
    of.comparison.add(model("b.onnx"));
    expect(of.state().phase).toBe("waiting");
    expect(of.sessions[0].requests).toHaveLength(0);
    of.show("a.onnx");
    of.answer(of.sessions[0], "b.onnx");
    await phase(of, "done");
  });

  it("is analysed again when the settings of the first change, in the same session", async () => {
    const of = await compared();
    of.show("a.onnx", { settings: { ...DEFAULT_SETTINGS, threshold: 0.3 } });
    expect(of.state()).toMatchObject({ phase: "analyzing", resultKey: null });
    expect(of.comparison.result()).toBeNull();
    expect(of.sessions).toHaveLength(1);
    expect(of.sessions[0].requests[1].asked.settings.threshold).toBe(0.3);
    of.answer(of.sessions[0], "b.onnx");
    await phase(of, "done");
    expect(of.comparison.result()?.comparison.settings.threshold).toBe(0.3);
  });

  it("is kept, and compared without being analysed again, when the first one is another", async () => {
    const of = await compared();
    of.show("c.onnx");
    await phase(of, "done");
    expect(of.sessions[0].requests).toHaveLength(1);
    expect(of.comparison.result()?.a.model.name).toBe("c.onnx");
  });

  it("does nothing for nobody: it is compared when it is looked at", async () => {
    const of = await compared("atlas");
    of.show("c.onnx");
    expect(of.state()).toMatchObject({ phase: "waiting", resultKey: null });
    of.page.setState({ view: "compare" });
    await phase(of, "done");
    expect(of.comparison.result()?.a.model.name).toBe("c.onnx");
  });

  it("is brought up to date for an export", async () => {
    const of = await compared("atlas");
    of.show("a.onnx", { settings: { ...DEFAULT_SETTINGS, threshold: 0.3 } });
    const ready = of.comparison.whenReady();
    of.answer(of.sessions[0], "b.onnx");
    expect((await ready)?.comparison.settings.threshold).toBe(0.3);
    expect(await comparing().comparison.whenReady()).toBeNull();
  });

  it("takes the place of the one before, whose worker ends", async () => {
    const of = await compared();
    const before = of.comparison.result();
    of.comparison.add(model("c.onnx"));
    expect(of.comparison.result()).toBe(before);
    of.answer(of.sessions[1], "c.onnx");
    await expect.poll(() => of.comparison.result()?.b.model.name).toBe("c.onnx");
    expect(of.sessions.map(({ isClosed }) => isClosed)).toEqual([true, false]);
  });

  it("gives way to a newer one that comes while it is read", async () => {
    const of = comparing();
    of.show("a.onnx");
    of.comparison.add(model("slow.onnx"));
    of.comparison.add(model("quick.onnx"));
    expect(of.sessions[0].isClosed).toBe(true);
    of.answer(of.sessions[0], "slow.onnx");
    of.answer(of.sessions[1], "quick.onnx");
    await phase(of, "done");
    expect(of.comparison.result()?.b.model.name).toBe("quick.onnx");
    expect(of.state().error).toBeNull();
  });

  it("can be let go of", async () => {
    const of = await compared();
    const { key } = of.state();
    of.comparison.remove();
    expect(of.state()).toMatchObject({ phase: "idle", modelName: null, key: null });
    expect(of.analyses.get(key ?? "")).toBeNull();
    expect(of.sessions[0].isClosed).toBe(true);
    expect(of.comparison.result()).toBeNull();
  });
});

describe("a view of two models", () => {
  /** The hash that all made-up analyses have. */
  const sha256 = "0".repeat(64);
  const named = (sha256: string, sample: string | null = null) => ({ name: "b", sha256, sample });

  it("knows what it compares with, until that is let go of", async () => {
    const of = await compared();
    expect(of.page.getState().compared).toEqual({ name: "b.onnx", sha256, sample: null });
    expect(of.told).toEqual(["b.onnx"]);
    of.show("a.onnx", { settings: { ...DEFAULT_SETTINGS, threshold: 0.3 } });
    of.answer(of.sessions[0], "b.onnx");
    await phase(of, "done");
    // Analysed again, not opened again.
    expect(of.told).toEqual(["b.onnx"]);
    of.comparison.remove();
    expect(of.page.getState()).toMatchObject({ compared: null, toCompare: null });
  });

  it("keeps that of before while another one is read, or cannot be", async () => {
    const of = await compared();
    of.comparison.add(model("c.onnx"));
    expect(of.page.getState().compared?.name).toBe("b.onnx");
    of.comparison.cancel();
    expect(of.page.getState().compared?.name).toBe("b.onnx");
    expect(of.told).toEqual(["b.onnx"]);
  });

  it("from a link is content with the file that it names", async () => {
    const of = comparing();
    of.page.setState({ toCompare: named(sha256) });
    of.show("a.onnx");
    of.comparison.add(model("renamed.onnx"));
    expect(of.page.getState().toCompare).not.toBeNull();
    of.answer(of.sessions[0], "renamed.onnx");
    await phase(of, "done");
    expect(of.page.getState().toCompare).toBeNull();
    expect(of.state().insteadOf).toBeNull();
  });

  it("from a link says so where another file is added, and compares it", async () => {
    for (const wanted of [named("f".repeat(64)), named("f".repeat(64), "brain-unet")]) {
      const of = comparing();
      of.page.setState({ toCompare: wanted });
      of.show("a.onnx");
      of.comparison.add(model("c.onnx"));
      of.answer(of.sessions[0], "c.onnx");
      await phase(of, "done");
      expect(of.state().insteadOf).toEqual(wanted);
      expect(of.page.getState()).toMatchObject({ toCompare: null, compared: { name: "c.onnx" } });
      // Another choice of the person's own is no stand-in.
      of.comparison.add(model("d.onnx"));
      of.answer(of.sessions[1], "d.onnx");
      await expect.poll(() => of.page.getState().compared?.name).toBe("d.onnx");
      expect(of.state().insteadOf).toBeNull();
    }
  });

  it("from a link knows a sample by its name", async () => {
    const of = comparing();
    of.page.setState({ toCompare: named("f".repeat(64), "brain-unet") });
    of.show("a.onnx");
    of.comparison.add(model("brain-unet.onnx"), [], "brain-unet");
    of.answer(of.sessions[0], "brain-unet.onnx");
    await phase(of, "done");
    expect(of.state().insteadOf).toBeNull();
    expect(of.page.getState().compared).toMatchObject({ sample: "brain-unet" });
  });
});

describe("a second model that cannot be read", () => {
  const broken = new ConvAtlasError("truncated", "b.onnx ends too early; get it again.");

  it("says so, and leaves the first one as it is", async () => {
    const of = comparing();
    of.show("a.onnx");
    const { current } = of.page.getState();
    of.comparison.add(model("b.onnx"));
    of.sessions[0].requests[0].reject(broken);
    await phase(of, "error");
    expect(of.state().error).toMatchObject({ code: "truncated", modelName: "b.onnx" });
    expect(of.page.getState()).toMatchObject({ current, error: null });
    expect(of.sessions[0].isClosed).toBe(true);
    of.comparison.dismissError();
    expect(of.state().phase).toBe("idle");
  });

  it("leaves an older comparison on screen", async () => {
    const of = await compared();
    of.comparison.add(model("c.onnx"));
    of.sessions[1].requests[0].reject(broken);
    await expect.poll(() => of.state().error?.code).toBe("truncated");
    expect(of.state()).toMatchObject({ phase: "done", modelName: "b.onnx" });
    expect(of.comparison.result()?.b.model.name).toBe("b.onnx");
  });

  it("says so where not even a worker starts", () => {
    const of = comparing();
    of.show("a.onnx");
    of.comparison.add(model("refused"));
    expect(of.state()).toMatchObject({ phase: "error", error: { code: "internal" } });
  });

  it("gets the files that it lacks", async () => {
    const of = comparing();
    of.show("a.onnx");
    of.comparison.addFiles([picked("b.onnx")]);
    const lacks = new ConvAtlasError("missing-companion-file", "More.", "", ["b.data"]);
    of.sessions[0].requests[0].reject(lacks);
    await phase(of, "error");
    of.comparison.addFiles([picked("b.data")]);
    expect(pathsOf(of.inputs[1])).toEqual(["b.onnx", "b.data"]);
  });

  it("is not confused with a new one", async () => {
    const of = comparing();
    of.show("a.onnx");
    of.comparison.addFiles([picked("b.onnx")]);
    const lacks = new ConvAtlasError("missing-companion-file", "More.", "", ["b.data"]);
    of.sessions[0].requests[0].reject(lacks);
    await phase(of, "error");
    of.comparison.addFiles([picked("c.onnx")]);
    expect(pathsOf(of.inputs[1])).toEqual(["c.onnx"]);
  });
});

describe("cancelling a comparison", () => {
  it("lets go of a model that is being read", () => {
    const of = comparing();
    of.show("a.onnx");
    of.comparison.add(model("b.onnx"));
    of.comparison.cancel();
    expect(of.state()).toMatchObject({ phase: "cancelled", error: null });
    expect(of.sessions[0].isClosed).toBe(true);
  });

  it("keeps the second model when settings changed, to go on later", async () => {
    const of = await compared();
    of.show("a.onnx", { settings: { ...DEFAULT_SETTINGS, threshold: 0.3 } });
    of.comparison.cancel();
    expect(of.state()).toMatchObject({ phase: "cancelled", modelName: "b.onnx" });
    expect(of.sessions[0].isClosed).toBe(false);
    of.comparison.retry();
    of.answer(of.sessions[0], "b.onnx");
    await phase(of, "done");
  });

  it("does nothing where nothing runs", async () => {
    const of = await compared();
    of.comparison.cancel();
    expect(of.state().phase).toBe("done");
  });
});
