import { describe, expect, it } from "vitest";
import { CALIBRATION_MS, type Speeds } from "../../../src/core/action/calibration.ts";
import { EXACT_TOLERANCE } from "../../../src/core/action/comparison.ts";
import { cpuEngine } from "../../../src/core/action/cpuEngine.ts";
import type { ActionEngine, EngineMaker } from "../../../src/core/action/engine.ts";
import { engineRoom, type SpeedMemory } from "../../../src/core/action/engineRoom.ts";
import { gaussianKernels } from "../../../src/core/action/noiseKernels.ts";
import type { EngineName } from "../../../src/core/analysis/analysis.ts";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import { POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";

const never = new AbortController().signal;
const muchWork = { gridValues: 1e12, mainGrid: [64, 64] as const };
const littleWork = { gridValues: 1e6, mainGrid: [64, 64] as const };

const request = {
  kernels: gaussianKernels(9).subarray(0, 90),
  kernelSize: [3, 3],
  grid: [16, 16],
  features: POSTER_FEATURES,
  compare: "sorted",
  tolerance: EXACT_TOLERANCE,
} as const;

/** Our own arithmetic under another name, as slow as a test wants it. */
function standIn(name: EngineName, delayMs = 0): ActionEngine {
  return {
    name,
    async distances(asked, onProgress, signal) {
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
      return cpuEngine.distances(asked, onProgress, signal);
    },
    close() {},
  };
}

function makerOf(engine: ActionEngine): EngineMaker {
  return { name: engine.name, make: () => Promise.resolve(engine) };
}

const unavailable: EngineMaker = {
  name: "webgpu",
  make: () => Promise.reject(new ConvAtlasError("engine-unavailable", "There is no WebGPU here.")),
};

function memoryOf(known: Speeds | null = null) {
  const stored: Speeds[] = [];
  const memory: SpeedMemory = { load: () => known, store: (speeds) => stored.push(speeds) };
  return { memory, stored };
}

function roomOf(makers: readonly EngineMaker[], cpu = standIn("cpu"), known: Speeds | null = null) {
  const { memory, stored } = memoryOf(known);
  const parts = { cpu, lastResort: cpuEngine, makers, candidates: makers, memory };
  return { room: engineRoom(parts), stored };
}

async function labelsOf(engine: ActionEngine) {
  return [...(await engine.distances(request, () => {}, never))];
}

describe("an engine that is insisted on", () => {
  it("runs, and its name is told", async () => {
    const { room } = roomOf([makerOf(standIn("webasm"))]);
    const { engine, takeRemarks } = await room.choose("webasm", littleWork, never);
    expect(engine.name).toBe("webasm");
    expect(await labelsOf(engine)).toEqual(await labelsOf(cpuEngine));
    expect(engine.name).toBe("webasm");
    expect(takeRemarks()).toEqual([]);
  });

  it("is replaced by the processor, in words, where it cannot be made", async () => {
    const { room } = roomOf([unavailable]);
    const { engine, takeRemarks } = await room.choose("webgpu", littleWork, never);
    expect(engine.name).toBe("cpu");
    const [remark, ...others] = takeRemarks();
    expect(others).toEqual([]);
    expect(remark).toMatch(/WebGPU.*could not be used.*labels are the same.*no WebGPU here/);
    expect(takeRemarks()).toEqual([]);
  });

  it("is replaced where this program does not have it", async () => {
    const { engine, takeRemarks } = await roomOf([]).room.choose("webgl2", littleWork, never);
    expect([engine.name, takeRemarks().length]).toEqual(["cpu", 1]);
  });

  it("is replaced where its test computation is wrong", async () => {
    const wrong: ActionEngine = {
      ...standIn("webgl2"),
      distances: async (...asked) => (await cpuEngine.distances(...asked)).map((d) => d + 3e-5),
    };
    const { room } = roomOf([makerOf(wrong)]);
    const { engine, takeRemarks } = await room.choose("webgl2", littleWork, never);
    expect(engine.name).toBe("cpu");
    expect(takeRemarks()[0]).toMatch(/wrong numbers/);
  });

  it("hands its work over when it fails on the way, and the labels are the same", async () => {
    let calls = 0;
    const failing: ActionEngine = {
      ...standIn("webgpu"),
      distances: (...asked) => {
        calls++;
        // The test computations succeed; then the device is lost.
        if (calls > 3) throw new ConvAtlasError("engine-unavailable", "The device was lost.");
        return cpuEngine.distances(...asked);
      },
    };
    const { room } = roomOf([makerOf(failing)]);
    const { engine, takeRemarks } = await room.choose("webgpu", littleWork, never);
    expect(engine.name).toBe("webgpu");
    expect(await labelsOf(engine)).toEqual(await labelsOf(cpuEngine));
    expect(engine.name).toBe("cpu");
    expect(takeRemarks()[0]).toMatch(/device was lost/);
    await labelsOf(engine);
    expect(calls).toBe(4);
  });

  it("is not replaced because a person cancels", async () => {
    const { room } = roomOf([makerOf(standIn("webasm"))]);
    const { engine, takeRemarks } = await room.choose("webasm", littleWork, never);
    const cancelled = AbortSignal.abort();
    await expect(engine.distances(request, () => {}, cancelled)).rejects.toMatchObject({
      code: "cancelled",
    });
    expect([engine.name, takeRemarks()]).toEqual(["webasm", []]);
  });
});

describe("the processor", () => {
  it("goes on with one thread when threads are lost", async () => {
    const lost: ActionEngine = {
      ...standIn("cpu"),
      distances: () =>
        Promise.reject(new ConvAtlasError("engine-unavailable", "A computing thread stopped.")),
    };
    const { room } = roomOf([], lost);
    const { engine, takeRemarks } = await room.choose("auto", muchWork, never);
    expect(await labelsOf(engine)).toEqual(await labelsOf(cpuEngine));
    expect(takeRemarks()[0]).toMatch(/threads were lost; one thread did the rest/);
  });
});

describe("the automatic choice", () => {
  it("measures nothing where there is little to do", async () => {
    const { room, stored } = roomOf([makerOf(standIn("webgpu"))], standIn("cpu", 20));
    const { engine } = await room.choose("auto", littleWork, never);
    expect([engine.name, stored]).toEqual(["cpu", []]);
  });

  it("takes the fastest, and keeps what was measured", async () => {
    const slowCpu = standIn("cpu", 40);
    const { room, stored } = roomOf([makerOf(standIn("webgpu"))], slowCpu);
    const { engine } = await room.choose("auto", muchWork, never);
    expect(engine.name).toBe("webgpu");
    expect(stored).toHaveLength(1);
    expect(stored[0].webgpu).toBeLessThan(stored[0].cpu ?? 0);
    await room.choose("auto", muchWork, never);
    expect(stored).toHaveLength(1);
  });

  it("finds a software adapter out by its speed", async () => {
    const { room } = roomOf([makerOf(standIn("webgpu", 60))]);
    expect((await room.choose("auto", muchWork, never)).engine.name).toBe("cpu");
  });

  it("leaves the processor only for one that is clearly faster", async () => {
    const makers = [makerOf(standIn("webasm"))];
    const close = roomOf(makers, standIn("cpu"), { cpu: 1, webasm: 0.9 });
    expect((await close.room.choose("auto", muchWork, never)).engine.name).toBe("cpu");
    const clear = roomOf(makers, standIn("cpu"), { cpu: 1, webasm: 0.5 });
    expect((await clear.room.choose("auto", muchWork, never)).engine.name).toBe("webasm");
    expect([...close.stored, ...clear.stored]).toEqual([]);
  });

  it(`takes hardly longer than ${CALIBRATION_MS} ms, whatever the others do`, async () => {
    const hanging: EngineMaker = { name: "webgpu", make: () => new Promise(() => {}) };
    const { room, stored } = roomOf([hanging, unavailable, makerOf(standIn("webgl2", 5000))]);
    const startedAt = performance.now();
    const { engine, takeRemarks } = await room.choose("auto", muchWork, never);
    // A busy machine may be late; whoever waited for the others would be later by far.
    expect(performance.now() - startedAt).toBeLessThan(10 * CALIBRATION_MS);
    expect(engine.name).toBe("cpu");
    expect(Object.keys(stored[0])).toEqual(["cpu"]);
    expect(takeRemarks()).toEqual([]);
  });

  it("measures afterwards what was not ready in time, for the next analysis", async () => {
    const slowToStart: EngineMaker = {
      name: "webgpu",
      make: () => new Promise((done) => setTimeout(() => done(standIn("webgpu")), 300)),
    };
    const { room, stored } = roomOf([slowToStart, unavailable], standIn("cpu", 40));
    expect((await room.choose("auto", muchWork, never)).engine.name).toBe("cpu");
    await room.measureLate();
    expect(stored).toHaveLength(2);
    expect(stored[1].webgpu).toBeGreaterThan(0);
    expect((await room.choose("auto", muchWork, never)).engine.name).toBe("webgpu");
    await room.measureLate();
    expect(stored).toHaveLength(2);
  });
});
