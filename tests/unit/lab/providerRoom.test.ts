import { afterEach, describe, expect, it, vi } from "vitest";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import type { Feeds } from "../../../src/worker/lab/feeds.ts";
import type {
  EngineReport,
  LabProvider,
  ProviderChoice,
} from "../../../src/worker/lab/protocol.ts";
import { ProviderRoom } from "../../../src/worker/lab/providers/providerRoom.ts";
import type { ModelStarter, OutputValue } from "../../../src/worker/lab/session.ts";

const OUTPUT = "mask";
const FEEDS: Feeds = {
  image: { values: () => new Float32Array([1, 2, 3, 4]), dimensions: [4], madeOf: null },
};
const MODEL = new Uint8Array(8);

/** Of the virtual clock. */
const PROCESSOR_MS = 40;

/** A runtime that adds one to the image, takes its time and counts what it is asked. */
class FakeStarter implements ModelStarter {
  readonly engine;
  runs = 0;
  started = 0;
  disposed = 0;
  cleared = 0;
  /** Added to each number. */
  error = 0;
  failure: Error | null = null;

  constructor(
    provider: LabProvider,
    private readonly milliseconds: number,
  ) {
    this.engine = { provider, threads: provider === "wasm" ? 4 : 1 };
  }

  isUsable(): boolean {
    return true;
  }

  async start() {
    if (this.failure !== null) throw this.failure;
    this.started += 1;
    return {
      inputs: [],
      outputs: [{ name: OUTPUT, type: "float32", dimensions: [4] }],
      run: async ({ image }: Feeds) => {
        this.runs += 1;
        vi.advanceTimersByTime(this.milliseconds);
        if (this.failure !== null) throw this.failure;
        const values = Float32Array.from(image.values(), (value) => value + 1 + this.error);
        return new Map([[OUTPUT, { dimensions: [4], values }]]);
      },
      dispose: async () => {
        this.disposed += 1;
      },
    };
  }

  clear(): void {
    this.cleared += 1;
  }
}

interface Setting {
  readonly graphics?: FakeStarter | null;
  readonly wasm?: FakeStarter;
  readonly choice?: ProviderChoice;
  readonly known?: EngineReport;
}

/** A room with a network in it, on a clock that only runs of networks move. */
async function roomWith({ graphics = null, choice, known, ...setting }: Setting) {
  vi.useFakeTimers({ toFake: ["performance"] });
  const wasm = setting.wasm ?? new FakeStarter("wasm", PROCESSOR_MS);
  const reports: EngineReport[] = [];
  const loads = vi.fn(async () => graphics);
  const parts = { wasm, graphics: loads, onReport: (report: EngineReport) => reports.push(report) };
  const room = new ProviderRoom(parts, choice, known);
  const network = await room.start(MODEL, []);
  /** Runs the network, and waits for what comes after the answer. */
  async function run(): Promise<ReadonlyMap<string, OutputValue>> {
    const startedAt = performance.now();
    const outputs = await network.run(FEEDS, [OUTPUT]);
    const milliseconds = performance.now() - startedAt;
    await room.afterRun({ feeds: FEEDS, outputs, milliseconds });
    return outputs;
  }
  return { room, network, wasm, graphics, loads, reports, run };
}

afterEach(() => vi.useRealTimers());

