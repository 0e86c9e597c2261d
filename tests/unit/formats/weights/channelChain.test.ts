import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ChainLayer, fitChain } from "../../../../src/core/formats/weights/channelChain.ts";
import type { Reading } from "../../../../src/core/formats/weights/readings.ts";

function plain(inputs: number, outputs: number): Reading {
  return { kind: "plain", layout: "out,in/g,h,w", inputs, outputs, groups: 1 };
}

function either(first: number, second: number): ChainLayer {
  const readings: Reading[] = [
    plain(second, first),
    { kind: "transposed", layout: "in,out/g,h,w", inputs: first, outputs: second, groups: 1 },
  ];
  if (second === 1) {
    const depthwise = { kind: "depthwise", layout: "out,in/g,h,w", groups: null } as const;
    readings.push({ ...depthwise, inputs: 1, outputs: first });
  }
  return { readings, readsImage: false, isNamedTransposed: false };
}

const kinds = (layers: readonly ChainLayer[]) => {
  const chain = fitChain(layers);
  return chain.best.map((at, index) => layers[index].readings[at].kind);
};

describe("fitChain", () => {
  it("reads a plain chain plainly", () => {
    expect(kinds([either(16, 1), either(32, 16), either(64, 32)])).toEqual([
      "plain",
      "plain",
      "plain",
    ]);
  });

  it("finds the transposed convolutions of a U-Net between their neighbours", () => {
    const down = [either(16, 1), either(32, 16), either(64, 32)];
    const up = [either(64, 32), either(32, 64), either(32, 16), either(16, 32)];
    expect(kinds([...down, ...up]).slice(3)).toEqual([
      "transposed",
      "plain",
      "transposed",
      "plain",
    ]);
  });

  it("finds the transposed convolutions of an autoencoder, down to its image", () => {
    const layers = [either(16, 1), either(32, 16), either(32, 16), either(16, 3)];
    expect(kinds(layers)).toEqual(["plain", "plain", "transposed", "transposed"]);
  });

  it("takes one input channel for an image at first and for depthwise later", () => {
    const layers = [either(16, 1), either(16, 1), either(32, 16), either(64, 1), either(8, 64)];
    expect(kinds(layers)).toEqual(["plain", "depthwise", "plain", "depthwise", "plain"]);
    const { best, groups } = fitChain(layers);
    expect(best.map((at, index) => groups[index][at])).toEqual([1, 16, 1, 32, 1]);
  });

  it("does not squeeze a run of depthwise layers through single channels", () => {
    const run = Array.from({ length: 9 }, () => either(16, 1));
    expect(kinds(run)).toEqual(["plain", ...new Array(8).fill("depthwise")]);
  });

  it("reads the first layer of a second branch as a layer that takes an image", () => {
    const branch = [either(16, 1), either(16, 16)];
    const second = [{ ...branch[0], readsImage: true }, branch[1]];
    expect(kinds([...branch, ...second])).toEqual(["plain", "plain", "plain", "plain"]);
  });

  it("has no opinion where all channels are equal", () => {
    const { scores } = fitChain([either(8, 8), either(8, 8)]);
    for (const [plainly, transposed] of scores) expect(plainly - transposed).toBeCloseTo(0.5);
  });

  it("gives an empty chain no score", () => {
    expect(fitChain([])).toEqual({ score: 0, best: [], scores: [], groups: [] });
  });

  it("finds the best of all assignments, and what each reading of each layer costs", () => {
    const width = fc.constantFrom(1, 2, 3, 4, 8, 16);
    fc.assert(
      fc.property(fc.array(fc.tuple(width, width), { minLength: 1, maxLength: 6 }), (shapes) => {
        const layers = shapes.map(([first, second]) => either(first, second));
        const chain = fitChain(layers);
        // The best total through a layer is the best of all, whatever the layer.
        for (const scores of chain.scores) {
          expect(Math.max(...scores)).toBeCloseTo(Math.max(...chain.scores[0]));
        }
        // Fixing every layer to its best reading leaves other widths to join, and gains nothing.
        const fixed = layers.map(({ readings }, index) => ({
          readings: [readings[chain.best[index]]],
          readsImage: false,
          isNamedTransposed: false,
        }));
        expect(fitChain(fixed).score).toBeLessThanOrEqual(chain.score + 1e-9);
      }),
    );
  });
});
