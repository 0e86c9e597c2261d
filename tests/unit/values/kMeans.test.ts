import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { SeededRandom } from "../../../src/core/random/seededRandom.ts";
import { KernelRows } from "../../../src/core/values/kernelRows.ts";
import {
  type Clustering,
  FITTED_KERNELS_AT_MOST,
  fitCentres,
  numberedBySize,
} from "../../../src/core/values/kMeans.ts";
import { NearestRows } from "../../../src/core/values/nearestRows.ts";
import { slowKMeans } from "../../support/slowKMeans.ts";

/** Fits and assigns, as layers are. */
function kMeans(kernels: Float32Array, entries: number, k: number): Clustering {
  const count = kernels.length / entries;
  const steps = fitCentres(new KernelRows(kernels, entries, "none"), k);
  let step = steps.next();
  while (!step.done) step = steps.next();
  const centres = step.value;
  const found = new NearestRows(count, centres.length / entries);
  const points = Float64Array.from(kernels);
  found.find(points, entries, count, centres);
  return numberedBySize(found.nearest, centres, entries);
}

/** The sum of squared distances to the centres. */
function inertiaOf(kernels: Float32Array, entries: number, found: Clustering): number {
  return kernels.reduce((sum, entry, at) => {
    const cluster = found.assignment[Math.floor(at / entries)];
    return sum + (entry - found.centres[cluster][at % entries]) ** 2;
  }, 0);
}

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

function blobs(sizes: readonly number[], seed: number): Float32Array {
  const random = new SeededRandom(seed);
  const points: number[] = [];
  sizes.forEach((size, blob) => {
    for (let p = 0; p < size; p++) {
      for (let i = 0; i < 9; i++) points.push((i === blob ? 20 : 0) + random.normal());
    }
  });
  return Float32Array.from(points);
}

/** Kernels without clusters, on which the method takes longest. */
function noise(count: number, entries: number, seed: number): Float32Array {
  const random = new SeededRandom(seed);
  return Float32Array.from({ length: count * entries }, () => random.normal());
}

function rowsOf(kernels: Float32Array, entries: number): number[][] {
  return Array.from({ length: kernels.length / entries }, (_, k) => [
    ...kernels.subarray(k * entries, (k + 1) * entries),
  ]);
}

function expectSlowResult(kernels: Float32Array, entries: number, k: number): void {
  const fast = kMeans(kernels, entries, k);
  const slow = slowKMeans(rowsOf(kernels, entries), k);
  expect(fast.sizes).toEqual(slow.sizes);
  expect([...fast.assignment]).toEqual(slow.assignment);
  slow.centres.forEach((centre, c) => {
    centre.forEach((entry, i) => {
      // Sums that are carried along are rounded otherwise than sums made anew.
      expect(Math.abs(fast.centres[c][i] - entry)).toBeLessThan(1e-9 * (1 + Math.abs(entry)));
    });
  });
}

