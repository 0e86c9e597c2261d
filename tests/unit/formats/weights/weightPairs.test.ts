import { describe, expect, it } from "vitest";
import { withPairsJoined } from "../../../../src/core/formats/weights/weightPairs.ts";
import { tensor } from "../../../support/weightTensors.ts";

async function joined(tensors: Parameters<typeof withPairsJoined>[0]) {
  const found = withPairsJoined(tensors);
  return Promise.all(found.map(async (one) => [one.name, [...(await one.read())]] as const));
}

describe("withPairsJoined", () => {
  it("multiplies direction and length of weight normalisation, per output", async () => {
    const direction = tensor("conv.weight_v", [2, 1, 1, 2], { entries: [3, 4, 0, 2] });
    const length = tensor("conv.weight_g", [2, 1, 1, 1], { entries: [10, 3] });
    expect(await joined([length, direction])).toEqual([["conv.weight", [6, 8, 0, 3]]]);
  });

  it("does so for parametrizations and along the second axis", async () => {
    const name = (part: string) => `up.parametrizations.weight.${part}`;
    const direction = tensor(name("original1"), [2, 3, 1, 1], { entries: [3, 1, 0, 4, 0, 5] });
    const length = tensor(name("original0"), [1, 3, 1, 1], { entries: [5, 2, 1] });
    expect(await joined([length, direction])).toEqual([["up.weight", [3, 2, 0, 4, 0, 1]]]);
  });

  it("applies the mask of pruned weights", async () => {
    const weights = tensor("conv.weight_orig", [1, 1, 1, 3], { entries: [1, 2, 3] });
    const mask = tensor("conv.weight_mask", [1, 1, 1, 3], { entries: [1, 0, 1] });
    expect(await joined([weights, mask])).toEqual([["conv.weight", [1, 0, 3]]]);
  });

  it("divides by the norm that spectral normalisation keeps, for both axes", async () => {
    // W = [[1, 2], [3, 4]] as (2, 2, 1, 1); u^T W v with u = (1, 0), v = (0, 2) is 4.
    const weights = tensor("conv.weight_orig", [2, 2, 1, 1], { entries: [1, 2, 3, 4] });
    const u = tensor("conv.weight_u", [2], { entries: [1, 0] });
    const v = tensor("conv.weight_v", [2], { entries: [0, 2] });
    expect(await joined([weights, u, v])).toEqual([["conv.weight", [0.25, 0.5, 0.75, 1]]]);
    // (1, 2, 1, 1) with u along the second axis: W as a matrix is [[2], [6]].
    const other = tensor("up.weight_orig", [1, 2, 1, 1], { entries: [2, 6] });
    const parts = [tensor("up.weight_u", [2], { entries: [0, 1] }), tensor("up.weight_v", [1])];
    expect(await joined([other, ...parts])).toEqual([["up.weight", [1 / 3, 1].map(Math.fround)]]);
  });

  it("divides by the norm of a spectral parametrization", async () => {
    const name = "conv.parametrizations.weight";
    const weights = tensor(`${name}.original`, [2, 2, 1, 1], { entries: [1, 2, 3, 4] });
    const u = tensor(`${name}.0._u`, [2], { entries: [1, 0] });
    const v = tensor(`${name}.0._v`, [2], { entries: [0, 2] });
    expect(await joined([weights, u, v])).toEqual([["conv.weight", [0.25, 0.5, 0.75, 1]]]);
  });

  it("leaves parts that do not fit, or stand alone, as they are", () => {
    const alone = [tensor("conv.weight_v", [2, 1, 3, 3])];
    expect(withPairsJoined(alone)).toBe(alone);
    const unfit = [tensor("conv.weight_v", [2, 4, 3, 3]), tensor("conv.weight_g", [7])];
    expect(withPairsJoined(unfit)).toBe(unfit);
  });
});