describe("what runs a network", () => {
  it("is the processor at first, and the graphics processor once it was faster", async () => {
    const graphics = new FakeStarter("webgpu", 6);
    const { room, run, wasm, reports } = await roomWith({ graphics });
    expect(room.report()).toMatchObject({ isDecided: false, engine: { provider: "wasm" } });
    const first = await run();
    expect(wasm.runs).toBe(1);
    // One run to warm up, and one that counts.
    expect(graphics.runs).toBe(2);
    expect(reports).toEqual([
      {
        engine: { provider: "webgpu", threads: 1 },
        isDecided: true,
        measured: { wasm: 40, webgpu: 6 },
        remark: null,
      },
    ]);
    expect(await run()).toEqual(first);
    expect([wasm.runs, graphics.runs, graphics.started]).toEqual([1, 3, 1]);
  });

  it("has answered before anything is tried", async () => {
    const { network, loads, room } = await roomWith({ graphics: new FakeStarter("webgpu", 6) });
    const outputs = await network.run(FEEDS, [OUTPUT]);
    const trying = room.afterRun({ feeds: FEEDS, outputs, milliseconds: 40 });
    await Promise.resolve();
    expect(loads).not.toHaveBeenCalled();
    await trying;
    expect(loads).toHaveBeenCalledOnce();
  });

  it.each([35, 12_000])("stays the processor where the other takes %i ms", async (milliseconds) => {
    const graphics = new FakeStarter("webgpu", milliseconds);
    const { room, run } = await roomWith({ graphics });
    await run();
    await run();
    expect(room.report()).toEqual({
      engine: { provider: "wasm", threads: 4 },
      isDecided: true,
      measured: { wasm: 40, webgpu: milliseconds },
      remark: null,
    });
    expect([graphics.runs, graphics.disposed, graphics.cleared]).toEqual([2, 1, 1]);
  });

  it("stays the processor, without loading more, where a run takes no time", async () => {
    const { room, run, loads } = await roomWith({ wasm: new FakeStarter("wasm", 5) });
    await run();
    expect(loads).not.toHaveBeenCalled();
    expect(room.report()).toMatchObject({ isDecided: true, remark: null });
  });

  it("stays the processor where there is no other, and says so to those who insist", async () => {
    const quiet = await roomWith({});
    await quiet.run();
    expect(quiet.room.report()).toMatchObject({ isDecided: true, measured: null, remark: null });
    const { room, run } = await roomWith({ choice: "webgpu" });
    await run();
    expect(room.report()).toMatchObject({
      engine: { provider: "wasm" },
      remark: expect.stringContaining("no graphics processor"),
    });
  });

  it("stays the processor where the other gives other numbers", async () => {
    const graphics = new FakeStarter("webgpu", 1);
    graphics.error = 4e-3;
    const { room, run } = await roomWith({ graphics, choice: "webgpu" });
    await run();
    expect(room.report()).toMatchObject({
      engine: { provider: "wasm" },
      measured: null,
      remark: expect.stringContaining("other numbers"),
    });
    expect(graphics.disposed).toBe(1);
  });

  it("may differ by what float32 rounds away", async () => {
    const graphics = new FakeStarter("webgpu", 1);
    graphics.error = 2e-3;
    const { room, run } = await roomWith({ graphics });
    await run();
    expect(room.report().engine.provider).toBe("webgpu");
  });

  it("is measured anew where the processor ran meanwhile", async () => {
    const graphics = new FakeStarter("webgpu", 6);
    const { network, run, room } = await roomWith({ graphics });
    const start = graphics.start.bind(graphics);
    graphics.start = async () => {
      const running = await start();
      const runs = { ...running };
      runs.run = async (feeds) => {
        const result = await running.run(feeds);
        // Someone looks at another image while the second run is timed.
        if (graphics.runs === 2) await network.run(FEEDS, [OUTPUT]);
        return result;
      };
      return runs;
    };
    await run();
    expect(graphics.runs).toBe(3);
    expect(room.report().measured).toEqual({ wasm: 40, webgpu: 6 });
  });
});