describe("k-means", () => {
  it("finds the best of all clusterings of a few points, nineteen times in twenty", () => {
    let trials = 0;
    let best = 0;
    for (let seed = 1; seed <= 100; seed++) {
      for (const k of [1, 2, 3]) {
        const kernels = noise(7, 2, seed);
        const inertia = inertiaOf(kernels, 2, kMeans(kernels, 2, k));
        const least = bestInertia(rowsOf(kernels, 2), k);
        expect(inertia).toBeGreaterThanOrEqual(least - 1e-9);
        trials++;
        // Lloyd's method stops where no single step helps, which need not be the optimum.
        if (inertia <= least + 1e-9) best++;
      }
    }
    expect(best / trials).toBeGreaterThan(0.95);
  });

  it("finds the clusters of the plain method, which measures every distance", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1, 2, 4, 9, 25),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 120 }),
        fc.integer(),
        (entries, k, count, seed) => expectSlowResult(noise(count, entries, seed), entries, k),
      ),
      { numRuns: 60 },
    );
  });

  it("does so for thousands of kernels without clusters, and for many clusters", () => {
    expectSlowResult(noise(3_000, 9, 1), 9, 3);
    expectSlowResult(noise(1_500, 9, 2), 9, 12);
  });

  it("does so where kernels repeat, lie far apart, or are huge beside the others", () => {
    const repeated = fc.array(fc.constantFrom(0, 1, 2, -1, 1e-30, 1e6, -1e6, 1e20, 3e38, -3e38), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(repeated, fc.integer({ min: 1, max: 5 }), (entries, k) => {
        const kernels = Float32Array.from(entries);
        const fast = kMeans(kernels, 1, k);
        const slow = slowKMeans(rowsOf(kernels, 1), k);
        expect(fast.sizes).toEqual(slow.sizes);
        expect([...fast.assignment]).toEqual(slow.assignment);
      }),
      { numRuns: 200 },
    );
  });

  it("finds them where the browser has no memory left for WebAssembly", () => {
    const random = new SeededRandom(32);
    const kernels = Float32Array.from({ length: 300 * 9 }, () => random.normal());
    const accelerated = kMeans(kernels, 9, 3);
    const instance = vi.spyOn(WebAssembly, "Instance").mockImplementation(function refuse() {
      throw new RangeError("Cannot allocate Wasm memory for new instance");
    });
    const plain = kMeans(kernels, 9, 3);
    expect(instance).toHaveBeenCalled();
    instance.mockRestore();
    expect(plain.assignment).toEqual(accelerated.assignment);
  });

  it("finds them where WebAssembly has no SIMD too", () => {
    const random = new SeededRandom(31);
    const kernels = Float32Array.from({ length: 400 * 9 }, () => random.normal());
    const accelerated = kMeans(kernels, 9, 4);
    const validate = vi.spyOn(WebAssembly, "validate").mockReturnValue(false);
    const plain = kMeans(kernels, 9, 4);
    expect(validate).toHaveBeenCalled();
    validate.mockRestore();
    expect(plain.assignment).toEqual(accelerated.assignment);
    expect(plain.sizes).toEqual(accelerated.sizes);
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
    const equal = new Float32Array(90).fill(1);
    expect(kMeans(equal, 9, 3).sizes).toEqual([10]);
    expect(kMeans(Float32Array.from([1, 1, 5]), 1, 3).sizes).toEqual([2, 1]);
  });

  it("has nothing to do without points", () => {
    expect(kMeans(new Float32Array(0), 9, 3)).toEqual({
      assignment: new Int8Array(0),
      sizes: [],
      centres: [],
    });
  });

  it("assigns every kernel of a layer larger than what is fitted", () => {
    const count = FITTED_KERNELS_AT_MOST + 10;
    const points = Float32Array.from({ length: count }, (_, k) => (k < count / 4 ? 0 : 10));
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

describe("NearestRows", () => {
  it("finds the nearest row, of equally near ones the first", () => {
    const entry = fc.integer({ min: -2, max: 2 });
    fc.assert(
      fc.property(
        fc.constantFrom(1, 4, 9),
        fc.integer({ min: 1, max: 8 }),
        fc.infiniteStream(entry),
        (entries, rowCount, numbers) => {
          const take = (count: number) => Float64Array.from(numbers.take(count * entries));
          const points = take(5);
          const rows = take(rowCount);
          const found = new NearestRows(4, rowCount);
          found.find(points, entries, 4, rows);
          for (let p = 0; p < 4; p++) {
            const squares = Array.from({ length: rowCount }, (_, c) => {
              let square = 0;
              for (let i = 0; i < entries; i++) {
                square += (points[p * entries + i] - rows[c * entries + i]) ** 2;
              }
              return square;
            });
            const least = Math.min(...squares);
            expect(found.nearest[p]).toBe(squares.indexOf(least));
            expect(found.distances[p]).toBe(Math.sqrt(least));
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it("finds nothing near to what is not finite", () => {
    for (const odd of [Number.NaN, Number.POSITIVE_INFINITY]) {
      for (const entries of [1, 9]) {
        const found = new NearestRows(1, 2);
        const point = new Float64Array(entries).fill(odd);
        found.find(point, entries, 1, new Float64Array(2 * entries));
        expect(found.nearest[0]).toBe(-1);
        expect(found.distances[0]).toBe(Number.POSITIVE_INFINITY);
      }
    }
  });
});
