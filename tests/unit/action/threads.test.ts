import { describe, expect, it } from "vitest";
import type { BlockMeasurer } from "../../../src/core/action/blockMeasurer.ts";
import { EXACT_TOLERANCE } from "../../../src/core/action/comparison.ts";
import { cpuEngine } from "../../../src/core/action/cpuEngine.ts";
import {
  modulesPerThread,
  type ThreadAnswer,
  type ThreadMessage,
  type ThreadPort,
  threadCount,
  threadMeasurer,
  threadReceiver,
} from "../../../src/core/action/measuringThread.ts";
import { gaussianKernels } from "../../../src/core/action/noiseKernels.ts";
import { parallelEngine } from "../../../src/core/action/parallelEngine.ts";
import { POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import { sharedFloat32Array } from "../../../src/core/memory/sharedArrays.ts";

const never = new AbortController().signal;

const request = {
  kernels: gaussianKernels(9),
  kernelSize: [3, 3],
  grid: [32, 32],
  features: POSTER_FEATURES,
  compare: "sorted",
  tolerance: EXACT_TOLERANCE,
} as const;

/** Both ends of a channel in one thread; messages travel as between threads. */
function loopback() {
  const sent: ThreadMessage[] = [];
  let onAnswer: (message: ThreadAnswer) => void = () => {};
  let onLost: (details: string) => void = () => {};
  const receive = threadReceiver((message) => onAnswer(structuredClone(message)));
  const port: ThreadPort = {
    post(message, transfer) {
      sent.push(message);
      receive(structuredClone(message, { transfer }));
    },
    onAnswer: (listener) => {
      onAnswer = listener;
    },
    onLost: (listener) => {
      onLost = listener;
    },
    close() {},
  };
  return { port, sent, lose: (details: string) => onLost(details) };
}

describe("measuring threads", () => {
  it("give the distances of one thread, in the order of the kernels", async () => {
    const ends = [loopback(), loopback(), loopback()];
    const engine = parallelEngine(ends.map(({ port }) => threadMeasurer(port, 2)));
    const done: number[] = [];
    const found = await engine.distances(request, (kernels) => done.push(kernels), never);
    expect([...found]).toEqual([...(await cpuEngine.distances(request, () => {}, never))]);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(done.at(-1)).toBe(4000);
    for (const { sent } of ends)
      expect(sent.filter(({ kind }) => kind === "block")).not.toEqual([]);
  });

  it("are told what is compared once, and not again for the next layer", async () => {
    const { port, sent } = loopback();
    const engine = parallelEngine([threadMeasurer(port, 2)]);
    const { features, ...rest } = request;
    for (let layer = 0; layer < 3; layer++) {
      await engine.distances({ ...rest, features: [...features] }, () => {}, never);
    }
    expect(sent.filter(({ kind }) => kind === "comparison")).toHaveLength(1);
  });

  it("make ready for what they are told will be compared, and are not told again", async () => {
    const { port, sent } = loopback();
    const engine = parallelEngine([threadMeasurer(port, 2)]);
    const { kernels: _kernels, ...comparison } = request;
    engine.prepare?.([comparison, { ...comparison, grid: [16, 16] }]);
    expect(sent.map(({ kind }) => kind)).toEqual([
      "start",
      "comparison",
      "block",
      "comparison",
      "block",
    ]);
    const found = await engine.distances(request, () => {}, never);
    expect([...found]).toEqual([...(await cpuEngine.distances(request, () => {}, never))]);
    expect(sent.filter(({ kind }) => kind === "comparison")).toHaveLength(2);
  });

  it("see shared kernels without a copy, and leave others where they are", async () => {
    const shared = sharedFloat32Array(request.kernels.length);
    shared.set(request.kernels);
    for (const kernels of [shared, request.kernels]) {
      const { port, sent } = loopback();
      const engine = parallelEngine([threadMeasurer(port, 2)]);
      await engine.distances({ ...request, kernels }, () => {}, never);
      const blocks = sent.filter((message) => message.kind === "block");
      const isShared = blocks.every((block) => block.kernels.buffer === shared.buffer);
      expect(isShared).toBe(kernels === shared);
      expect(kernels[0]).toBe(gaussianKernels(9)[0]);
    }
  });

  it("fail in words when a thread is lost, at once and from then on", async () => {
    const silent = loopback();
    const measurer = threadMeasurer({ ...silent.port, post: () => {} }, 2);
    const engine = parallelEngine([measurer]);
    const waiting = engine.distances(request, () => {}, never);
    silent.lose("out of memory");
    for (const failing of [waiting, engine.distances(request, () => {}, never)]) {
      await expect(failing).rejects.toMatchObject({
        code: "engine-unavailable",
        details: "out of memory",
      });
    }
  });

  it("fail in words when a thread cannot do what it is asked", async () => {
    const { port } = loopback();
    const post: ThreadPort["post"] = (message, transfer) =>
      // A comparison that never arrives: the block names one that the thread does not know.
      message.kind === "comparison" ? undefined : port.post(message, transfer);
    const engine = parallelEngine([threadMeasurer({ ...port, post }, 2)]);
    await expect(engine.distances(request, () => {}, never)).rejects.toMatchObject({
      code: "engine-unavailable",
    });
  });

  it("share out the modules of WebAssembly that a page has addresses for", () => {
    expect([1, 2, 5, 7, 15, 16, 64].map(modulesPerThread)).toEqual([6, 6, 6, 4, 2, 1, 1]);
  });

  it("are as many as there are cores, within reason", () => {
    expect([undefined, 1, 2, 8, 128].map(threadCount)).toEqual([1, 1, 2, 8, 16]);
  });
});

describe("the parallel engine", () => {
  function measurerOf(measure: BlockMeasurer["measure"]): BlockMeasurer {
    return { measure, close() {} };
  }

  it("works on with the next request when one is cancelled", async () => {
    const engine = parallelEngine([threadMeasurer(loopback().port, 2)]);
    const controller = new AbortController();
    const cancelled = engine.distances(request, () => controller.abort(), controller.signal);
    const kept = engine.distances(request, () => {}, never);
    await expect(cancelled).rejects.toMatchObject({ code: "cancelled" });
    expect((await kept).length).toBe(4000 * 6);
  });

  it("hands out no block after a failure", async () => {
    let blocks = 0;
    const engine = parallelEngine([
      measurerOf(() => {
        blocks++;
        return Promise.reject(new Error("broken"));
      }),
    ]);
    await expect(engine.distances(request, () => {}, never)).rejects.toThrow("broken");
    expect(blocks).toBeLessThanOrEqual(2);
  });

  it("answers an empty request", async () => {
    const engine = parallelEngine([measurerOf(() => Promise.reject(new Error("not asked")))]);
    const nothing = { ...request, kernels: new Float32Array(0) };
    expect((await engine.distances(nothing, () => {}, never)).length).toBe(0);
  });
});
