import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  channelPair,
  kernelFacts,
  kernelWithInput,
  kernelWithOutput,
  labelSentence,
} from "../../../src/ui/inspector/kernelFacts.ts";
import { sampleAnalysis, sampleLayer } from "./sampleAnalysis.ts";

const analysis = sampleAnalysis();

function sentence(kernel: number): string {
  return labelSentence(kernelFacts(analysis.layers[0], 6, kernel), analysis);
}

describe("kernel facts", () => {
  test("a small margin is told as a tie with the second filter", () => {
    expect(sentence(0)).toBe("Acts like Edge detection: distance 5\u00a0%, tie with Laplacian.");
  });

  test("indeterminate names the nearest filter and how far it is", () => {
    expect(sentence(1)).toBe(
      "Indeterminate, like none of the filters: even Identity, the nearest, is 20\u00a0% away.",
    );
  });

  test("kernels without a spectrum say why", () => {
    expect(sentence(2)).toContain("All its numbers are zero");
    expect(sentence(3)).toContain("not finite");
    expect(kernelFacts(analysis.layers[0], 6, 3)).toMatchObject({ distances: null, order: [] });
  });

  test("channels of a grouped layer are counted over the whole layer", () => {
    const layer = sampleLayer("grouped", "encoder");
    const description = { ...layer.description, inChannels: 6, outChannels: 4, groups: 2 };
    const grouped = { ...layer, description, kernelCount: 12 };
    expect(channelPair(grouped, 0)).toEqual({ out: 0, in: 0 });
    expect(channelPair(grouped, 6)).toEqual({ out: 2, in: 3 });
    expect(channelPair(grouped, 11)).toEqual({ out: 3, in: 5 });
  });

  test("a kernel chosen by its channels has these channels", () => {
    const shape = fc.record({
      groups: fc.integer({ min: 1, max: 4 }),
      inputs: fc.integer({ min: 1, max: 4 }),
      outputs: fc.integer({ min: 1, max: 4 }),
      at: fc.nat(),
      to: fc.nat(),
    });
    fc.assert(
      fc.property(shape, ({ groups, inputs, outputs, at, to }) => {
        const base = sampleLayer("any", "encoder");
        const description = {
          ...base.description,
          groups,
          inChannels: groups * inputs,
          outChannels: groups * outputs,
        };
        const layer = { ...base, description };
        const pair = channelPair(layer, at % (groups * inputs * outputs));
        const out = to % description.outChannels;
        const byOutput = kernelWithOutput(description, pair, out);
        expect(byOutput === null ? null : channelPair(layer, byOutput).out).toBe(out);
        const input = to % description.inChannels;
        const byInput = kernelWithInput(description, pair, input);
        expect(byInput === null ? null : channelPair(layer, byInput).in).toBe(input);
      }),
    );
    expect(kernelWithOutput(sampleLayer("a", "encoder").description, { out: 0, in: 0 }, 2)).toBe(
      null,
    );
    expect(
      kernelWithInput(sampleLayer("a", "encoder").description, { out: 0, in: 0 }, Number.NaN),
    ).toBe(null);
  });
});
