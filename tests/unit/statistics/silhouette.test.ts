import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../../src/core/random/seededRandom.ts";
import { meanSilhouette } from "../../../src/core/statistics/silhouette.ts";
import { irises } from "./irises.ts";

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Row by row, from the definition. */
function slowSilhouette(rows: readonly (readonly number[])[], clusters: readonly number[]): number {
  const widths = rows.map((row, i) => {
    const distances = (cluster: number) =>
      rows
        .filter((_, j) => j !== i && clusters[j] === cluster)
        .map((other) => Math.hypot(...other.map((value, k) => value - row[k])));
    const own = distances(clusters[i]);
    if (own.length === 0) return 0;
    const others = [...new Set(clusters)].filter((cluster) => cluster !== clusters[i]);
    const a = mean(own);
    const b = Math.min(...others.map((cluster) => mean(distances(cluster))));
    return Math.max(a, b) === 0 ? 0 : (b - a) / Math.max(a, b);
  });
  return mean(widths);
}

const clusteredRows = fc
  .integer({ min: 2, max: 25 })
  .chain((count) =>
    fc.record({
      rows: fc.array(fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9)), {
        minLength: count,
        maxLength: count,
      }),
      clusters: fc.array(fc.nat(3), { minLength: count, maxLength: count }),
    }),
  )
  .filter(({ clusters }) => new Set(clusters).size > 1);

describe("meanSilhouette", () => {
  // scikit-learn's silhouette_score of the irises by species is 0.5034774406932961; the others by numpy.
  it.each([
    ["by species", (row: number) => Math.floor(row / 50), 0.5034774406932961],
    ["dealt in turn", (row: number) => row % 3, -0.025578145968099097],
    ["in four parts", (row: number) => Math.min(3, Math.floor(row / 37)), 0.139900700879018],
    ["one apart", (row: number) => (row === 149 ? 1 : 0), -0.24798839111423301],
  ])("of the irises %s", (_, cluster, wanted) => {
    const clusters = Array.from({ length: 150 }, (_, row) => cluster(row));
    expect(meanSilhouette(irises, 4, clusters)).toBeCloseTo(wanted, 12);
  });

  it("agrees with the definition", () => {
    fc.assert(
      fc.property(clusteredRows, ({ rows, clusters }) => {
        const flat = Float64Array.from(rows.flat());
        const width = meanSilhouette(flat, 3, clusters);
        expect(width).toBeCloseTo(slowSilhouette(rows, clusters), 11);
      }),
    );
  });

  it("does not change when the rows are moved, scaled, or the clusters renamed", () => {
    fc.assert(
      fc.property(clusteredRows, ({ rows, clusters }) => {
        const flat = Float64Array.from(rows.flat());
        const wanted = meanSilhouette(flat, 3, clusters) ?? Number.NaN;
        const moved = flat.map((value) => 2.5 * value - 3);
        const renamed = Int8Array.from(clusters, (cluster) => 9 - 2 * cluster);
        expect(meanSilhouette(moved, 3, renamed)).toBeCloseTo(wanted, 11);
      }),
    );
  });

  it("is near 1 for two places far apart, and 0 if all rows are in one place", () => {
    const random = new SeededRandom(1987);
    const apart = Float64Array.from(
      { length: 80 },
      (_, at) => (at < 40 ? 0 : 1000) + random.uniform(),
    );
    const halves = Array.from({ length: 40 }, (_, row) => (row < 20 ? 0 : 1));
    expect(meanSilhouette(apart, 2, halves)).toBeGreaterThan(0.99);
    expect(meanSilhouette(new Float64Array(8), 2, [0, 1, 0, 1])).toBe(0);
    expect(meanSilhouette(Float64Array.of(1, 2, 3), 1, [0, 1, 2])).toBe(0);
  });

  it("leaves rows without a cluster out, and has no answer for one cluster or none", () => {
    const rows = Float64Array.of(0, 99, 1, 10, -99, 12);
    expect(meanSilhouette(rows, 1, [0, -1, 0, 1, -1, 1])).toBe(
      meanSilhouette(Float64Array.of(0, 1, 10, 12), 1, [0, 0, 1, 1]),
    );
    expect(meanSilhouette(rows, 1, [2, 2, 2, -1, 2, 2])).toBeNull();
    expect(meanSilhouette(rows, 1, [-1, -1, -1, -1, -1, -1])).toBeNull();
    expect(meanSilhouette(new Float64Array(0), 1, [])).toBeNull();
  });
});
