import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXACT_TOLERANCE } from "../../../../src/core/action/comparison.ts";
import { cpuEngine } from "../../../../src/core/action/cpuEngine.ts";
import type { ActionEngine, DistanceRequest } from "../../../../src/core/action/engine.ts";
import { webasmEngine } from "../../../../src/core/action/gpujs/webasmEngine.ts";
import { webgl2Engine } from "../../../../src/core/action/gpujs/webgl2Engine.ts";
import { webgpuEngine } from "../../../../src/core/action/gpujs/webgpuEngine.ts";
import { gaussianKernels } from "../../../../src/core/action/noiseKernels.ts";
import { rotationsAndReflections } from "../../../../src/core/action/responseDistances.ts";
import { POSTER_FEATURES } from "../../../../src/core/features/clinicalKernels.ts";
import type { Size2d } from "../../../../src/core/network/size2d.ts";
import { gridUpTo, kernel3x3, kernelOf } from "../../../support/arbitraries.ts";
import { disagreement, ENGINE_REQUESTS } from "../../../support/engineChecks.ts";
import { DISTANCE_TOLERANCE } from "../../../support/reference.ts";
import {
  directResponse,
  meanAbsoluteDifference,
  normalisedDescending,
} from "../../../support/slowSpectrum.ts";

const never = new AbortController().signal;
let engine: ActionEngine;

beforeAll(async () => {
  engine = await webasmEngine.make();
});
afterAll(() => engine.close());

function requestOf(
  kernels: readonly number[],
  kernelSize: Size2d,
  grid: Size2d,
  compare: DistanceRequest["compare"],
): DistanceRequest {
  return {
    kernels: Float32Array.from(kernels),
    kernelSize,
    grid,
    features: POSTER_FEATURES,
    compare,
    tolerance: EXACT_TOLERANCE,
  };
}

function slowDistance(
  { kernels, kernelSize, grid, compare }: DistanceRequest,
  feature: readonly number[],
): number {
  const own = directResponse([...kernels], kernelSize, grid);
  switch (compare) {
    case "sorted":
      return meanAbsoluteDifference(
        normalisedDescending(own),
        normalisedDescending(directResponse(feature, [3, 3], grid)),
      );
    case "response":
      return Math.min(
        ...rotationsAndReflections(feature).map((form) =>
          meanAbsoluteDifference(own, directResponse(form, [3, 3], grid)),
        ),
      );
  }
}

describe("the GPU.js engine on WebAssembly", () => {
  it.each(ENGINE_REQUESTS)(
    "agrees with the CPU engine: $compare, kernels $kernelSize, grid $grid",
    async (request) => {
      const expected = await cpuEngine.distances(request, () => {}, never);
      const found = await disagreement(engine, request, expected);
      expect(found).toMatchObject({ labels: 0, gaps: 0 });
      expect(found.distance).toBeLessThan(DISTANCE_TOLERANCE);
    },
  );

  it.each(["sorted", "response"] as const)(
    "agrees with the slow sums that share no code with it: %s",
    async (compare) => {
      const small = fc.record({ kernel: kernel3x3, grid: gridUpTo(12) });
      await fc.assert(
        fc.asyncProperty(small, async ({ kernel, grid }) => {
          const request = requestOf(kernel, [3, 3], grid, compare);
          const distances = await engine.distances(request, () => {}, never);
          for (const [f, feature] of POSTER_FEATURES.entries()) {
            const expected = slowDistance(request, feature.kernel);
            expect(Math.abs(distances[f] - expected)).toBeLessThan(DISTANCE_TOLERANCE);
          }
        }),
        { numRuns: 20 },
      );
    },
  );

  it("agrees with them where lists are long enough to be sorted by merging", async () => {
    await fc.assert(
      fc.asyncProperty(kernelOf([5, 2]), async (kernel) => {
        const request = requestOf(kernel, [5, 2], [37, 41], "sorted");
        const distances = await engine.distances(request, () => {}, never);
        const expected = slowDistance(request, POSTER_FEATURES[2].kernel);
        expect(Math.abs(distances[2] - expected)).toBeLessThan(DISTANCE_TOLERANCE);
      }),
      { numRuns: 8 },
    );
  });

  it("gives a kernel the same distances wherever it stands among others", async () => {
    const many = gaussianKernels(9);
    const request = requestOf([...many], [3, 3], [16, 16], "sorted");
    const together = await engine.distances(request, () => {}, never);
    for (const k of [0, 1233, many.length / 9 - 1]) {
      const kernels = many.slice(k * 9, k * 9 + 9);
      const alone = await engine.distances({ ...request, kernels }, () => {}, never);
      expect([...together.subarray(k * 6, k * 6 + 6)]).toEqual([...alone]);
    }
  });

  it("says how far it is, batch by batch", async () => {
    const request = requestOf([...gaussianKernels(9)], [3, 3], [32, 32], "sorted");
    const progress: number[] = [];
    await engine.distances(request, (done) => progress.push(done), never);
    expect(progress.length).toBeGreaterThan(1);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBe(4000);
  });

  it("stops at the next batch when cancelled, and goes on working", async () => {
    const request = requestOf([...gaussianKernels(9)], [3, 3], [64, 64], "sorted");
    const cancel = new AbortController();
    const reached: number[] = [];
    const cancelled = engine.distances(
      request,
      (done) => {
        reached.push(done);
        cancel.abort();
      },
      cancel.signal,
    );
    await expect(cancelled).rejects.toMatchObject({ code: "cancelled" });
    expect(reached).toHaveLength(1);
    const few = { ...request, kernels: request.kernels.slice(0, 9) };
    expect(await engine.distances(few, () => {}, never)).toHaveLength(6);
  });

  it("answers two requests at a time", async () => {
    const sorted = requestOf([...gaussianKernels(9).subarray(0, 90)], [3, 3], [20, 20], "sorted");
    const response: DistanceRequest = { ...sorted, compare: "response" };
    const together = await Promise.all(
      [sorted, response].map((request) => engine.distances(request, () => {}, never)),
    );
    for (const [i, request] of [sorted, response].entries()) {
      expect(together[i]).toEqual(await engine.distances(request, () => {}, never));
    }
  });

  it("answers a request without kernels", async () => {
    const request = requestOf([], [3, 3], [20, 20], "sorted");
    expect(await engine.distances(request, () => {}, never)).toHaveLength(0);
  });

  it("ends what it is at when closed", async () => {
    const closed = await webasmEngine.make();
    const request = requestOf([...gaussianKernels(9)], [3, 3], [64, 64], "sorted");
    const running = closed.distances(request, () => closed.close(), never);
    await expect(running).rejects.toMatchObject({ code: "engine-unavailable" });
  });

  it("refuses to work once closed", async () => {
    const closed = await webasmEngine.make();
    closed.close();
    const request = requestOf([1, 0, 0, 0, 0, 0, 0, 0, 0], [3, 3], [8, 8], "sorted");
    await expect(closed.distances(request, () => {}, never)).rejects.toMatchObject({
      code: "engine-unavailable",
    });
  });
});

describe("engines that need a graphics card", () => {
  // Node has neither API: the same as a browser that lacks them.
  it.each([webgpuEngine, webgl2Engine])("say that they cannot run: $name", async (maker) => {
    await expect(maker.make()).rejects.toMatchObject({
      code: "engine-unavailable",
      message: expect.stringMatching(/^Web(GPU|GL 2) does not work here/),
    });
  });
});
