import { describe, expect, test } from "vitest";
import { labelSharesSteps, layersLabelShares } from "../../../src/core/action/labelShares.ts";
import { lastOf } from "../../../src/core/lastOf.ts";
import { sketchedAnalysis } from "../figures/analysisFixture.ts";
import { sampleAnalysis } from "../ui/sampleAnalysis.ts";

describe("shares of labels beside chance", () => {
  test("chance shares of layers are weighted by their kernels", () => {
    const [first, second] = sampleAnalysis().layers;
    const large = {
      ...second,
      kernelCount: 12,
      baseline: { gaussian: [1, 0, 0, 0, 0, 0, 0], shuffled: [0, 0, 0, 0, 0, 0, 1] },
    };
    const totals = layersLabelShares([first, large], 6);
    expect(totals?.noise[0]).toBeCloseTo(0.75, 12);
    expect(totals?.shuffled[6]).toBeCloseTo(0.775, 12);
    expect(totals?.counts).toEqual([0, 0, 0, 2, 0, 0, 6]);
    expect(totals?.shares[3]).toBeCloseTo(0.25, 12);
    expect(layersLabelShares([{ ...first, baseline: null }], 6)).toBeNull();
    expect(layersLabelShares([], 6)).toBeNull();
  });

  test("whole layers have the same shares as all of their kernels, counted one by one", () => {
    const { layers, features } = sketchedAnalysis([
      { name: "down", role: "encoder", side: 32, kernels: 300 },
      { name: "up", role: "decoder", side: 64, kernels: 100, notFinite: 2 },
    ]);
    const parts = layers.map((layer) => ({
      layer,
      groups: new Uint8Array(layer.kernelCount).fill(1),
      group: 1,
    }));
    const counted = lastOf(labelSharesSteps(parts, features.length));
    expect(counted).not.toBeNull();
    expect(counted).toEqual(layersLabelShares(layers, features.length));
  });
});
