import { describe, expect, test } from "vitest";
import { KERNEL_NOT_FINITE } from "../../../src/core/analysis/analysis.ts";
import {
  NEIGHBOUR_COUNT,
  neighbourSteps,
  neighbours,
} from "../../../src/core/values/neighbours.ts";
import { normaliseKernels } from "../../../src/core/values/normalisation.ts";
import { sketchedAnalysis } from "../figures/analysisFixture.ts";

const SKETCHES = [
  { name: "first", role: "encoder", side: 32, kernels: 40 },
  { name: "second", role: "decoder", side: 32, kernels: 60, dead: 2, notFinite: 3 },
] as const;

const CHOICES = ["none", "unit", "unit-signed"] as const;

describe("neighbours in the model", () => {
  test.each(CHOICES)("are those of the slow way, nearest first (%s)", (normalisation) => {
    const analysis = sketchedAnalysis(SKETCHES, { settings: { normalisation } });
    const rows = analysis.layers.map(({ kernels }) => normaliseKernels(kernels, 9, normalisation));
    for (const [layer, kernel] of [
      [0, 0],
      [0, 17],
      [1, 5],
      [1, 30],
    ]) {
      const own = rows[layer].subarray(kernel * 9, kernel * 9 + 9);
      const expected = analysis.layers
        .flatMap((other, at) =>
          Array.from({ length: other.kernelCount }, (_, k) => ({
            layer: at,
            kernel: k,
            distance: Math.hypot(...own.map((entry, e) => entry - rows[at][k * 9 + e])),
          })),
        )
        .filter(({ distance }) => Number.isFinite(distance))
        .filter((one) => one.layer !== layer || one.kernel !== kernel)
        .toSorted((a, b) => a.distance - b.distance)
        .slice(0, NEIGHBOUR_COUNT);
      const found = neighbours(analysis, layer, kernel);
      expect(found.map((one) => [one.layer, one.kernel])).toEqual(
        expected.map((one) => [one.layer, one.kernel]),
      );
      found.forEach((one, at) => {
        expect(one.distance).toBeCloseTo(expected[at].distance, 6);
      });
    }
  });

  test("kernels of another size are no neighbours; a kernel that is not finite has none", () => {
    const analysis = sketchedAnalysis(SKETCHES);
    const [first, second] = analysis.layers;
    const wide = { ...first.description, kernelSize: [1, 9] as const };
    const mixed = { ...analysis, layers: [{ ...first, description: wide }, second] };
    expect(new Set(neighbours(mixed, 1, 20).map(({ layer }) => layer))).toEqual(new Set([1]));
    const odd = second.values.states.indexOf(KERNEL_NOT_FINITE);
    expect(neighbours(analysis, 1, odd)).toEqual([]);
  });

  test("a kernel of zeros is near small ones, and near none where only directions count", () => {
    expect(neighbours(sketchedAnalysis(SKETCHES), 1, 0)[0]).toEqual({
      layer: 1,
      kernel: 1,
      distance: 0,
    });
    const unit = sketchedAnalysis(SKETCHES, { settings: { normalisation: "unit" } });
    expect(neighbours(unit, 1, 0)).toEqual([]);
  });

  test("are searched in steps, and known the second time", () => {
    const analysis = sketchedAnalysis(SKETCHES);
    expect(neighbourSteps(analysis, 0, 5).next().done).toBe(false);
    const found = neighbours(analysis, 0, 5);
    expect(neighbourSteps(analysis, 0, 5).next()).toEqual({ done: true, value: found });
  });
});
