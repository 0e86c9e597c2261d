import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { groupMembers } from "../../../src/core/selection/membership.ts";
import { kernelNorm, normEdges } from "../../../src/core/values/kernelNorms.ts";
import { contrast, luminance } from "../../../src/ui/figures/colour.ts";
import {
  type ColourBy,
  kernelGrouping,
  lookSamples,
} from "../../../src/ui/figures/kernelGrouping.ts";
import { SEQUENCE_STEPS, sequenceStep } from "../../../src/ui/figures/sequence.ts";
import { DARK_THEME, featureStyles, LIGHT_THEME } from "../../../src/ui/figures/theme.ts";
import { sketchedAnalysis, unetAnalysis } from "./analysisFixture.ts";

const UNET = unetAnalysis();
const COLOURS: readonly ColourBy[] = ["cluster", "label", "nearest", "channel", "norm"];

describe("ordered looks", () => {
  test("3:1 on paper and plot, farther from the paper and larger step by step, no feature's colour", () => {
    const features = new Set(featureStyles(UNET.features).map(({ colour }) => colour));
    for (const theme of [LIGHT_THEME, DARK_THEME]) {
      const steps = Array.from({ length: SEQUENCE_STEPS }, (_, step) =>
        sequenceStep(theme, step, SEQUENCE_STEPS),
      );
      const fromPaper = steps.map(({ colour }) => contrast(colour, theme.paper));
      for (const [at, { colour, scale }] of steps.entries()) {
        expect(fromPaper[at]).toBeGreaterThanOrEqual(3);
        expect(contrast(colour, theme.plot)).toBeGreaterThanOrEqual(3);
        expect(features).not.toContain(colour.toUpperCase());
        if (at === 0) continue;
        expect(fromPaper[at]).toBeGreaterThan(fromPaper[at - 1] * 1.1);
        expect(scale).toBeGreaterThan(steps[at - 1].scale);
      }
    }
    expect(luminance(sequenceStep(LIGHT_THEME, 0, 2).colour)).toBeGreaterThan(
      luminance(sequenceStep(LIGHT_THEME, 1, 2).colour),
    );
  });
});

describe("grouping", () => {
  test("what a group selects is exactly that group, whatever the marks show", () => {
    for (const colourBy of COLOURS) {
      for (const [index, layer] of UNET.layers.entries()) {
        const { groups, selection, name } = kernelGrouping(UNET, layer, colourBy, LIGHT_THEME);
        if (groups === null) throw new Error("the fixture has labels");
        const names = new Set<string>();
        for (const group of new Set(groups)) {
          names.add(name(group));
          const chosen = selection(group);
          if (chosen === null) continue;
          const members = groupMembers(UNET, index, chosen);
          expect([...members]).toEqual([...groups].map((one) => (one === group ? 1 : 0)));
        }
        expect(names.size).toBe(new Set(groups).size);
      }
    }
  });

  test("channels: equal ranges in order, and few channels one by one", () => {
    for (const [kernels, steps] of [
      [33, 6],
      [4, 4],
      [1, 1],
    ]) {
      const small = sketchedAnalysis([{ name: "a", role: "encoder", side: 8, kernels }]);
      const grouping = kernelGrouping(small, small.layers[0], "channel", LIGHT_THEME);
      const groups = grouping.groups ?? new Int8Array(0);
      expect(new Set(groups).size).toBe(steps);
      for (let kernel = 1; kernel < kernels; kernel++) {
        expect(groups[kernel] - groups[kernel - 1]).toBeGreaterThanOrEqual(0);
      }
      for (let step = 0; step < steps; step++) {
        const channels = [...groups.keys()].filter((kernel) => groups[kernel] === step);
        const [from, to] = [channels[0], channels[channels.length - 1]];
        const range = from === to ? `Output ${from}` : `Output ${from} to ${to}`;
        expect(grouping.name(step)).toBe(range);
        expect(Math.abs(channels.length - kernels / steps)).toBeLessThan(1);
      }
    }
  });

  test("norms: sixths of the model, one scale in every layer, and kernels inside what is said", () => {
    const edges = normEdges(UNET);
    expect(edges).toHaveLength(SEQUENCE_STEPS - 1);
    const counts = new Array<number>(SEQUENCE_STEPS).fill(0);
    for (const layer of UNET.layers) {
      const { groups } = kernelGrouping(UNET, layer, "norm", LIGHT_THEME);
      for (let kernel = 0; kernel < layer.kernelCount; kernel++) {
        const step = groups?.[kernel] ?? -1;
        const entries = layer.kernels.subarray(9 * kernel, 9 * kernel + 9);
        const norm = Math.hypot(...entries);
        expect(kernelNorm(layer, kernel)).toBeCloseTo(norm, 6);
        expect(norm).toBeGreaterThanOrEqual(edges[step - 1] ?? 0);
        expect(norm).toBeLessThan(edges[step] ?? Number.POSITIVE_INFINITY);
        counts[step]++;
      }
    }
    const total = counts.reduce((sum, count) => sum + count, 0);
    for (const count of counts) expect(Math.abs(count / total - 1 / 6)).toBeLessThan(0.03);
  });

  test("norms of kernels that are all alike, or of none", () => {
    const odd = sketchedAnalysis([
      { name: "dead", role: "other", side: 8, kernels: 5, dead: 3, notFinite: 2 },
    ]);
    const { groups, name } = kernelGrouping(odd, odd.layers[0], "norm", LIGHT_THEME);
    expect([...(groups ?? [])]).toEqual([1, 1, 1, -1, -1]);
    expect(name(1)).toBe("Norm from 0");
    expect(name(-1)).toBe("Not finite");
    expect(normEdges(sketchedAnalysis([]))).toEqual([]);
  });

  test("a key has a sample per group that looks like the dots", () => {
    const [layer] = UNET.layers;
    for (const colourBy of ["cluster", "channel", "norm"] as const) {
      const samples = lookSamples(UNET, colourBy, LIGHT_THEME);
      const { look } = kernelGrouping(UNET, layer, colourBy, LIGHT_THEME);
      expect(samples.map((sample) => sample.look)).toEqual(samples.map((_, at) => look(at)));
    }
    const texts = lookSamples(UNET, "norm", LIGHT_THEME).map(({ text }) => text);
    expect(texts[0]).toMatch(/^below \d/);
    expect(texts[5]).toMatch(/^from \d/);
  });

  test("groups stay within what the dots can store", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), (kernels) => {
        const one = sketchedAnalysis([{ name: "a", role: "encoder", side: 8, kernels }]);
        const { groups } = kernelGrouping(one, one.layers[0], "channel", DARK_THEME);
        return (groups ?? new Int8Array(0)).every((step) => step >= 0 && step < SEQUENCE_STEPS);
      }),
      { numRuns: 30 },
    );
  });
});
