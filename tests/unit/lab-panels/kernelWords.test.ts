import { describe, expect, test } from "vitest";
import { POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import { kernelAtWorkJson } from "../../../src/core/results/kernelAtWorkJson.ts";
import {
  chanceSentence,
  channelSentence,
  correlationText,
  kernelSentence,
  likenessWords,
} from "../../../src/ui/lab/kernel/correlationWords.ts";
import { fittedFeature } from "../../../src/ui/lab/kernel/fittedFeature.ts";
import { stripLength } from "../../../src/ui/lab/kernel/KernelChoice.tsx";
import { keepKernelAtWork, keptKernelAtWork } from "../../../src/ui/lab/kernel/keptKernel.ts";
import { kernelWeights, shownKernel } from "../../../src/ui/lab/kernel/shownKernel.ts";
import type { FeatureAtWork, KernelAtWork, Maps } from "../../../src/worker/lab/protocol.ts";
import { sampleAnalysis, sampleLayer } from "../ui/sampleAnalysis.ts";

const MAP: Maps = { channels: 1, height: 1, width: 1, values: Float32Array.of(0) };

function feature(id: string, correlation: number | null, scale = 1): FeatureAtWork {
  return { feature: id, orientation: "as it is", scale, map: MAP, correlation };
}

function work(
  features: readonly FeatureAtWork[],
  change: Partial<KernelAtWork> = {},
): KernelAtWork {
  return {
    ...{ inputChannel: 0, outputChannel: 1, input: MAP, own: MAP, channel: MAP },
    ...{ isActivated: true, channelCorrelation: 0.5, features, chance: null },
    ...change,
  };
}

describe("how alike two pictures are, in words", () => {
  test.each([
    [0.95, "does almost the same"],
    [0.949, "much alike"],
    [0.8, "much alike"],
    [0.5, "partly alike"],
    [0.39, "something else"],
    [-0.2, "something else"],
    [-0.5, "partly alike, inverted"],
    [-0.97, "the same, inverted"],
  ])("%d: %s", (correlation, words) => expect(likenessWords(correlation)).toBe(words));

  test("numbers have two digits and a true minus, and no minus zero", () => {
    expect([0.123, -0.987, 0.9968, -0.001, null].map(correlationText)).toEqual([
      "0.12",
      "\u22120.99",
      "0.997",
      "0.00",
      "not known",
    ]);
  });
});

describe("what a likeness is worth", () => {
  const chance = { draws: 1000, median: 0.8, upper: 0.93 };

  test.each([
    [0.94, /^More than chance: of 1000 random kernels .* only one in twenty reaches 0\.93 /],
    [-0.99, /^More than chance/],
    [0.93, /^No more than chance: of 1000 .* half reach 0\.80 .* one in twenty 0\.93\.$/],
    [0.2, /^No more than chance/],
  ])("%d", (correlation, words) => {
    expect(chanceSentence(work([feature("sharpen", correlation)], { chance }))).toMatch(words);
  });

  test("is not said where nothing is known", () => {
    expect(chanceSentence(work([feature("sharpen", 0.9)]))).toBe("");
    expect(chanceSentence(work([feature("sharpen", null)], { chance }))).toBe("");
  });
});

describe("a kernel in one sentence", () => {
  test.each([
    [0.98, /almost the same as Sharpen \(correlation 0\.98\)/],
    [0.85, /much like Sharpen/],
    [0.6, /only partly .* nearest is Sharpen/],
    [0.1, /something else .* even the nearest, Sharpen/],
  ])("%d", (correlation, words) => {
    const said = kernelSentence(work([feature("sharpen", correlation)]), POSTER_FEATURES);
    expect(said).toMatch(words);
    expect(said).not.toContain("inverted");
  });

  test("says that a filter lies inverted, and not where it is inverted twice", () => {
    const once = work([feature("laplacian", 0.99, -0.4)]);
    expect(kernelSentence(once, POSTER_FEATURES)).toContain("Laplacian, inverted");
    const twice = work([feature("laplacian", -0.99, -0.4)]);
    expect(kernelSentence(twice, POSTER_FEATURES)).not.toContain("inverted");
  });

  test("where nothing can be compared it says so", () => {
    const flat = work([feature("mean", null), feature("edge", null)]);
    expect(kernelSentence(flat, POSTER_FEATURES)).toContain("nothing to compare");
    expect(kernelSentence(work([]), POSTER_FEATURES)).toContain("nothing to compare");
  });
});

describe("a kernel in its channel", () => {
  test.each([
    [0.9, /explains most .* 0\.90/],
    [0.5, /explains a part/],
    [0.1, /explains little/],
    [-0.6, /goes against it/],
    [null, /same everywhere/],
  ])("%s", (channelCorrelation, words) => {
    expect(channelSentence(work([], { channelCorrelation }), 16)).toMatch(words);
  });

  test("an only kernel is not said to explain itself", () => {
    const said = channelSentence(work([], { channelCorrelation: 0.97, isActivated: false }), 1);
    expect(said).toMatch(/no other kernel: what differs comes from bias \(/);
  });
});

describe("a filter as it lies", () => {
  const edge = POSTER_FEATURES[3];

  test("is turned and scaled", () => {
    const fit = { orientation: "mirrored left to right", scale: 8 } as const;
    expect([...fittedFeature(fit, edge, [3, 3])]).toEqual([1, 0, -1, 2, 0, -2, 1, 0, -1]);
  });

  test("stands in the middle of a larger kernel", () => {
    const fit = { orientation: "as it is", scale: 8 } as const;
    const large = fittedFeature(fit, edge, [5, 5]);
    expect(large).toHaveLength(25);
    expect([...large.subarray(5, 10)]).toEqual([0, -1, 0, 1, 0]);
  });
});

describe("which kernel is shown", () => {
  const analysis = sampleAnalysis();
  const nothing = { layer: null, kernel: null, group: null };

  test("the selected one", () => {
    const shown = shownKernel(analysis, { ...nothing, layer: "deep", kernel: 1 });
    expect(shown).toMatchObject({ index: 1, kernel: 1 });
  });

  test("without a selection the strongest of the first layer, never one that is not finite", () => {
    expect(shownKernel(analysis, nothing)).toMatchObject({ index: 0, kernel: 0 });
  });

  test("of a group one of its kernels", () => {
    const group = { kind: "channel", layer: "up", side: "out", channel: 1 } as const;
    const shown = shownKernel(analysis, { layer: "up", kernel: null, group });
    expect(shown).toMatchObject({ index: 2, kernel: 2 });
  });

  test("none of a network without kernels", () => {
    expect(shownKernel(sampleAnalysis({ layers: [] }), nothing)).toBeNull();
  });

  test("weights are those of the kernel", () => {
    expect([...kernelWeights(sampleLayer("a", "encoder"), 1)]).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0]);
  });

  test("a strip holds one channel's kernels, or those of several where these are few", () => {
    const { description } = sampleLayer("a", "encoder");
    const of = (inChannels: number) => stripLength({ description: { ...description, inChannels } });
    expect([of(1), of(16), of(512)]).toEqual([32, 16, 32]);
  });
});

describe("a kernel at work in the exported results", () => {
  const result = {
    ...{ layer: "down", kernel: 1, inputChannel: 1, outputChannel: 0, kernelsOfChannel: 2 },
    channelCorrelation: null,
    chance: { draws: 1000, median: 0.8, upper: 0.93 },
    features: [
      { feature: "edge", orientation: "as it is", scale: 0.1234567890123, correlation: 0.5 },
    ],
  };

  test("has numbers and no pictures", () => {
    expect(kernelAtWorkJson(result)).toEqual({
      ...result,
      features: [{ ...result.features[0], scale: 0.123456789 }],
    });
  });

  test("is that of the model on screen", () => {
    const analysis = sampleAnalysis();
    keepKernelAtWork(analysis, result);
    expect(keptKernelAtWork(analysis)).toBe(result);
    const other = { model: { ...analysis.model, sha256: "1".repeat(64) } };
    expect(keptKernelAtWork(other)).toBeNull();
  });
});
