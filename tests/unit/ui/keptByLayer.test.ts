import { describe, expect, it } from "vitest";
import { type KeptByLayer, keptByLayer } from "../../../src/ui/state/keptByLayer.ts";
import { sketchedAnalysis } from "../figures/analysisFixture.ts";

const analysis = sketchedAnalysis([
  { name: "encoder.conv", role: "encoder", side: 16, kernels: 16 },
  { name: "decoder.conv", role: "decoder", side: 32, kernels: 16 },
]);

function keptByScale(): KeptByLayer<string> {
  return keptByLayer(({ settings }) => settings.normalisation);
}

describe("what was computed about single layers", () => {
  it("is there for the layer that it is of, and for no other", () => {
    const kept = keptByScale();
    kept.set(analysis, 1, "of the decoder");
    expect(kept.get(analysis, 1)).toBe("of the decoder");
    expect(kept.get(analysis, 0)).toBeNull();
    expect([...kept.all(analysis)]).toEqual([[1, "of the decoder"]]);
  });

  it("outlives settings that do not change it, and comes back with those that do", () => {
    const kept = keptByScale();
    kept.set(analysis, 0, "as stored");
    const stricter = { ...analysis, settings: { ...analysis.settings, threshold: 0.05 } };
    expect(kept.get(stricter, 0)).toBe("as stored");
    const scaled = {
      ...analysis,
      settings: { ...analysis.settings, normalisation: "unit" as const },
    };
    expect(kept.get(scaled, 0)).toBeNull();
    expect(kept.all(scaled).size).toBe(0);
    kept.set(scaled, 0, "scaled");
    expect(kept.get(analysis, 0)).toBe("as stored");
  });

  it("is not taken for that of weights that a person has read otherwise", () => {
    const kept = keptByScale();
    kept.set(analysis, 0, "as read first");
    const [first, ...others] = analysis.layers;
    const description = { ...first.description, inChannels: 4, outChannels: 4, groups: 1 };
    const corrected = { ...analysis, layers: [{ ...first, description }, ...others] };
    expect(description).not.toEqual(first.description);
    expect(kept.get(corrected, 0)).toBeNull();
  });

  it("is forgotten with its model", () => {
    const kept = keptByScale();
    kept.set(analysis, 0, "first model");
    const other = { ...analysis, model: { ...analysis.model, sha256: "f".repeat(64) } };
    expect(kept.get(other, 0)).toBeNull();
    kept.set(other, 1, "second model");
    expect(kept.all(analysis).size).toBe(0);
    expect(kept.all(other).size).toBe(1);
  });
});
