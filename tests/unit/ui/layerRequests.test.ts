import { describe, expect, test } from "vitest";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import { findingsInTurns } from "../../../src/core/findings/findingsInTurns.ts";
import { findingsRequest } from "../../../src/core/findings/request.ts";
import { model, named, open, page } from "./fakePage.ts";

describe("requests of single layers", () => {
  /** A model of one layer whose labels have settled. */
  async function openSettled(of: ReturnType<typeof page>) {
    const run = of.runner.openModel(model("a"));
    const exact = named("a");
    const layers = exact.layers.map((layer) =>
      layer.action === null
        ? layer
        : { ...layer, action: { ...layer.action, stage: "settled" as const } },
    );
    of.sessions[0].requests[0].resolve({ ...exact, layers });
    await run;
    const { action } = exact.layers[0];
    if (action === null) throw new Error("the sample has labels");
    return action;
  }

  const shownStage = (of: ReturnType<typeof page>) =>
    of.analyses.get(of.store.getState().current ?? "")?.layers[0].action?.stage;

  test("a settled layer is completed once, however often it is asked for", async () => {
    const of = page();
    const action = await openSettled(of);
    const [session] = of.sessions;
    const asked = [of.runner.completeLayers([0]), of.runner.completeLayers([0])];
    expect(session.completions).toHaveLength(1);
    expect(session.completions[0].request.layers).toEqual([{ layer: 0, grid: [64, 64] }]);
    session.completions[0].onEvent({ kind: "labels", layer: 0, action, done: 4, total: 4 });
    session.completions[0].resolve();
    expect(await Promise.all(asked)).toEqual([true, true]);
    expect(shownStage(of)).toBe("exact");
    expect(await of.runner.completeLayers([0])).toBe(true);
    expect(session.completions).toHaveLength(1);
  });

  test("a completion that fails is an error beside the analysis", async () => {
    const of = page();
    await openSettled(of);
    const asked = of.runner.completeLayers([0]);
    of.sessions[0].completions[0].reject(new ConvAtlasError("internal", "No memory is left."));
    expect(await asked).toBe(false);
    expect(of.store.getState()).toMatchObject({ phase: "done", error: { code: "internal" } });
    expect(shownStage(of)).toBe("settled");
  });

  test("another model ends completions of the one before", async () => {
    const of = page();
    await openSettled(of);
    const asked = of.runner.completeLayers([0]);
    await open(of, "b");
    expect(await asked).toBe(false);
    expect(of.store.getState().error).toBeNull();
  });

  test("findings are asked for once, and become part of the analysis", async () => {
    const of = page();
    await open(of, "a");
    const [session] = of.sessions;
    const asked = [of.runner.findings(), of.runner.findings()];
    expect(session.findingsAsked).toHaveLength(1);
    const analysis = of.analyses.get(of.store.getState().current ?? "");
    if (!analysis) throw new Error("the model is open");
    const { request } = session.findingsAsked[0];
    expect(request).toEqual(findingsRequest(analysis));
    const kernels = analysis.layers.map((layer) => layer.kernels);
    const findings = await findingsInTurns(request, kernels, new AbortController().signal);
    session.findingsAsked[0].resolve(findings);
    expect(await Promise.all(asked)).toEqual([true, true]);
    expect(of.analyses.get(of.store.getState().current ?? "")?.findings).toBe(findings);
    expect(await of.runner.findings()).toBe(true);
    expect(session.findingsAsked).toHaveLength(1);
  });

  test("findings that fail are an error beside the analysis; another model ends them", async () => {
    const of = page();
    expect(await of.runner.findings()).toBe(false);
    await open(of, "a");
    const failing = of.runner.findings();
    of.sessions[0].findingsAsked[0].reject(new ConvAtlasError("internal", "No memory is left."));
    expect(await failing).toBe(false);
    expect(of.store.getState()).toMatchObject({ phase: "done", error: { code: "internal" } });
    const ended = of.runner.findings();
    await open(of, "b");
    expect(await ended).toBe(false);
    expect(of.store.getState().error).toBeNull();
  });

  test("the operator of a layer is asked for on its map, and ends with the model", async () => {
    const of = page();
    await open(of, "a");
    const shares: number[] = [];
    const { signal } = new AbortController();
    const asked = of.runner.layerOperator(1, (share) => shares.push(share), signal);
    const heard = expect(asked).rejects.toMatchObject({ code: "cancelled" });
    expect(of.sessions[0].operators).toMatchObject([{ layer: 1, grid: [64, 64] }]);
    expect(shares).toEqual([0.5]);
    await open(of, "b");
    await heard;
    await expect(of.runner.layerOperator(99, () => {}, signal)).rejects.toMatchObject({
      code: "cancelled",
    });
  });
});
