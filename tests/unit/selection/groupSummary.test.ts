import { describe, expect, test } from "vitest";
import { groupSummary } from "../../../src/core/selection/groupSummary.ts";
import { clusterSummaries } from "../../../src/core/values/clusterSummaries.ts";
import { sketchedAnalysis } from "../figures/analysisFixture.ts";

const analysis = sketchedAnalysis([
  { name: "down", role: "encoder", side: 32, kernels: 300 },
  { name: "up", role: "decoder", side: 32, kernels: 100, notFinite: 2 },
]);

describe("summary of a group", () => {
  test("a cluster selected is the cluster summed up", () => {
    const [cluster] = clusterSummaries(analysis, analysis.layers[0]);
    const summary = groupSummary(analysis, { kind: "cluster", layer: "down", cluster: 0 });
    expect(summary).toMatchObject({
      count: cluster.size,
      outOf: 300,
      layers: [{ layer: 0, count: cluster.size }],
      fit: cluster.fit,
      labels: cluster.labels,
    });
    expect(summary.spread).toBeCloseTo(cluster.spread, 12);
    expect(summary.relativeSpread).toBeCloseTo(cluster.relativeSpread ?? Number.NaN, 12);
  });

  test("of several layers, chance is weighted by the members of each", () => {
    const [down, up] = analysis.layers;
    const other = { gaussian: [1, 0, 0, 0, 0, 0, 0], shuffled: [0, 1, 0, 0, 0, 0, 0] };
    const mixed = { ...analysis, layers: [down, { ...up, baseline: other }] };
    const summary = groupSummary(mixed, { kind: "label", layer: null, label: "edge" });
    const [inDown, inUp] = summary.layers.map(({ count }) => count);
    expect(summary.count).toBe(inDown + inUp);
    expect(summary.outOf).toBe(400);
    expect(summary.labels?.counts).toEqual([0, 0, 0, inDown + inUp, 0, 0, 0]);
    const noise = (0.002 * inDown + 1 * inUp) / (inDown + inUp);
    expect(summary.labels?.noise[0]).toBeCloseTo(noise, 12);
    expect(summary.labels?.shuffled[1]).toBeCloseTo((0.5 * inDown + inUp) / (inDown + inUp), 12);
  });

  test("kernels of two sizes have no mean; nor has a group of nothing", () => {
    const [down, up] = analysis.layers;
    const wide = { ...up, description: { ...up.description, kernelSize: [1, 9] as const } };
    const mixed = { ...analysis, layers: [down, wide] };
    const group = { kind: "label", layer: null, label: "edge" } as const;
    expect(groupSummary(mixed, group)).toMatchObject({ mean: null, spread: null, fit: null });
    const nobody = { kind: "kernels", layer: "down", kernels: [] } as const;
    expect(groupSummary(analysis, nobody)).toMatchObject({ count: 0, mean: null, layers: [] });
  });
});
