import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  largestValues,
  logit,
  markedShare,
  readingOf,
  sigmoid,
} from "../../../src/ui/lab/outputReading.ts";
import type { Maps } from "../../../src/worker/lab/protocol.ts";

function maps(channels: number, ...values: readonly number[]): Maps {
  const width = values.length / channels;
  return { channels, height: 1, width, values: Float32Array.from(values) };
}

describe("what an output's values say", () => {
  it("probabilities of one class", () => {
    expect(readingOf(maps(1, 0, 0.25, 1))).toMatchObject({ isProbability: true, isSoftmax: false });
  });

  it("a softmax over classes: each pixel's shares add up to one", () => {
    expect(readingOf(maps(2, 0.25, 0.9, 0.75, 0.1))).toMatchObject({ isSoftmax: true });
    expect(readingOf(maps(2, 0.25, 0.9, 0.25, 0.1))).toMatchObject({ isSoftmax: false });
  });

  it("logits: values outside 0..1", () => {
    const reading = readingOf(maps(1, -7, 0.5, 3));
    expect(reading).toEqual({
      ...{ low: -7, high: 3, isNearUnit: false, isProbability: false, isSoftmax: false },
      ...{ isClassNumbers: false, classMap: null, shares: [] },
    });
  });

  it("numbers of classes: whole, from 0, some above 1, one channel", () => {
    const isNamed = (channels: number, ...values: readonly number[]) =>
      readingOf(maps(channels, ...values)).isClassNumbers;
    expect(isNamed(1, 0, 3, 1, 2)).toBe(true);
    // A mask of zeros and ones can be cut as a probability.
    expect(isNamed(1, 0, 1, 1, 0)).toBe(false);
    expect(isNamed(1, 0, 2.5, 1)).toBe(false);
    expect(isNamed(1, -1, 2, 1)).toBe(false);
    expect(isNamed(1, 0, 4000)).toBe(false);
    expect(isNamed(2, 0, 3, 1, 2)).toBe(false);
    expect(readingOf(maps(1, 0, 3, 3, 1)).shares).toEqual([0.25, 0.25, 0, 0.5]);
  });

  it("pictures: hardly outside 0..1", () => {
    expect(readingOf(maps(3, -0.02, 1.1, 0.5))).toMatchObject({
      isNearUnit: true,
      isProbability: false,
    });
  });

  it("shares of classes, as the largest decides", () => {
    const values = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(values, (all) => {
        const output = maps(3, ...all);
        const largest = [0, 1, 2, 3].map((pixel) => {
          const own = [all[pixel], all[4 + pixel], all[8 + pixel]];
          return own.indexOf(Math.max(...own));
        });
        const slow = [0, 1, 2].map(
          (channel) => largest.filter((one) => one === channel).length / 4,
        );
        expect(readingOf(output).shares).toEqual(slow);
      }),
    );
    const [first, second] = readingOf(maps(2, Number.NaN, 1, 2, Number.NaN)).shares;
    expect([first, second]).toEqual([0.5, 0.5]);
  });

  it("what is not finite has no say", () => {
    expect(readingOf(maps(1, Number.NaN, 0, Number.POSITIVE_INFINITY, 1))).toMatchObject({
      low: 0,
      high: 1,
    });
  });
});

it("the marked share is that of the pixels", () => {
  expect(markedShare(Uint8Array.of(1, 0, 0, 1))).toBe(0.5);
  expect(markedShare(new Uint8Array(0))).toBe(0);
});

it("a sigmoid is undone by its inverse", () => {
  for (const probability of [0.01, 0.3, 0.5, 0.99]) {
    expect(sigmoid(logit(probability))).toBeCloseTo(probability, 12);
  }
  expect(logit(0.5)).toBe(0);
});

it("the largest values of a vector come with their places", () => {
  expect(largestValues({ values: Float32Array.of(0.25, 3, -1, 3) }, 3)).toEqual([
    { channel: 1, value: 3 },
    { channel: 3, value: 3 },
    { channel: 0, value: 0.25 },
  ]);
});
