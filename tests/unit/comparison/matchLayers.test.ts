import { describe, expect, it } from "vitest";
import { matchLayers } from "../../../src/core/comparison/matchLayers.ts";
import { type LayerSketch, sketchedAnalysis } from "../figures/analysisFixture.ts";

function network(...layers: readonly (readonly [name: string, role: LayerSketch["role"]])[]) {
  return sketchedAnalysis(layers.map(([name, role]) => ({ name, role, side: 8, kernels: 4 })));
}

describe("which layers belong together", () => {
  it("pairs equal names, whatever their order", () => {
    const a = network(["one", "encoder"], ["two", "encoder"]);
    const b = network(["two", "encoder"], ["one", "encoder"]);
    expect(matchLayers(a, b).pairs).toEqual([
      { a: 0, b: 1, by: "name" },
      { a: 1, b: 0, by: "name" },
    ]);
  });

  it("takes the separators of another format for the same name", () => {
    const a = network(["encoder.0.conv1", "encoder"], ["decoder.0.conv1", "decoder"]);
    const b = network(["Decoder_0/conv1", "decoder"], ["encoder_0_conv1", "encoder"]);
    expect(matchLayers(a, b).pairs.map(({ b, by }) => [b, by])).toEqual([
      [1, "name"],
      [0, "name"],
    ]);
  });

  it("prefers the exact name to one that differs in a dot", () => {
    const a = network(["a.b", "encoder"], ["a_b", "encoder"]);
    const b = network(["a_b", "encoder"], ["a.b", "encoder"]);
    expect(matchLayers(a, b).pairs.map(({ b }) => b)).toEqual([1, 0]);
  });

  it("pairs what is left by place within its half, and lists the rest", () => {
    const a = network(["x", "encoder"], ["shared", "encoder"], ["y", "encoder"], ["z", "decoder"]);
    const b = network(["p", "encoder"], ["shared", "encoder"], ["q", "bottleneck"]);
    expect(matchLayers(a, b)).toEqual({
      pairs: [
        { a: 0, b: 0, by: "position" },
        { a: 1, b: 1, by: "name" },
      ],
      onlyA: [2, 3],
      onlyB: [2],
    });
  });
});