describe("a graphics processor that fails", () => {
  it("while it is tried leaves the network to the processor, in words", async () => {
    const graphics = new FakeStarter("webgpu", 6);
    graphics.failure = new ConvAtlasError("too-large", "It is too large.");
    const { room, run } = await roomWith({ graphics });
    await run();
    expect(room.report()).toMatchObject({
      engine: { provider: "wasm" },
      isDecided: true,
      remark: expect.stringMatching(/graphics processor.*lack of memory; the processor/),
    });
  });

  it("to load is told as what it is", async () => {
    const { room, run, loads } = await roomWith({});
    loads.mockRejectedValueOnce(new ConvAtlasError("unreadable", "It could not be loaded."));
    await run();
    expect(room.report().remark).toContain("could not be loaded");
  });

  it("later hands the very run over, and is not asked again", async () => {
    const graphics = new FakeStarter("webgpu", 6);
    const { room, run, wasm, reports } = await roomWith({ graphics });
    const first = await run();
    graphics.failure = new Error("the device was lost");
    expect(await run()).toEqual(first);
    expect(reports.at(-1)).toMatchObject({
      engine: { provider: "wasm" },
      isDecided: true,
      remark: expect.stringContaining("could not run this network"),
    });
    graphics.failure = null;
    const before = graphics.runs;
    await run();
    room.choose("webgpu");
    await run();
    expect(graphics.runs).toBe(before);
    expect(wasm.runs).toBe(4);
    expect(room.report().remark).not.toBeNull();
  });

  it("is not blamed for what the processor cannot do either", async () => {
    const graphics = new FakeStarter("webgpu", 6);
    const { room, network, run, wasm } = await roomWith({ graphics });
    await run();
    graphics.failure = new Error("sizes do not fit");
    wasm.failure = new Error("sizes do not fit");
    await expect(network.run(FEEDS, [OUTPUT])).rejects.toThrow("sizes do not fit");
    expect(room.report()).toMatchObject({ engine: { provider: "webgpu" }, remark: null });
  });

  it("gives parts of the network, started there, back to the processor", async () => {
    const graphics = new FakeStarter("webgpu", 6);
    const { room, run, wasm } = await roomWith({ graphics });
    await run();
    const part = await room.start(MODEL, []);
    expect([wasm.started, graphics.started]).toEqual([1, 2]);
    graphics.failure = new Error("the device was lost");
    await part.run(FEEDS, [OUTPUT]);
    expect(wasm.started).toBe(2);
    await part.dispose();
    await room.dispose();
    expect([wasm.disposed, graphics.disposed]).toEqual([2, 2]);
  });
});

describe("a person's choice", () => {
  it("of the processor leaves the other alone", async () => {
    const { run, loads, room } = await roomWith({ choice: "wasm" });
    expect(room.report().isDecided).toBe(true);
    await run();
    expect(loads).not.toHaveBeenCalled();
  });

  it("of the graphics processor is followed where that is slower", async () => {
    const graphics = new FakeStarter("webgpu", 900);
    const { room, run } = await roomWith({ graphics });
    await run();
    expect(room.report().engine.provider).toBe("wasm");
    expect(room.choose("webgpu")).toMatchObject({ isDecided: false });
    await run();
    expect(room.report().engine.provider).toBe("webgpu");
    expect(room.choose("wasm")).toMatchObject({ isDecided: true, engine: { provider: "wasm" } });
  });

  it("that changes while the graphics processor is tried holds", async () => {
    const graphics = new FakeStarter("webgpu", 6);
    const { room, network } = await roomWith({ graphics });
    const outputs = await network.run(FEEDS, [OUTPUT]);
    const trying = room.afterRun({ feeds: FEEDS, outputs, milliseconds: 40 });
    room.choose("wasm");
    await trying;
    expect(room.report()).toMatchObject({ isDecided: true, engine: { provider: "wasm" } });
  });

  it("is not tried again where the processor was found to be better before", async () => {
    const known: EngineReport = {
      engine: { provider: "wasm", threads: 4 },
      isDecided: true,
      measured: { wasm: 40, webgpu: 90 },
      remark: null,
    };
    const { run, loads, room } = await roomWith({ known });
    await run();
    expect(loads).not.toHaveBeenCalled();
    expect(room.report().measured).toEqual(known.measured);
  });
});
