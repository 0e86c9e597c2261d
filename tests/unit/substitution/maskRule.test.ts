import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { channelOf } from "../../../src/core/maps/channelMaps.ts";
import { maskByRule } from "../../../src/core/maps/maskRule.ts";

function maps(channels: number, ...values: readonly number[]) {
  return { channels, values: Float32Array.from(values) };
}

describe("pixels belong to a mask", () => {
  test("where the chosen channel reaches the threshold", () => {
    const output = maps(2, 0.9, 0.9, 0.9, 0.4, 0.5, 0.6);
    const rule = { kind: "threshold", channel: 1, threshold: 0.5 } as const;
    expect([...maskByRule(output, rule)]).toEqual([0, 1, 1]);
    expect([...channelOf(output, 1)]).toEqual([...Float32Array.of(0.4, 0.5, 0.6)]);
  });

  test("or where it is the largest of all; of equal ones the first", () => {
    const output = maps(3, 0.2, 0.4, 0.1, 0.3, 0.4, 0.8, 0.5, 0.2, 0.1);
    const masks = [0, 1, 2].map((channel) => [...maskByRule(output, { kind: "largest", channel })]);
    expect(masks).toEqual([
      [0, 1, 0],
      [0, 0, 1],
      [1, 0, 0],
    ]);
  });

  test("never where there is no number, which takes no pixel from the others either", () => {
    const output = maps(2, Number.NaN, 1, 2, Number.NaN);
    const largest = [0, 1].map((channel) => [...maskByRule(output, { kind: "largest", channel })]);
    expect(largest).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });

  test("of one class each where the largest decides", () => {
    const value = fc.integer({ min: 0, max: 3 });
    fc.assert(
      fc.property(fc.array(value, { minLength: 12, maxLength: 12 }), (values) => {
        const output = maps(3, ...values);
        const masks = [0, 1, 2].map((channel) => maskByRule(output, { kind: "largest", channel }));
        for (let pixel = 0; pixel < 4; pixel++) {
          const own = [0, 1, 2].map((channel) => values[4 * channel + pixel]);
          const first = own.indexOf(Math.max(...own));
          expect(masks.map((mask) => mask[pixel])).toEqual(
            own.map((_, channel) => (channel === first ? 1 : 0)),
          );
        }
      }),
    );
  });
});
