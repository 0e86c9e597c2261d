import { describe, expect, it, vi } from "vitest";
import { labEngine } from "../../../src/ui/lab/labEngine.ts";
import { createLabStore } from "../../../src/ui/lab/labStore.ts";
import { engineText } from "../../../src/ui/lab/labWords.ts";
import type { EngineReport, LabProvider } from "../../../src/worker/lab/protocol.ts";
import { FakeClient, MODEL } from "./fakeLab.ts";

function report(provider: LabProvider, change: Partial<EngineReport> = {}): EngineReport {
  return {
    engine: { provider, threads: 1 },
    isDecided: true,
    measured: { wasm: 40, webgpu: 6 },
    remark: null,
    ...change,
  };
}

/** A lab on whose image the network was run by the processor. */
function ran() {
  const store = createLabStore();
  const { engine } = MODEL.engine;
  store.setState({ run: { phase: "done", error: null, milliseconds: 40, engine } });
  const runAgain = vi.fn();
  const client = new FakeClient();
  return { store, runAgain, client, keeper: labEngine(store, runAgain) };
}

describe("what runs the lab's network", () => {
  it("is shown as it is found, and left alone where nobody insists", () => {
    const { store, runAgain, keeper } = ran();
    keeper.tell(report("webgpu"));
    expect(store.getState().engine).toEqual(report("webgpu"));
    expect(runAgain).not.toHaveBeenCalled();
  });

  it("runs it again for who insists on another, once that is ready", async () => {
    const { store, runAgain, client, keeper } = ran();
    const choosing = keeper.choose("webgpu", client);
    expect(store.getState().engineChoice).toBe("webgpu");
    expect(client.last("engine").request).toEqual({ choice: "webgpu" });
    client.last("engine").resolve(report("wasm", { isDecided: false }));
    await choosing;
    // The graphics processor is tried beside a run of the processor.
    expect(runAgain).toHaveBeenCalledTimes(1);
    keeper.tell(report("webgpu"));
    expect(runAgain).toHaveBeenCalledTimes(2);
  });

  it("does not run it again where the choice cannot be had", async () => {
    const { store, runAgain, client, keeper } = ran();
    const choosing = keeper.choose("webgpu", client);
    client.last("engine").resolve(report("wasm", { remark: "There is none." }));
    await choosing;
    expect(runAgain).not.toHaveBeenCalled();
    expect(store.getState().engine?.remark).toBe("There is none.");
  });

  it("follows the newest of quick choices", async () => {
    const { store, client, keeper } = ran();
    const first = keeper.choose("webgpu", client);
    const second = keeper.choose("wasm", client);
    const [asked, askedAgain] = client.of("engine");
    askedAgain.resolve(report("wasm"));
    asked.resolve(report("webgpu"));
    await Promise.all([first, second]);
    expect(store.getState()).toMatchObject({
      engineChoice: "wasm",
      engine: { engine: { provider: "wasm" } },
    });
  });

  it("keeps the choice where the lab ends meanwhile, or is closed", async () => {
    const { store, client, keeper } = ran();
    const choosing = keeper.choose("webgpu", client);
    client.last("engine").reject(new Error("ended"));
    await choosing;
    await keeper.choose("wasm", null);
    expect(store.getState().engineChoice).toBe("wasm");
  });

  it("is asked for with what was found before, until the choice or the network is another", async () => {
    const { keeper } = ran();
    expect(keeper.wish()).toEqual({ choice: "auto" });
    keeper.tell(report("wasm", { isDecided: false }));
    expect(keeper.wish()).toEqual({ choice: "auto" });
    keeper.tell(report("wasm"));
    expect(keeper.wish()).toEqual({ choice: "auto", known: report("wasm") });
    await keeper.choose("webgpu", null);
    expect(keeper.wish()).toEqual({ choice: "webgpu" });
    keeper.tell(report("webgpu"));
    keeper.forget();
    expect(keeper.wish()).toEqual({ choice: "webgpu" });
  });

  it("has a name", () => {
    const names = [
      { provider: "wasm", threads: 1 },
      { provider: "wasm", threads: 4 },
      { provider: "webgpu", threads: 1 },
    ] as const;
    expect(names.map(engineText)).toEqual([
      "processor (WebAssembly)",
      "processor (WebAssembly, 4 threads)",
      "graphics processor (WebGPU)",
    ]);
  });
});
