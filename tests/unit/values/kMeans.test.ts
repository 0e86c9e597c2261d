import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../../src/core/random/seededRandom.ts";
import { FITTED_KERNELS_AT_MOST, kMeans } from "../../../src/core/values/kMeans.ts";

/** The least inertia over every way to deal points to k clusters. */
function bestInertia(points: readonly number[][], k: number): number {
  let best = Number.POSITIVE_INFINITY;
  const deals = k ** points.length;
  for (let deal = 0; deal < deals; deal++) {
    const clusters: number[][][] = Array.from({ length: k }, () => []);
    points.forEach((point, p) => {
      clusters[Math.floor(deal / k ** p) % k].push(point);
    });
    const inertia = clusters.reduce((sum, members) => sum + scatter(members), 0);
    if (inertia < best) best = inertia;
  }
  return best;
}

function scatter(members: readonly number[][]): number {
  if (members.length === 0) return 0;
  const mean = members[0].map((_, i) => members.reduce((s, m) => s + m[i], 0) / members.length);
  return members.reduce((sum, m) => sum + m.reduce((s, v, i) => s + (v - mean[i]) ** 2, 0), 0);
}

function blobs(sizes: readonly number[], seed: number): Float64Array {
  const random = new SeededRandom(seed);
  const points: number[] = [];
  sizes.forEach((size, blob) => {
    for (let p = 0; p < size; p++) {
      for (let i = 0; i < 9; i++) points.push((i === blob ? 20 : 0) + random.normal());
    }
  });
  return Float64Array.from(points);
}

describe("kMeans", () => {
  it("finds the best of all clusterings of a few points, nineteen times in twenty", () => {
    let trials = 0;
    let best = 0;
    for (let seed = 1; seed <= 100; seed++) {
      for (const k of [1, 2, 3]) {
        const random = new SeededRandom(seed);
        const points = Array.from({ length: 7 }, () => [random.normal(), random.normal()]);
        const { inertia } = kMeans(Float64Array.from(points.flat()), 2, k);
        const least = bestInertia(points, k);
        expect(inertia).toBeGreaterThanOrEqual(least - 1e-9);
        trials++;
        // Lloyd's method stops where no single step helps, which need not be the optimum.
        if (inertia <= least + 1e-9) best++;
      }
    }
    expect(best / trials).toBeGreaterThan(0.95);
  });

  it("separates what is separate and numbers clusters by size", () => {
    const { assignment, sizes } = kMeans(blobs([5, 30, 12], 7), 9, 3);
    expect(sizes).toEqual([30, 12, 5]);
    expect([...assignment]).toEqual([
      ...new Array(5).fill(2),
      ...new Array(30).fill(0),
      ...new Array(12).fill(1),
    ]);
  });

  it("is the same each time", () => {
    const points = blobs([40, 40, 40], 8);
    expect(kMeans(points, 9, 4)).toEqual(kMeans(points, 9, 4));
  });

  it("returns fewer clusters where there are fewer distinct points", () => {
    const equal = new Float64Array(90).fill(1);
    expect(kMeans(equal, 9, 3).sizes).toEqual([10]);
    expect(kMeans(Float64Array.from([1, 1, 5]), 1, 3).sizes).toEqual([2, 1]);
  });

  it("has nothing to do without points", () => {
    expect(kMeans(new Float64Array(0), 9, 3)).toEqual({
      assignment: new Int8Array(0),
      sizes: [],
      centres: [],
      inertia: 0,
    });
  });

  it("assigns every kernel of a layer larger than what is fitted", () => {
    const count = FITTED_KERNELS_AT_MOST + 10;
    const points = Float64Array.from({ length: count }, (_, k) => (k < count / 4 ? 0 : 10));
    const { sizes, assignment } = kMeans(points, 1, 2);
    expect(assignment).toHaveLength(count);
    expect(sizes).toEqual([count - Math.ceil(count / 4), Math.ceil(count / 4)]);
  });

  it("gives each point its nearest centre, and each centre its points' mean", () => {
    const points = blobs([20, 20], 9);
    const { assignment, centres } = kMeans(points, 9, 3);
    const square = (p: number, c: number) =>
      centres[c].reduce((sum, v, i) => sum + (points[p * 9 + i] - v) ** 2, 0);
    for (let p = 0; p < 40; p++) {
      for (let c = 0; c < centres.length; c++) {
        expect(square(p, assignment[p])).toBeLessThanOrEqual(square(p, c) + 1e-9);
      }
    }
    for (let c = 0; c < centres.length; c++) {
      const members = [...assignment.keys()].filter((p) => assignment[p] === c);
      const mean = members.reduce((sum, p) => sum + points[p * 9], 0) / members.length;
      expect(centres[c][0]).toBeCloseTo(mean, 9);
    }
  });
});
