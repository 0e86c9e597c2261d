import { describe, expect, test } from "vitest";
import type { AnalysedLayer } from "../../../src/core/analysis/analysis.ts";
import { SeededRandom } from "../../../src/core/random/seededRandom.ts";
import {
  CLUSTER_NUMBERS,
  type ClusterNumbers,
  clusterNumbers,
  SILHOUETTE_KERNELS,
} from "../../../src/core/values/clusterNumbers.ts";

const DESCRIPTION = { kernelSize: [3, 3] } as unknown as AnalysedLayer["description"];

function numbersOf(kernels: Float32Array): ClusterNumbers | null {
  const steps = clusterNumbers({ kernels, description: DESCRIPTION }, "none");
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

function noise(count: number, seed: number): Float32Array {
  const random = new SeededRandom(seed);
  return Float32Array.from({ length: count * 9 }, () => random.normal());
}

describe("the number of clusters", () => {
  test("three heaps of kernels are three, and far above noise", () => {
    const kernels = noise(240, 1).map((entry, at) => {
      const heap = Math.floor(at / 9) % 3;
      return entry * 0.1 + (at % 9 === heap ? 4 : 0);
    });
    const found = numbersOf(kernels);
    expect(found?.distinct).toBe(3);
    const three = found?.numbers.find(({ clusters }) => clusters === 3);
    expect(three?.silhouette).toBeGreaterThan(0.9);
    expect(three?.surrogateHighest).toBeLessThan(0.7);
    expect(found?.numbers.map(({ clusters }) => clusters)).toEqual(CLUSTER_NUMBERS);
  });

  test("noise is called distinct no more often than one time in twenty", () => {
    const layers = Array.from({ length: 60 }, (_, seed) => numbersOf(noise(40, seed + 100)));
    const alarms = layers.filter((found) => found?.distinct !== null).length;
    // 3 expected; more than 8 of 60 at 5 % each has a probability below 0.002.
    expect(alarms).toBeLessThanOrEqual(8);
  });

  test("the same layer gives the same numbers, of a sample where it is large", () => {
    const kernels = noise(700, 5);
    const found = numbersOf(kernels);
    expect(found).toMatchObject({ kernels: SILHOUETTE_KERNELS, available: 700 });
    expect(numbersOf(kernels)).toEqual(found);
    for (const { surrogateLowest, surrogateMean, surrogateHighest } of found?.numbers ?? []) {
      expect(surrogateLowest).toBeLessThanOrEqual(surrogateMean);
      expect(surrogateMean).toBeLessThanOrEqual(surrogateHighest);
    }
  });

  test("kernels of more numbers than there are kernels have none", () => {
    const description = { kernelSize: [5, 5] } as unknown as AnalysedLayer["description"];
    const countOf = (count: number) => {
      const kernels = noise(Math.ceil((count * 25) / 9), 4).subarray(0, count * 25);
      return clusterNumbers({ kernels, description }, "none").next().done;
    };
    expect(countOf(26)).toBe(true);
    expect(countOf(27)).toBe(false);
  });

  test("a few kernels, and dead or broken ones, are not enough", () => {
    expect(numbersOf(noise(19, 3))).toBeNull();
    expect(numbersOf(new Float32Array(9 * 50))).toBeNull();
    const broken = noise(30, 4).map((entry, at) => (at % 27 === 0 ? Number.NaN : entry));
    expect(numbersOf(broken)?.available).toBe(20);
  });

  test("equal kernels have no clusters", () => {
    const found = numbersOf(new Float32Array(9 * 40).fill(1));
    expect(found?.distinct).toBeNull();
    for (const { silhouette } of found?.numbers ?? []) expect(silhouette).toBeNull();
  });
});
